package mware.service.syslogtrap.snmp;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import mware.core.cluster.Leadership;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import mware.core.state.RuntimeState;
import mware.core.state.StaleEpochException;
import mware.core.state.StateException;
import mware.service.syslogtrap.snmp.InformSession.Changes;
import mware.service.syslogtrap.snmp.Outbox.Batch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the nodes of a group hand to each other: the engine, whose boots rise by one with each term before anything is
 * signed under it, and the outboxes, written five times a second as far as they hold anything that has waited.
 *
 * <p>All work on the runtime state is done by one thread of its own, since it may have to wait for ZooKeeper.
 */
final class GroupState implements AutoCloseable {

    /** The deviation that stands while the runtime state cannot be used; its key in category {@code snmp}. */
    static final String DEVIATION = "runtime-state";

    private static final Logger LOG = LoggerFactory.getLogger("syslog-trap");
    private static final Duration KEEP_EVERY = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int MOST_BATCHES_A_ROUND = 10;
    static final Duration FLUSH = Duration.ofSeconds(3);

    private final RuntimeState state;
    private final Leadership leadership;
    private final Deviations deviations;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Supplier<Collection<Session>> sessions;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, OutboxStore> stores = new ConcurrentHashMap<>();
    private final ScheduledExecutorService worker = worker();

    // used by the worker only
    private OptionalLong epoch = OptionalLong.empty();
    private long begun = -1; // the epoch whose term was begun
    private @Nullable Engine engine;
    private long raisedIn = -1; // the epoch in which boots were raised
    private long bootNanos;

    GroupState(
            RuntimeState state,
            Leadership leadership,
            Deviations deviations,
            Clock clock,
            LongSupplier nanos,
            Supplier<Collection<Session>> sessions) {
        this.state = state;
        this.leadership = leadership;
        this.deviations = deviations;
        this.clock = clock;
        this.nanos = nanos;
        this.sessions = sessions;
    }

