package mware.service.pgcontroller;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import mware.core.ssh.HostKeys;
import mware.service.pgcontroller.hands.RemoteHands;
import org.jspecify.annotations.Nullable;

/** A controller in this process, with real hands: looks every 2 s, decides by the table, acts beside; remembers in memory. */
final class LabController implements AutoCloseable {

    private static final long BEGUN = System.nanoTime();

    private final RemoteHands hands;
    private final PgGroup group;
    private final long epoch;
    private final ScheduledExecutorService looks = Executors.newScheduledThreadPool(2);
    private final List<String> said = new CopyOnWriteArrayList<>();
    private volatile Memory memory;
    private Watch watch = Watch.begin(at());
    private @Nullable Rule last;
    private @Nullable Step running;
    private volatile @Nullable Duration due;
    private volatile boolean cancelled;
    private volatile boolean closed;

    /** Begins at once. */
    LabController(PgGroup group, Memory memory, long epoch) {
        this.group = group;
        this.memory = memory;
        this.epoch = epoch;
        hands = new RemoteHands(
                new HostKeys() {
                    private final Map<String, String> known = new ConcurrentHashMap<>();

                    @Override
                    public Optional<String> known(String address) {
                        return Optional.ofNullable(known.get(address));
                    }

                    @Override
                    public void keep(String address, String fingerprint) {
                        known.put(address, fingerprint);
                    }
                },
                Clock.systemUTC(),
                System::nanoTime);
        looks.execute(this::turns);
    }

    private static Duration at() {
        return Duration.ofNanos(System.nanoTime() - BEGUN);
    }

    private void turns() {
        Duration began = at();
        turn();
        if (!closed) {
            Duration wait = Pace.afterLook(at().minus(began), due);
            looks.schedule(this::turns, wait.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void turn() {
        try {
            Duration began = at();
            Optional<Step> step = decide(hands.look(group, epoch), began);
            if (step.isPresent()) {
                looks.execute(() -> act(step.get()));
            }
        } catch (RuntimeException e) {
            note("a turn failed: " + e);
        }
    }

    private synchronized Optional<Step> decide(PairLook look, Duration began) {
        if (closed) {
            return Optional.empty();
        }
        watch = watch.fold(look, began, at());
        Decision next = Failover.decide(new Situation(
                group, look, memory, watch, epoch, Clock.systemUTC().instant(), at(), Optional.ofNullable(running)));
        if (next.rule() != last || next.step().isPresent()) {
            note(next.rule() + ": " + next.words());
        }
        last = next.rule();
        due = next.at() == null ? null : Duration.between(Clock.systemUTC().instant(), next.at());
        memory = next.memory();
        cancelled |= next.cancel();
        if (running != null || next.step().isEmpty()) {
            return Optional.empty();
        }
        running = next.step().get();
        cancelled = false;
        return next.step();
    }

    private void act(Step step) {
        Outcome outcome = hands.act(group, step, epoch, new Progress() {
            @Override
            public void at(String what, int percent, long bytesPerSecond) {
                // not told here
            }

            @Override
            public boolean isCancelled() {
                return cancelled || closed;
            }
        });
        synchronized (this) {
            running = null;
            note(step.words() + ": " + outcome);
            watch = watch.tried(step, outcome, at());
            memory = Failover.after(memory, step, outcome);
        }
        if (outcome.kind() == Outcome.Kind.DONE && !closed) {
            turn();
        }
    }

    private void note(String what) {
        said.add(String.format(Locale.ROOT, "%7.2f %s", at().toMillis() / 1000.0, what));
    }

    /** What it decided and did, for a failed test's message. */
    String said() {
        return "\n  " + String.join("\n  ", said);
    }

    boolean hasSaid(String words) {
        return said.stream().anyMatch(line -> line.contains(words));
    }

    /** Whether the last look saw a guard on the master. */
    synchronized boolean seesGuard() {
        return memory.master() != null
                && (group.first().name().equals(memory.master()) ? watch.first() : watch.second()).guarded();
    }

    Memory memory() {
        return memory;
    }

    /** As an operator does. */
    synchronized void change(UnaryOperator<Memory> change) {
        memory = change.apply(memory);
    }

    @Override
    public void close() {
        closed = true;
        looks.shutdownNow();
        hands.close();
    }
}
