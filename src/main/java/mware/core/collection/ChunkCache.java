package mware.core.collection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pieces of files that were read once, in the data folder: there while the database is away; the oldest go first. */
final class ChunkCache {

    private static final Logger LOG = LoggerFactory.getLogger("collections");

    private final Path folder;
    private final long most;
    private final AtomicLong written = new AtomicLong();

    /**
     * Keeps them in a folder, which need not exist.
     *
     * @param most bytes; about a tenth more may lie there for a while
     */
    ChunkCache(Path folder, long most) {
        this.folder = folder;
        this.most = most;
        written.set(most); // what lies there from before is looked at with the first piece
    }

    private Path file(String upload, int number) {
        return folder.resolve(upload + "." + number);
    }

    Optional<byte[]> get(String upload, int number) {
        try {
            return Optional.of(Files.readAllBytes(file(upload, number)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.debug("not in the cache", e);
            return Optional.empty();
        }
    }

    /** Keeps a piece; that it cannot be written harms nobody. */
    void put(String upload, int number, byte[] data) {
        try {
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, "part", ".new");
            Files.write(part, data);
            Files.move(part, file(upload, number), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            if (written.addAndGet(data.length) > most / 10) {
                written.set(0);
                trim();
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("the cache cannot be written", e);
        }
    }

    private synchronized void trim() throws IOException {
        record Piece(Path file, FileTime at, long size) {}
        List<Piece> pieces = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                pieces.add(new Piece(file, Files.getLastModifiedTime(file), Files.size(file)));
            }
        }
        pieces.sort(Comparator.comparing(Piece::at));
        long all = pieces.stream().mapToLong(Piece::size).sum();
        for (Piece piece : pieces) {
            if (all <= most) {
                return;
            }
            Files.deleteIfExists(piece.file());
            all -= piece.size();
        }
    }
}
