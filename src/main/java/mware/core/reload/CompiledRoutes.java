package mware.core.reload;

import java.lang.reflect.Modifier;
import java.util.Map;
import mware.core.reload.RouteFileException.Stage;
import org.apache.camel.builder.RouteBuilder;

/**
 * The classes of one route file.
 *
 * @param source the text they were compiled from
 * @param classes their byte code by binary name
 */
record CompiledRoutes(RouteSource source, Map<String, byte[]> classes) {

    /** Loads the classes in a loader of their own, which hides classes of the same name that the product has. */
    Class<? extends RouteBuilder> load() throws RouteFileException {
        String simpleName = source.className();
        String name = classes.keySet().stream()
                .filter(each -> each.equals(simpleName) || each.endsWith('.' + simpleName))
                .findFirst()
                .orElseThrow(() -> failed("holds no class " + simpleName + ": the class is named like its file"));
        Class<?> type;
        try {
            type = new Loader(classes).loadClass(name);
            if (RouteBuilder.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
                type.getDeclaredConstructor();
                return type.asSubclass(RouteBuilder.class);
            }
        } catch (ReflectiveOperationException | LinkageError e) {
            throw failed("cannot be loaded: " + e);
        }
        throw failed("class " + simpleName + " does not extend ServiceRoutes, or is abstract");
    }

    private RouteFileException failed(String message) {
        return new RouteFileException(source.file(), Stage.COMPILE, 0, message);
    }

    /** Knows the classes of one file; asks the product's loader for all others. */
    private static final class Loader extends ClassLoader {

        private final Map<String, byte[]> classes;

        Loader(Map<String, byte[]> classes) {
            super(CompiledRoutes.class.getClassLoader());
            this.classes = classes;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            byte[] code = classes.get(name);
            if (code == null) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : defineClass(name, code, 0, code.length);
            }
        }
    }
}
