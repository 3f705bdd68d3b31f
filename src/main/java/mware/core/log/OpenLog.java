package mware.core.log;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The file that a family is written to now. */
final class OpenLog implements AutoCloseable {

    /** How the name of a log file is made: type, date, number. */
    static final Pattern NAME = Pattern.compile("([a-z0-9-]+)_(\\d{4,9}-\\d{2}-\\d{2})\\.(\\d{4,9})\\.log");

    private static final int BUFFER = 64 * 1024;

    private final Path path;
    private final LocalDate date;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private long size;

    private OpenLog(Path path, LocalDate date) throws IOException {
        this.path = path;
        this.date = date;
        boolean torn = isTorn(path);
        channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        size = channel.size();
        if (torn) {
            write(new byte[] {'\n'}); // a process that died in the middle of a line must not spoil the next one
        }
    }

    /** Opens the last file of that day when it has room, else the one after it. */
    static OpenLog open(Path folder, LogFamily family, LocalDate date, long limit) throws IOException {
        Path of = folder.resolve(family.service());
        Files.createDirectories(of);
        int last = lastNumber(of, family, date);
        if (last > 0) {
            Path path = of.resolve(name(family, date, last));
            if (Files.size(path) < limit) {
                return new OpenLog(path, date);
            }
        }
        return new OpenLog(of.resolve(name(family, date, last + 1)), date);
    }

    Path path() {
        return path;
    }

    LocalDate date() {
        return date;
    }

    long size() {
        return size;
    }

    /** Adds to the file, at the latest with {@link #flush()}. */
    void write(byte[] line) throws IOException {
        if (line.length > buffer.remaining()) {
            flush();
        }
        if (line.length > buffer.capacity()) {
            ByteBuffer large = ByteBuffer.wrap(line);
            while (large.hasRemaining()) {
                channel.write(large);
            }
        } else {
            buffer.put(line);
        }
        size += line.length;
    }

    void flush() throws IOException {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } finally {
            buffer.clear();
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            flush();
        }
    }

    private static int lastNumber(Path folder, LogFamily family, LocalDate date) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> NAME.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .filter(name ->
                            name.group(1).equals(family.type()) && name.group(2).equals(date.toString()))
                    .mapToInt(name -> Integer.parseInt(name.group(3)))
                    .max()
                    .orElse(0);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String name(LogFamily family, LocalDate date, int number) {
        return family.type() + "_" + date + "." + String.format("%04d", number) + ".log";
    }

    private static boolean isTorn(Path path) throws IOException {
        if (!Files.exists(path) || Files.size(path) == 0) {
            return false;
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(file.length() - 1);
            return file.read() != '\n';
        }
    }
}
