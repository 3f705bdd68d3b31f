package mware.core.reload;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled copies of route files, one jar each, named by the hash of the source and of the product it was compiled
 * against: a copy that is found is right, and one that is not is only slower.
 */
final class CompiledCache {

    private static final Logger LOG = LoggerFactory.getLogger("routes");
    private static final String SUFFIX = ".jar";

    private final Path folder;
    private final List<Path> shipped;
    private final String product;
    private final Set<String> used = new HashSet<>();

    /**
     * A cache in {@code folder}, made when it is first written.
     *
     * @param shipped further folders, read but never written; need not exist
     * @param product tells this product from any other that would compile a file to something else
     */
    CompiledCache(Path folder, List<Path> shipped, String product) {
        this.folder = folder;
        this.shipped = shipped;
        this.product = product;
    }

    /** The compiled copy of {@code source}, if there is one that can be read. */
    Optional<CompiledRoutes> find(RouteSource source) {
        String name = name(source);
        used.add(name);
        for (Path each : shipped) {
            Path jar = each.resolve(name);
            if (Files.exists(jar)) {
                return read(source, jar);
            }
        }
        Path jar = folder.resolve(name);
        return Files.exists(jar) ? read(source, jar) : Optional.empty();
    }

    /** Keeps a compiled copy; one that cannot be written is a line in the log, for the copy only saves time. */
    void keep(CompiledRoutes routes) {
        String name = name(routes.source());
        used.add(name);
        try {
            Files.createDirectories(folder);
            Path half = folder.resolve(name + ".half"); // not a temporary file: those only their owner may read
            try (var out = new ZipOutputStream(Files.newOutputStream(half))) {
                for (var each : routes.classes().entrySet()) {
                    out.putNextEntry(new ZipEntry(each.getKey().replace('.', '/') + ".class"));
                    out.write(each.getValue());
                }
            }
            move(half, folder.resolve(name));
        } catch (IOException e) {
            LOG.warn(
                    "no compiled copy of {} is kept, the next start compiles it again: {}",
                    routes.source().file(),
                    e.toString());
        }
    }

    /** Deletes the copies that nothing asked for since the start. */
    void prune() {
        try (DirectoryStream<Path> copies = Files.newDirectoryStream(folder, '*' + SUFFIX)) {
            for (Path copy : copies) {
                if (!used.contains(copy.getFileName().toString())) {
                    Files.deleteIfExists(copy);
                }
            }
        } catch (IOException e) {
            LOG.debug("old compiled copies stay: {}", e.toString());
        }
    }

    private String name(RouteSource source) {
        return source.className()
                + '-'
                + RouteSource.sha256(source.hash(), product).substring(0, 32)
                + SUFFIX;
    }

    private static Optional<CompiledRoutes> read(RouteSource source, Path jar) {
        Map<String, byte[]> classes = new HashMap<>();
        try (var in = new ZipInputStream(Files.newInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String name = entry.getName();
                classes.put(name.substring(0, name.length() - ".class".length()).replace('/', '.'), in.readAllBytes());
            }
        } catch (IOException | IndexOutOfBoundsException e) {
            LOG.warn("{} cannot be read and is compiled anew: {}", jar, e.toString());
            return Optional.empty();
        }
        return classes.isEmpty() ? Optional.empty() : Optional.of(new CompiledRoutes(source, Map.copyOf(classes)));
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