    private static ScheduledExecutorService worker() {
        var executor = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "snmp-state");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRejectedExecutionHandler((task, pool) -> LOG.debug("snmp: closed, nothing more is kept"));
        return executor;
    }

    void start() {
        leadership.onChange((now, why) -> worker.execute(() -> changed(now)));
        worker.scheduleWithFixedDelay(this::keep, KEEP_EVERY.toMillis(), KEEP_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A receiver was added or changed; it gets the engine and its outbox when the term has begun. */
    void added(Session session) {
        worker.execute(() -> {
            Engine current = engine;
            if (epoch.isPresent() && begun == epoch.getAsLong() && current != null) {
                orTellAndRetry(() -> equip(session, current), () -> added(session));
            }
        });
    }

    /** Writes what a session still holds, before it is closed; waits for a limited time. */
    void flush(Collection<Session> leaving, Duration limit) {
        var done = worker.submit(() -> leaving.forEach(this::keepAll));
        try {
            done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("snmp: outboxes could not be written completely: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void changed(OptionalLong now) {
        OptionalLong before = epoch;
        if (now.isEmpty()) {
            informs(sessions.get()).forEach(session -> session.active(false));
            if (before.isPresent()) {
                sessions.get().forEach(this::keepAll);
            }
        }
        epoch = now;
        if (now.isPresent()) {
            begin(now.getAsLong());
        }
    }

    private void begin(long term) {
        if (epoch.isEmpty() || epoch.getAsLong() != term) {
            return; // it ended while the state could not be reached
        }
        if (begun == term) {
            informs(sessions.get()).forEach(session -> session.active(true));
            return;
        }
        orTellAndRetry(
                () -> {
                    Engine next = raiseBoots(term);
                    removeOrphans(term);
                    sessions.get().forEach(session -> equip(session, next));
                    begun = term;
                },
                () -> begin(term));
    }

    private Engine raiseBoots(long term) {
        Engine raised = engine;
        if (raised != null && raisedIn == term) {
            return raised; // the rest of the beginning is tried again
        }
        Engine next = state.get(Engine.KEY)
                .map(bytes -> Engine.of(bytes).next(random))
                .orElseGet(() -> Engine.create(random));
        state.put(term, Engine.KEY, next.toBytes());
        bootNanos = nanos.getAsLong();
        engine = next;
        raisedIn = term;
        LOG.info("snmp: engine {} boots {} from this term on", next.id(), next.boots());
        return next;
    }

    private void equip(Session session, Engine current) {
        if (session instanceof InformSession inform) {
            inform.restore(store(inform).read(clock.millis(), nanos.getAsLong()));
            inform.engine(current, bootNanos);
            inform.active(true);
        } else {
            session.engine(current, bootNanos);
        }
    }

    /** Outboxes of receivers that are no more: kept for their hour, since a receiver may come back. */
    private void removeOrphans(long term) {
        Set<String> known = informs(sessions.get()).stream()
                .map(session -> session.receiver.name())
                .collect(Collectors.toSet());
        for (String name : state.children(OutboxStore.ROOT)) {
            if (!known.contains(name)) {
                if (new OutboxStore(state, name).isOver(clock.millis())) {
                    state.delete(term, OutboxStore.ROOT + '/' + name);
                }
            }
        }
    }

    private void orTellAndRetry(Runnable work, Runnable again) {
        try {
            work.run();
            deviations.clear("snmp", DEVIATION);
        } catch (StaleEpochException e) {
            LOG.info("snmp: {}", e.getMessage());
        } catch (StateException | IllegalArgumentException e) {
            tell(e);
            worker.schedule(again, RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void tell(RuntimeException e) {
        deviations.raise(
                "snmp", DEVIATION, Status.ERROR, "engine and outboxes cannot be read or kept: " + e.getMessage());
    }

    private void keep() {
        if (epoch.isEmpty() || begun != epoch.getAsLong()) {
            return;
        }
        try {
            long until = nanos.getAsLong() - KEEP_EVERY.toNanos();
            for (InformSession session : informs(sessions.get())) {
                for (int i = 0; i < MOST_BATCHES_A_ROUND && keepOne(session, until); i++) {
                    deviations.clear("snmp", DEVIATION);
                }
            }
        } catch (StaleEpochException e) {
            LOG.debug("snmp: {}", e.getMessage()); // the change of leadership follows
        } catch (RuntimeException e) {
            tell(e);
        }
    }

    private boolean keepOne(InformSession session, long until) {
        Changes changes = session.toKeep(until);
        if (changes.isEmpty()) {
            return false;
        }
        store(session).write(begun, changes.keep(), changes.delete(), clock.millis(), nanos.getAsLong());
        session.kept(changes);
        return !changes.keep().isEmpty();
    }

    /** Before a hand-over: also what came just now, and batches without what was acknowledged of them. */
    private void keepAll(Session session) {
        if (!(session instanceof InformSession inform) || begun < 0) {
            return;
        }
        try {
            while (keepOne(inform, nanos.getAsLong() + 1)) {
                LOG.trace("snmp: a batch of {} was written", inform.receiver.name());
            }
            for (Batch batch : inform.remains()) {
                store(inform).write(begun, List.of(batch), List.of(), clock.millis(), nanos.getAsLong());
            }
        } catch (RuntimeException e) {
            LOG.warn("snmp: outbox of {} could not be written completely: {}", inform.receiver.name(), e.toString());
        }
    }

    private OutboxStore store(InformSession session) {
        return stores.computeIfAbsent(session.receiver.name(), name -> new OutboxStore(state, name));
    }

    private static List<InformSession> informs(Collection<Session> sessions) {
        return sessions.stream()
                .filter(InformSession.class::isInstance)
                .map(InformSession.class::cast)
                .toList();
    }

    /** Writes all outboxes a last time. */
    @Override
    public void close() {
        flush(sessions.get(), FLUSH);
        worker.shutdownNow();
        try {
            worker.awaitTermination(FLUSH.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
