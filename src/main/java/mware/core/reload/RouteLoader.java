package mware.core.reload;

import java.nio.file.Path;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;

/** Makes a route class of a route file: from its compiled copy where there is one, else by compiling it. */
final class RouteLoader {

    private final RouteCompiler compiler;
    private final CompiledCache cache;

    RouteLoader(RouteCompiler compiler, CompiledCache cache) {
        this.compiler = compiler;
        this.cache = cache;
    }

    /** A loader for the running product: its class path, its data folder, the copies that it ships. */
    static RouteLoader ofThisProduct(Path cacheFolder, List<Path> shipped) {
        String classPath = System.getProperty("java.class.path");
        return new RouteLoader(
                new RouteCompiler(classPath), new CompiledCache(cacheFolder, shipped, ProductPrint.of(classPath)));
    }

    /** The route class of {@code source}. */
    LoadedRoutes load(RouteSource source) throws RouteFileException {
        var kept = cache.find(source);
        if (kept.isPresent()) {
            return new LoadedRoutes(source, kept.get().load());
        }
        CompiledRoutes compiled = compiler.compile(source);
        LoadedRoutes loaded = new LoadedRoutes(source, compiled.load());
        cache.keep(compiled);
        return loaded;
    }

    /** Forgets the compiled copies that no load asked for. */
    void prune() {
        cache.prune();
    }

    /**
     * A route file that compiled.
     *
     * @param type its route class; each version of a file has a class of its own
     */
    record LoadedRoutes(RouteSource source, Class<? extends RouteBuilder> type) {}
}
