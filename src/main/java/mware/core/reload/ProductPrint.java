package mware.core.reload;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Tells one build of the product from another, so that a compiled copy is only used with what it was compiled against. */
final class ProductPrint {

    private ProductPrint() {}

    /**
     * The print of a class path, in hexadecimal digits: of libraries their name, which has the version, and size; of the
     * product's own jar and of folders with classes the content. The place on disk does not matter, nor the order.
     */
    static String of(String classPath) {
        List<String> parts = new ArrayList<>();
        try {
            for (String each : classPath.split(File.pathSeparator)) {
                Path entry = Path.of(each);
                if (Files.isDirectory(entry)) {
                    parts.add(folder(entry));
                } else if (Files.isRegularFile(entry)) {
                    String name = entry.getFileName().toString();
                    parts.add(name.startsWith("mware") ? name + content(entry) : name + ' ' + Files.size(entry));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the class path", e);
        }
        parts.sort(null);
        return RouteSource.sha256(parts.toArray(String[]::new));
    }

    private static String folder(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> parts = new ArrayList<>();
            for (Path each : files.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .toList()) {
                parts.add(folder.relativize(each) + content(each));
            }
            return RouteSource.sha256(parts.toArray(String[]::new));
        }
    }

    private static String content(Path file) throws IOException {
        return RouteSource.sha256(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
    }
}
