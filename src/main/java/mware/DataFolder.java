package mware;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The folder that a node keeps its files in, held by one process at a time: two would spoil each other's files. */
final class DataFolder implements AutoCloseable {

    private static final Set<PosixFilePermission> CLOSED = PosixFilePermissions.fromString("rwxr-x---");

    private final FileChannel lock;

    private DataFolder(FileChannel lock) {
        this.lock = lock;
    }

    /** Makes the folder where it is missing and takes it; a {@link Failure} says what is wrong with it. */
    static DataFolder take(Path folder) throws IOException {
        for (Path part = folder; part != null; part = part.getParent()) {
            if (Files.exists(part) && !Files.isDirectory(part)) {
                throw new Failure("--data: must be a folder, but " + part + " is a file");
            }
        }
        FileChannel channel;
        try {
            make(folder);
            channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (FileSystemException e) {
            throw cannotWrite(e);
        }
        if (channel.tryLock() == null) {
            channel.close();
            throw new Failure("--data: " + folder + " is in use by another process of mware; give each its own folder");
        }
        return new DataFolder(channel);
    }

    /** Closed to other users from the beginning: it will hold secrets and what devices said. */
    private static void make(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            Files.createDirectories(folder.toAbsolutePath().getParent());
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(CLOSED));
        }
    }

    /** What an operator needs to know when a file of the folder could not be written. */
    static Failure cannotWrite(FileSystemException why) {
        return new Failure("--data: cannot write " + why.getFile() + ": " + reason(why), why);
    }

    private static String reason(FileSystemException why) {
        if (why instanceof AccessDeniedException) {
            return "the user " + System.getProperty("user.name") + " has no permission";
        }
        String reason = why.getReason();
        return reason == null ? why.getClass().getSimpleName() : reason;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
