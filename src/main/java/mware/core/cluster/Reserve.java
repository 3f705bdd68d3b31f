package mware.core.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/** Disk space that is held back for when the disk is full: a file that is made shorter step by step, for what must be written. */
final class Reserve {

    private static final int BLOCK = 1 << 18;

    private final Path file;
    private final long size;
    private final ByteBuffer filling = ByteBuffer.allocate(BLOCK);

    /** A reserve of {@code size} bytes in {@code file}; nothing is made yet. */
    Reserve(Path file, long size) {
        this.file = file;
        this.size = size;
        new SplittableRandom(size).nextBytes(filling.array()); // zeros would take no space on some file systems
    }

    /** How much of it is there. */
    long left() {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    /** How much of it should be there. */
    long size() {
        return size;
    }

    /** Bytes that are free besides. */
    long free() throws IOException {
        return Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
    }

    /** Gives {@code bytes} to whoever writes next; false when nothing is left. */
    synchronized boolean release(long bytes) {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long left = channel.size();
            channel.truncate(Math.max(0, left - bytes));
            return left > 0;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return false; // as good as none: the disk itself is broken or read-only
        }
    }

    /** Makes it whole, as far as {@code spare} bytes stay free besides; true when it is. */
    synchronized boolean fill(long spare) throws IOException {
        long missing = size - left();
        if (missing <= 0) {
            return true;
        }
        if (free() < missing + spare) {
            return false;
        }
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            while (channel.size() < size) {
                channel.write(filling.clear().limit((int) Math.min(BLOCK, size - channel.size())));
            }
        }
        return true;
    }
}
