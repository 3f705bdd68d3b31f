package mware.core.reload;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Compiles the route files that ship with the product, when it is packaged: a node then starts without a compiler. */
public final class CompileRoutes {

    private CompileRoutes() {}

    /**
     * Fills a folder with compiled copies; to be run on the class path of the product, and nothing else.
     *
     * @param arguments the folder with the route files, the folder for the copies
     */
    public static void main(String[] arguments) throws IOException {
        Path sources = Path.of(arguments[0]);
        RouteLoader loader = RouteLoader.ofThisProduct(Path.of(arguments[1]), List.of());
        boolean failed = false;
        if (Files.isDirectory(sources)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(sources, '*' + RouteSource.SUFFIX)) {
                for (Path file : files) {
                    try {
                        loader.load(RouteSource.read(sources, file.getFileName().toString()));
                    } catch (RouteFileException e) {
                        System.err.println(e.getMessage());
                        failed = true;
                    }
                }
            }
        }
        loader.prune();
        if (failed) {
            System.exit(1);
        }
    }
}
