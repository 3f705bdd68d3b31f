package mware.core.log;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Decides which closed log files go. Pure: all it needs is given. */
final class Retention {

    private Retention() {}

    /**
     * A closed file.
     *
     * @param age how long it has been closed, as {@link FileAges} has it
     * @param written when it was last written to by the wall clock of that time; settles which of two of one age goes
     */
    record Closed(Path path, long bytes, Duration age, Instant written) {}

    /** A file to delete, and why. */
    record Deletion(Path path, String why) {}

    /**
     * What is older than the limit, then the oldest of the rest until all fits.
     *
     * @param openBytes what the open files hold; they are never deleted
     */
    static List<Deletion> decide(List<Closed> closed, long openBytes, LogLimits limits) {
        List<Deletion> deletions = new ArrayList<>();
        long total = openBytes + closed.stream().mapToLong(Closed::bytes).sum();
        List<Closed> oldestFirst = closed.stream()
                .sorted(Comparator.comparing(Closed::age)
                        .reversed()
                        .thenComparing(Closed::written)
                        .thenComparing(file -> file.path().toString()))
                .toList();
        for (Closed file : oldestFirst) {
            if (file.age().compareTo(limits.keep()) > 0) {
                deletions.add(new Deletion(
                        file.path(), "closed more than " + limits.keep().toDays() + " days ago"));
            } else if (total > limits.total()) {
                deletions.add(new Deletion(
                        file.path(), "the oldest while all logs hold more than " + limits.total() / 1_048_576 + " MB"));
            } else {
                break; // younger ones are no older, and all fits
            }
            total -= file.bytes();
        }
        return deletions;
    }
}
