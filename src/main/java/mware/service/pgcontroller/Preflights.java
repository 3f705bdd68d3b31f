package mware.service.pgcontroller;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for the preflight of each pair when it is new and once a day, and tells in the system state what it found. */
final class Preflights implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("pg-controller");
    private static final long DAY = Duration.ofDays(1).toNanos();

    /** What was found wrong is asked again sooner, so that a mended mistake is not told for a day. */
    private static final long AGAIN = Duration.ofMinutes(1).toNanos();

    private final PgHands hands;
    private final Deviations deviations;
    private final BooleanSupplier active;
    private final LongSupplier nanos;
    private final ConcurrentMap<String, Asked> asked = new ConcurrentHashMap<>();
    private final ExecutorService own = Executors.newSingleThreadExecutor(work -> {
        var thread = new Thread(work, "pg-preflight");
        thread.setDaemon(true);
        return thread;
    });

    private record Asked(PgGroup group, long at, boolean clean) {}

    /** Tells only while {@code active}: an answer may come when another node speaks for the pair. */
    Preflights(PgHands hands, Deviations deviations, BooleanSupplier active, LongSupplier nanos) {
        this.active = active;
        this.hands = hands;
        this.deviations = deviations;
        this.nanos = nanos;
    }

    /** Asks on a thread of its own, if it is time. */
    void due(PgGroup group) {
        long at = nanos.getAsLong();
        Asked before = asked.get(group.key());
        if (before == null || !before.group().equals(group) || at - before.at() >= (before.clean() ? DAY : AGAIN)) {
            asked.put(group.key(), new Asked(group, at, true));
            own.execute(() -> {
                try {
                    now(group);
                } catch (RuntimeException e) {
                    LOG.error("{}: the preflight failed", group, e);
                }
            });
        }
    }

    /** Asks now. */
    List<Finding> now(PgGroup group) {
        List<Finding> found = hands.check(group);
        List<Finding> errors = found.stream().filter(Finding::error).toList();
        Asked before = asked.put(group.key(), new Asked(group, nanos.getAsLong(), errors.isEmpty()));
        if (before == null || before.clean() != errors.isEmpty()) {
            found.forEach(one -> LOG.warn("{}: preflight: {}", group, words(one)));
        }
        deviations.set(
                !errors.isEmpty() && active.getAsBoolean(),
                Alarms.CATEGORY,
                group.key() + ": preflight",
                Status.WARNING,
                group.key() + ": a failover or a rejoin would not work: "
                        + errors.stream().map(Preflights::words).collect(Collectors.joining("; "))
                        + "; next: it is checked again every minute");
        return found;
    }

    private static String words(Finding one) {
        return (one.server().isEmpty() ? "" : one.server() + ": ")
                + one.what()
                + (one.fix().isEmpty() ? "" : " (" + one.fix() + ")");
    }

    void clear(PgGroup group) {
        asked.remove(group.key());
        deviations.clear(Alarms.CATEGORY, group.key() + ": preflight");
    }

    /** What was last asked, by key. */
    Map<String, Boolean> clean() {
        return asked.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                .clean()));
    }

    @Override
    public void close() {
        own.shutdownNow();
    }
}
