package mware.core.log;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How long files have been closed, by a clock that nobody can set.
 *
 * <p>A file's age is what the wall clock says, but never more than its age when this process first saw it closed plus
 * what a monotonic clock has counted since: a wall clock that jumps a year ahead makes no file old. A file whose time
 * lies in the future (the clock was ahead when it was written) has the monotonic age alone. In the first minutes of a
 * process the wall clock may still be wrong (a machine that booted without a battery), so nothing is old yet.
 */
final class FileAges {

    /** How long the wall clock may take to become right after a start. */
    static final Duration GRACE = Duration.ofMinutes(10);

    private static final Duration TOLERANCE = Duration.ofHours(1);

    private final long began;
    private final Map<Path, Sight> sights = new HashMap<>();

    private record Sight(long nanos, Duration age) {}

    /** Begins at {@code nanos} of the monotonic clock. */
    FileAges(long nanos) {
        began = nanos;
    }

    /** The age of {@code file}, closed at {@code closedAt} by the wall clock of that time. */
    Duration of(Path file, Instant closedAt, Instant wall, long nanos) {
        if (nanos - began < GRACE.toNanos()) {
            return Duration.ZERO;
        }
        Duration byWall = Duration.between(closedAt, wall);
        Sight first =
                sights.computeIfAbsent(file, seen -> new Sight(nanos, byWall.isNegative() ? Duration.ZERO : byWall));
        Duration sinceSeen = Duration.ofNanos(nanos - first.nanos());
        if (byWall.compareTo(TOLERANCE.negated()) < 0) {
            return sinceSeen;
        }
        Duration most = first.age().plus(sinceSeen);
        return byWall.compareTo(most) < 0 ? byWall : most;
    }

    /** This process itself closed {@code file} just now. */
    void closed(Path file, long nanos) {
        sights.put(file, new Sight(nanos, Duration.ZERO));
    }

    /** Forgets all but {@code present}. */
    void keepOnly(Set<Path> present) {
        sights.keySet().retainAll(present);
    }
}
