package mware.core.reload;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import mware.core.reload.RouteFileException.Stage;
import org.jspecify.annotations.Nullable;

/**
 * Compiles one route file against the product, by the compiler of the running JDK; nothing is written to disk. For one
 * thread.
 */
final class RouteCompiler {

    /** The Java that route files are written in, whatever the JDK that runs them. */
    private static final String RELEASE = "17";

    private final List<String> options;

    /** What the compiler knows of the libraries; kept, since finding it out is most of the work on a small file. */
    private @Nullable StandardJavaFileManager libraries;

    /**
     * A compiler for files that may use what {@code classPath} holds.
     *
     * @param classPath jars and folders, as in {@code java -cp}
     */
    RouteCompiler(String classPath) {
        List<String> all =
                new ArrayList<>(List.of("-classpath", classPath, "-proc:none", "-implicit:none", "-g", "-nowarn"));
        if (Runtime.version().feature() != Integer.parseInt(RELEASE)) {
            all.addAll(List.of("--release", RELEASE)); // left out where it changes nothing: it costs 0.2 s a file
        }
        options = List.copyOf(all);
    }

    /** Compiles; the error names the first line that is wrong, and how many other errors there are. */
    CompiledRoutes compile(RouteSource source) throws RouteFileException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new RouteFileException(
                    source.file(),
                    Stage.COMPILE,
                    0,
                    "is new or changed, and this Java has no compiler: run mware on a JDK, not a JRE");
        }
        int replaced = source.text().indexOf(RouteSource.NOT_UTF_8);
        if (replaced >= 0) {
            long line = 1
                    + source.text()
                            .substring(0, replaced)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            throw new RouteFileException(source.file(), Stage.COMPILE, line, "is not in UTF-8");
        }
        var problems = new DiagnosticCollector<JavaFileObject>();
        try {
            var output = new InMemory(libraries(compiler));
            boolean compiled = compiler.getTask(null, output, problems, options, null, List.of(new Text(source)))
                    .call();
            if (!compiled) {
                throw firstOf(source, problems.getDiagnostics());
            }
            return new CompiledRoutes(source, output.classes());
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new RouteFileException(source.file(), Stage.COMPILE, 0, "the compiler failed: " + e);
        }
    }

    private StandardJavaFileManager libraries(JavaCompiler compiler) throws IOException {
        StandardJavaFileManager files = libraries;
        if (files == null) {
            files = compiler.getStandardFileManager(null, Locale.ENGLISH, StandardCharsets.UTF_8);
            // route files ship as sources too: without this the compiler would pick them up from the class path
            files.setLocation(StandardLocation.SOURCE_PATH, List.of());
            libraries = files;
        }
        return files;
    }

    private static RouteFileException firstOf(
            RouteSource source, List<Diagnostic<? extends JavaFileObject>> diagnostics) {
        var errors = diagnostics.stream()
                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                .toList();
        if (errors.isEmpty()) {
            return new RouteFileException(source.file(), Stage.COMPILE, 0, "the compiler refused it without a reason");
        }
        var first = errors.get(0);
        String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
        return new RouteFileException(
                source.file(),
                Stage.COMPILE,
                Math.max(0, first.getLineNumber()),
                oneLine(first.getMessage(Locale.ENGLISH)) + more);
    }

    private static String oneLine(@Nullable String message) {
        return message == null ? "no message" : message.strip().replaceAll("\\s*\\R\\s*", ", ");
    }

    /** The text of a route file, as the compiler wants it. */
    private static final class Text extends SimpleJavaFileObject {

        private final RouteSource source;

        Text(RouteSource source) {
            super(Path.of("/", source.file()).toUri(), Kind.SOURCE);
            this.source = source;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source.text();
        }
    }

    /** Keeps the classes that the compiler writes. */
    private static final class InMemory extends ForwardingJavaFileManager<StandardJavaFileManager> {

        private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

        InMemory(StandardJavaFileManager files) {
            super(files);
        }

        Map<String, byte[]> classes() {
            return written.entrySet().stream()
                    .collect(Collectors.toUnmodifiableMap(
                            Map.Entry::getKey, each -> each.getValue().toByteArray()));
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                JavaFileManager.Location location,
                String name,
                JavaFileObject.Kind kind,
                @Nullable FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/') + kind.extension), kind) {
                @Override
                public OutputStream openOutputStream() {
                    var bytes = new ByteArrayOutputStream();
                    written.put(name, bytes);
                    return bytes;
                }
            };
        }
    }
}
