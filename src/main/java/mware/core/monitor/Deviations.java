package mware.core.monitor;

import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import mware.core.monitor.Deviation.Status;

/** The open deviations of this node; any service raises and clears its own, from any thread. */
public final class Deviations {

    private final Clock clock;
    private final ConcurrentMap<String, Deviation> open = new ConcurrentHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    public Deviations(Clock clock) {
        this.clock = clock;
    }

    /** Raises a deviation, or renews it: the time since when it stands is kept while category and key are the same. */
    public void raise(String category, String key, Status status, String reason) {
        raise(category, key, status, reason, Map.of());
    }

    /** Raises a deviation with details; see {@link #raise(String, String, Status, String)}. */
    public void raise(String category, String key, Status status, String reason, Map<String, Object> details) {
        boolean[] changed = {false};
        Deviation now = open.compute(category + '\n' + key, (id, before) -> {
            if (before != null
                    && before.status() == status
                    && before.reason().equals(reason)
                    && before.details().equals(details)) {
                return before;
            }
            changed[0] = before == null || before.status() != status;
            return new Deviation(
                    category, key, status, reason, before == null ? clock.instant() : before.since(), details);
        });
        if (changed[0]) {
            listeners.forEach(listener -> listener.changed(now, true));
        }
    }

    /** Clears a deviation; no error when it does not stand. */
    public void clear(String category, String key) {
        Deviation before = open.remove(category + '\n' + key);
        if (before != null) {
            listeners.forEach(listener -> listener.changed(before, false));
        }
    }

    /** Raises or clears, as {@code wrong} says. */
    public void set(boolean wrong, String category, String key, Status status, String reason) {
        if (wrong) {
            raise(category, key, status, reason);
        } else {
            clear(category, key);
        }
    }

    /** All that stand open, by category and key. */
    public List<Deviation> open() {
        return open.values().stream()
                .sorted(Comparator.comparing(Deviation::category).thenComparing(Deviation::key))
                .toList();
    }

    /** Adds a listener that hears of each raise (new, or a changed status) and clear; it must not block. */
    public void onChange(Listener listener) {
        listeners.add(listener);
    }

    /** Hears of raised and cleared deviations. */
    @FunctionalInterface
    public interface Listener {
        /** {@code raised} is false when the deviation was cleared. */
        void changed(Deviation deviation, boolean raised);
    }
}
