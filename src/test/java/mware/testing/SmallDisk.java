package mware.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A disk of a few megabytes, to be filled: a tmpfs that is gone with the test. */
public final class SmallDisk implements AutoCloseable {

    private static final int[] BLOCKS = {1 << 20, 4096, 1};

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts one of so many megabytes on {@code folder}, which is made. */
    public static SmallDisk of(Path folder, int megabytes) throws IOException {
        Peers.needRoot("disks of a test's own");
        Files.createDirectories(folder);
        Command.run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString());
        return new SmallDisk(folder);
    }

    public Path folder() {
        return folder;
    }

    /** Leaves not one byte free, as a program does that writes until it cannot. */
    public void fill() throws IOException {
        try (var channel = FileChannel.open(
                folder.resolve("filling"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND)) {
            for (int block : BLOCKS) {
                try {
                    while (true) {
                        channel.write(ByteBuffer.allocate(block));
                    }
                } catch (IOException full) {
                    // a smaller block may still fit
                }
            }
        }
    }

    /** Takes away what {@link #fill} wrote. */
    public void free() throws IOException {
        Files.deleteIfExists(folder.resolve("filling"));
    }

    /** Lets nothing be written, or everything again. */
    public void readOnly(boolean on) {
        Command.run("mount", "-o", "remount," + (on ? "ro" : "rw"), folder.toString());
    }

    @Override
    public void close() {
        Command.run("umount", "-l", folder.toString());
    }
}
