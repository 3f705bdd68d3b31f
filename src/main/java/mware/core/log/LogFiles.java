package mware.core.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import mware.core.log.Retention.Closed;
import mware.core.log.Retention.Deletion;
import org.jspecify.annotations.Nullable;

/**
 * The log files of a node, used by one thread. Nothing here throws: what cannot be written is counted, and told when
 * writing goes on.
 */
final class LogFiles implements AutoCloseable {

    private final Path folder;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Supplier<LogLimits> limits;
    private final Consumer<String> told;
    private final FileAges ages;
    private final Map<LogFamily, OpenLog> open = new HashMap<>();
    private @Nullable String stopped;
    private long notWritten;
    private long unflushed;

    /**
     * Writes below {@code folder}.
     *
     * @param clock the wall clock, with the server's zone
     * @param nanos a clock that never jumps
     * @param told hears, in words, when writing stops and goes on; empty text when all is well again
     */
    LogFiles(Path folder, Clock clock, LongSupplier nanos, Supplier<LogLimits> limits, Consumer<String> told) {
        this.folder = folder;
        this.clock = clock;
        this.nanos = nanos;
        this.limits = limits;
        this.told = told;
        ages = new FileAges(nanos.getAsLong());
    }

    /** Writes one line, which ends with a line feed. */
    void write(LogFamily family, String line) {
        if (stopped != null) {
            notWritten++;
            return;
        }
        try {
            append(family, line);
            unflushed++;
        } catch (IOException e) {
            notWritten++;
            failed(e);
        }
    }

    /** Makes what was written visible to readers. */
    void flush() {
        try {
            flushAll();
        } catch (IOException e) {
            failed(e);
        }
    }

    /** To be called every minute: free space, files of yesterday, files that somebody took away, old files. */
    void check() {
        try {
            String lacking = lacking();
            if (lacking != null) {
                stop(lacking);
            } else if (stopped != null) {
                resume();
            }
            closeStale();
            sweep();
        } catch (IOException | UncheckedIOException e) {
            failed(e);
        }
    }

    /** Why nothing is written now; null when it is. */
    @Nullable
    String stopped() {
        return stopped;
    }

    @Override
    public void close() {
        flush();
        closeAll();
    }

    private void append(LogFamily family, String line) throws IOException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        LocalDate today = LocalDate.now(clock);
        OpenLog log = open.get(family);
        if (log != null
                && (!log.date().equals(today) || log.size() >= limits.get().file())) {
            close(family, log);
            log = null;
            sweep();
            String lacking = lacking();
            if (lacking != null) {
                stop(lacking);
                notWritten++;
                return;
            }
        }
        if (log == null) {
            log = OpenLog.open(folder, family, today, limits.get().file());
            open.put(family, log);
        }
        log.write(bytes);
    }

    private @Nullable String lacking() throws IOException {
        Files.createDirectories(folder);
        long free = Files.getFileStore(folder).getUsableSpace();
        long wanted = limits.get().free();
        return free >= wanted
                ? null
                : "only " + free / 1_048_576 + " MB are free below " + folder + ", " + wanted / 1_048_576
                        + " MB must stay free (setting log, min_free_mb)";
    }

    private void failed(Exception cause) {
        notWritten += unflushed; // some of them may be there
        unflushed = 0;
        closeAll(); // opened again when writing goes on
        stop("cannot write below " + folder + ": " + cause.getMessage());
    }

    private void stop(String why) {
        boolean news = stopped == null;
        stopped = why;
        if (news) {
            String line = "log files stop: " + why;
            try {
                append(LogFamily.NODE, LineFormat.own(clock, line)); // the last one, if there is room for it at all
                flushAll();
            } catch (IOException e) {
                closeAll();
            }
            told.accept(line);
        }
    }

    private void resume() throws IOException {
        String line = "log files go on; " + notWritten + " lines were not written (" + stopped + ")";
        append(LogFamily.NODE, LineFormat.own(clock, line));
        flushAll();
        stopped = null;
        notWritten = 0;
        told.accept("");
    }

    private void flushAll() throws IOException {
        for (OpenLog log : open.values()) {
            log.flush();
        }
        unflushed = 0;
    }

    private void closeStale() throws IOException {
        LocalDate today = LocalDate.now(clock);
        for (Map.Entry<LogFamily, OpenLog> one : List.copyOf(open.entrySet())) {
            if (!one.getValue().date().equals(today)
                    || !Files.exists(one.getValue().path())) {
                close(one.getKey(), one.getValue());
            }
        }
    }

    private void close(LogFamily family, OpenLog log) throws IOException {
        open.remove(family);
        ages.closed(log.path(), nanos.getAsLong());
        log.close();
    }

    private void closeAll() {
        for (OpenLog log : open.values()) {
            try {
                log.close();
            } catch (IOException e) {
                // counted and told already
            }
        }
        open.clear();
    }

    private void sweep() throws IOException {
        Set<Path> inUse = new HashSet<>();
        long openBytes = 0;
        for (OpenLog log : open.values()) {
            inUse.add(log.path());
            openBytes += log.size();
        }
        List<Closed> closed = new ArrayList<>();
        Instant wall = clock.instant();
        long now = nanos.getAsLong();
        for (Path file : files()) {
            if (!inUse.contains(file)) {
                Instant at = Files.getLastModifiedTime(file).toInstant();
                closed.add(new Closed(file, Files.size(file), ages.of(file, at, wall, now), at));
            }
        }
        for (Deletion deletion : Retention.decide(closed, openBytes, limits.get())) {
            Files.deleteIfExists(deletion.path());
            removeIfEmpty(deletion.path().getParent());
        }
        inUse.addAll(closed.stream().map(Closed::path).toList());
        ages.keepOnly(inUse);
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder, 2)) {
            return all.filter(file -> file.getNameCount() == folder.getNameCount() + 2
                            && OpenLog.NAME
                                    .matcher(file.getFileName().toString())
                                    .matches()
                            && Files.isRegularFile(file))
                    .toList();
        }
    }

    private static void removeIfEmpty(@Nullable Path family) throws IOException {
        if (family == null) {
            return;
        }
        try (Stream<Path> left = Files.list(family)) {
            if (left.findAny().isPresent()) {
                return;
            }
        }
        Files.deleteIfExists(family);
    }
}
