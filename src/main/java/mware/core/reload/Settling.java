package mware.core.reload;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Says which files of a folder have changed and come to rest, from what each look at the folder sees. Pure: the looks and
 * the time come in. A file that is still being written, or that an editor moves away and back, is not at rest.
 */
final class Settling {

    /** A changed file is taken when its stamp has stayed equal for so long. */
    static final Duration CHANGED = Duration.ofMillis(200);

    /** A file is taken for deleted when it was away for so long: editors and git replace files by delete and create. */
    static final Duration GONE = Duration.ofMillis(500);

    private final Map<String, Watch> watches = new HashMap<>();

    /**
     * What has come to rest since it was last {@link #taken}; the same again until it is.
     *
     * @param seen the stamp of each file, which differs after any change
     * @param now nanoseconds of a clock that never goes back
     */
    Ready look(Map<String, ?> seen, long now) {
        var ready = new Ready(new TreeSet<>(), new TreeSet<>());
        Set<String> names = new HashSet<>(seen.keySet());
        names.addAll(watches.keySet());
        for (String name : names) {
            Object stamp = seen.get(name);
            Watch watch = watches.get(name);
            if (watch == null || !Objects.equals(watch.stamp, stamp)) {
                watch = new Watch(stamp, now, false);
                watches.put(name, watch);
            }
            Duration rest = stamp == null ? GONE : CHANGED;
            if (!watch.taken && now - watch.since >= rest.toNanos()) {
                (stamp == null ? ready.gone : ready.changed).add(name);
            }
        }
        return ready;
    }

    /** Marks what was seen of {@code name} at the last look as dealt with. */
    void taken(String name) {
        Watch watch = watches.get(name);
        if (watch != null && watch.stamp == null) {
            watches.remove(name);
        } else if (watch != null) {
            watches.put(name, new Watch(watch.stamp, watch.since, true));
        }
    }

    /** For how long {@code name} has not changed; zero for a name that was never seen. */
    Duration quiet(String name, long now) {
        Watch watch = watches.get(name);
        return watch == null ? Duration.ZERO : Duration.ofNanos(now - watch.since);
    }

    /** Files at rest that changed, or came, and files that went; both sorted. */
    record Ready(Set<String> changed, Set<String> gone) {}

    /** A file as last seen; no stamp: it is away. */
    private record Watch(@Nullable Object stamp, long since, boolean taken) {}
}
