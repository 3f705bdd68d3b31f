package mware.core.cluster;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.Adler32;
import org.apache.zookeeper.server.persistence.Util;

/**
 * Cuts what was not written completely from the end of ZooKeeper's transaction log.
 *
 * <p>A file is a header of 16 bytes, then for each transaction: Adler-32 (8), length (4), that many bytes (from the 13th
 * of them its zxid), the letter B; then zeros or nothing. What does not read so at the end was never acknowledged: an
 * answer is given after the transaction has been forced to the disk.
 */
final class LogTail {

    private static final String PREFIX = "log";
    private static final int HEADER = 16;
    private static final int MAGIC =
            ByteBuffer.wrap("ZKLG".getBytes(StandardCharsets.US_ASCII)).getInt();
    private static final int ZXID_AT = 12;
    private static final int SHORTEST = ZXID_AT + Long.BYTES;
    private static final int LONGEST = 64 << 20;

    private LogTail() {}

    /** Where the good part of a file ends, and what follows. */
    private record End(long position, Rest rest) {
        private enum Rest {
            NOTHING,
            GARBAGE,
            GOOD_ONES
        }
    }

    /** Removes all transactions from {@code zxid} on, and whatever is not one; {@code folder} must not be written to. */
    static void cut(Path folder, long zxid) throws IOException {
        List<File> newestFirst = files(folder);
        for (File file : newestFirst) {
            if (Util.getZxidFromName(file.getName(), PREFIX) < zxid) {
                truncate(file.toPath(), end(file.toPath(), zxid).position());
                return;
            }
            Files.delete(file.toPath());
        }
    }

    /**
     * Mends the end of the last file, for a server that could not read it; the file as it was is kept beside it.
     *
     * @return what was done, in words; empty when there was nothing to mend
     * @throws IOException when good transactions follow the damage: cutting there would lose what was acknowledged
     */
    static Optional<String> mend(Path folder) throws IOException {
        List<File> newestFirst = files(folder);
        if (newestFirst.isEmpty()) {
            return Optional.empty();
        }
        Path file = newestFirst.get(0).toPath();
        End end = end(file, Long.MAX_VALUE);
        if (end.rest() == End.Rest.NOTHING && end.position() > 0) {
            return Optional.empty();
        }
        if (end.rest() == End.Rest.GOOD_ONES) {
            throw new IOException(file + " is damaged at byte " + end.position() + ", and more follows");
        }
        Path kept = file.resolveSibling("damaged-" + file.getFileName());
        if (end.position() == 0) {
            Files.move(file, kept, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
            truncate(file, end.position());
        }
        return Optional.of("the last transaction in " + file + " was not written completely; it was cut off at byte "
                + end.position() + ", the file as it was is " + kept.getFileName());
    }

    private static List<File> files(Path folder) {
        File[] all = folder.toFile().listFiles((in, name) -> Util.isLogFileName(name));
        return Util.sortDataDir(all == null ? new File[0] : all, PREFIX, false);
    }

    private static void truncate(Path file, long position) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(position);
            channel.force(true);
        }
    }

    private static End end(Path file, long before) throws IOException {
        long position = 0;
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (in.readInt() != MAGIC) {
                return new End(0, End.Rest.GARBAGE);
            }
            in.readInt(); // version
            in.readLong(); // id of the database
            position = HEADER;
            while (true) {
                long sum = in.readLong();
                int length = in.readInt();
                if (length == 0) {
                    return new End(position, sum == 0 ? End.Rest.NOTHING : End.Rest.GARBAGE);
                }
                if (length < SHORTEST || length > LONGEST) {
                    return new End(position, End.Rest.GARBAGE);
                }
                byte[] bytes = in.readNBytes(length);
                if (!isGood(sum, bytes, length, in.readByte())) {
                    return new End(position, goodFollows(in) ? End.Rest.GOOD_ONES : End.Rest.GARBAGE);
                }
                if (ByteBuffer.wrap(bytes).getLong(ZXID_AT) >= before) {
                    return new End(position, End.Rest.GOOD_ONES);
                }
                position += Long.BYTES + Integer.BYTES + length + 1;
            }
        } catch (EOFException e) {
            return new End(position, Files.size(file) > position ? End.Rest.GARBAGE : End.Rest.NOTHING);
        }
    }

    private static boolean isGood(long sum, byte[] bytes, int length, byte last) {
        var adler = new Adler32();
        adler.update(bytes);
        return bytes.length == length && adler.getValue() == sum && last == 'B';
    }

    private static boolean goodFollows(DataInputStream in) throws IOException {
        try {
            long sum = in.readLong();
            int length = in.readInt();
            return length >= SHORTEST && length <= LONGEST && isGood(sum, in.readNBytes(length), length, in.readByte());
        } catch (EOFException e) {
            return false;
        }
    }
}
