package mware.service.pgcontroller;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import mware.core.cluster.Leadership;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import mware.core.monitor.Metrics;
import mware.core.state.RuntimeState;
import mware.core.state.StateException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of the service: whose turn it is, look, decide, act; safe on any thread, each pair by itself. */
public final class PgController implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("pg-controller");

    /** Looks and steps of all pairs at once; who finds no thread waits for the next tick. */
    private static final int THREADS = 64;

    private final PgHands hands;
    private final RuntimeState state;
    private final Leadership leadership;
    private final Deviations deviations;
    private final Metrics metrics;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Preflights preflights;
    private volatile Map<String, PgPair> pairs = Map.of();
    private volatile List<String> problems = List.of();
    private Consumer<Collection<PgGroup>> onGroups = groups -> {};
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
                var thread = new Thread(work, "pg-controller");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.CallerRunsPolicy());

    /** Has no pairs until {@link #apply}. */
    public PgController(
            PgHands hands,
            RuntimeState state,
            Leadership leadership,
            Deviations deviations,
            Metrics metrics,
            Clock clock,
            LongSupplier nanos) {
        this.hands = hands;
        this.state = state;
        this.leadership = leadership;
        this.deviations = deviations;
        this.metrics = metrics;
        this.clock = clock;
        this.nanos = nanos;
        preflights = new Preflights(hands, deviations, leadership::isActive, nanos);
    }

    /** Tells {@code listener} which pairs there are, each time that changes. */
    public void onGroups(Consumer<Collection<PgGroup>> listener) {
        onGroups = listener;
    }

    /** Works with these pairs from the next look on; a wrong one is left out, logged and told in the system state. */
    public synchronized void apply(JsonNode parameter) {
        PgGroups read = PgGroups.read(parameter);
        if (!read.problems().equals(problems)) {
            read.problems().forEach(problem -> LOG.warn("left out: {}", problem));
        }
        problems = read.problems();
        deviations.set(
                !problems.isEmpty(),
                Alarms.CATEGORY,
                "configuration",
                Status.ERROR,
                "left out: " + String.join("; ", problems) + "; next: it works when that is mended");
        Map<String, PgPair> next = new LinkedHashMap<>();
        for (PgGroup group : read.usable()) {
            PgPair pair = pairs.get(group.key());
            if (pair == null || !names(pair.group()).equals(names(group))) {
                pair = new PgPair(group, new PairStore(state, group.key()), leadership, clock, nanos);
                count(group.key());
            } else {
                pair.group(group);
            }
            next.put(group.key(), pair);
        }
        Map<String, PgPair> before = pairs;
        pairs = next;
        before.forEach((key, pair) -> {
            if (next.get(key) != pair) {
                pair.remove();
                Alarms.clear(deviations, pair.group());
                preflights.clear(pair.group());
            }
        });
        onGroups.accept(read.usable());
    }

    private static List<String> names(PgGroup group) {
        return group.servers().stream().map(PgServer::name).toList();
    }

    private void count(String key) {
        metrics.gauge("pg-controller.masters", "Servers that answer as master.", () -> figure(key, 0), "group", key);
        metrics.gauge("pg-controller.streams", "1 while the standby streams.", () -> figure(key, 1), "group", key);
        metrics.gauge("pg-controller.lag", "Bytes that the standby lies behind.", () -> figure(key, 2), "group", key);
        metrics.gauge("pg-controller.paused", "1 while paused.", () -> figure(key, 3), "group", key);
    }

    private double figure(String key, int which) {
        PgPair pair = pairs.get(key);
        if (pair == null || !leadership.isActive()) {
            return Double.NaN;
        }
        var now = pair.snapshot();
        PairLook look = now.look();
        if (look == null) {
            return Double.NaN;
        }
        return switch (which) {
            case 0 ->
                (look.first().master().isPresent() ? 1 : 0)
                        + (look.second().master().isPresent() ? 1 : 0);
            case 1 -> now.watch().first().streams() || now.watch().second().streams() ? 1 : 0;
            case 2 ->
                now.watch().first().streams()
                        ? now.watch().first().lag()
                        : now.watch().second().streams() ? now.watch().second().lag() : Double.NaN;
            default -> now.memory().pause() == null ? 0 : 1;
        };
    }

    /** The pairs that nobody looks at just now; their turns are taken. */
    public List<PgPair> due() {
        if (!leadership.isActive()) {
            return List.of();
        }
        List<PgPair> due = new ArrayList<>();
        pairs.values().stream().filter(PgPair::takeTurn).forEach(due::add);
        return due;
    }

    /** The threads on which pairs have their turns. */
    public ExecutorService threads() {
        return threads;
    }

    /** A look at a pair, under a term. */
    public record Look(PgPair pair, PairLook seen, long epoch) {}

    /** A step that is to be done for a pair. */
    public record Act(PgPair pair, PgPair.Running running, long epoch) {
        @Override
        public String toString() {
            return running.words();
        }
    }

    /** Looks at both servers; null when this node is not active any more, or the look failed. */
    public @Nullable Look look(PgPair pair) {
        OptionalLong epoch = leadership.epoch();
        try {
            if (epoch.isPresent()) {
                return new Look(pair, hands.look(pair.group(), epoch.getAsLong()), epoch.getAsLong());
            }
        } catch (RuntimeException e) {
            LOG.error("{}: the look failed", pair.group(), e);
            looks(pair, "the look failed: " + e.getMessage());
        }
        pair.endTurn();
        return null;
    }

    /** Decides; null where nothing is to be done. */
    public @Nullable Act decide(Look look) {
        PgPair pair = look.pair();
        try {
            Optional<PgPair.Running> step = pair.decide(look.seen(), look.epoch());
            if (leadership.isActive()) {
                deviations.clear(Alarms.CATEGORY, pair.group().key() + ": looks");
                Alarms.tell(deviations, pair.snapshot());
                preflights.due(pair.group());
            }
            return step.map(running -> new Act(pair, running, look.epoch())).orElse(null);
        } catch (StateException e) {
            LOG.warn("{}: nothing is done, since the runtime state cannot be kept: {}", pair.group(), e.getMessage());
            looks(pair, "nothing is done, since the runtime state cannot be reached: " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{}: no decision", pair.group(), e);
            looks(pair, "no decision: " + e.getMessage());
        } finally {
            pair.endTurn();
        }
        return null;
    }

    private void looks(PgPair pair, String why) {
        if (leadership.isActive()) {
            deviations.raise(Alarms.CATEGORY, pair.group().key() + ": looks", Status.ERROR, why + "; next: try again");
        }
    }

    /** Does the step; the pair, when it is to be looked at again at once, else null. */
    public @Nullable PgPair act(Act act) {
        PgPair pair = act.pair();
        Outcome outcome;
        try {
            outcome = hands.act(pair.group(), act.running().step, act.epoch(), act.running());
        } catch (RuntimeException e) {
            LOG.error("{}: {} failed", pair.group(), act, e);
            outcome = new Outcome(Outcome.Kind.UNKNOWN, String.valueOf(e.getMessage()), java.time.Duration.ZERO);
        }
        metrics.counter(
                        "pg-controller.steps",
                        "Steps done on servers.",
                        "group",
                        pair.group().key(),
                        "step",
                        act.running().step.getClass().getSimpleName(),
                        "outcome",
                        outcome.kind().name())
                .increment();
        pair.done(act.running(), outcome);
        if (outcome.kind() != Outcome.Kind.DONE) {
            return null;
        }
        pair.hurry();
        return pair.takeTurn() ? pair : null;
    }

    /** Forgets what is open in the system state, since another node speaks for the pairs now. */
    public void passive() {
        pairs.values().forEach(pair -> {
            Alarms.clear(deviations, pair.group());
            preflights.clear(pair.group());
        });
    }

    /** The pair of this key. */
    Optional<PgPair> pair(String key) {
        return Optional.ofNullable(pairs.get(key));
    }

    /** All pairs. */
    Collection<PgPair> pairs() {
        return pairs.values();
    }

    /** What is wrong with the configuration. */
    List<String> problems() {
        return problems;
    }

    /** What would stop a failover or a rejoin; asked now. */
    List<Finding> check(PgPair pair) {
        return preflights.now(pair.group());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        preflights.close();
    }
}
