package mware.core.cluster;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners and work what has become of the role, in order, on one thread.
 *
 * <p>It compares what was told last with what is, so a cut that is over before it could be told costs nothing but the
 * closed gate.
 */
final class Announcer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("cluster");

    private static final String LEASE_OUT =
            "no quorum of ZooKeeper acknowledged a heartbeat for half the session time-out";

    private final Supplier<@Nullable Term> term;
    private final List<Leadership.Listener> listeners = new CopyOnWriteArrayList<>();
    private final Own own = new Own("cluster-role");
    private final List<Work> works = new CopyOnWriteArrayList<>();
    private volatile String why = LEASE_OUT;

    /** What listeners know; of the own thread only, as those below. */
    private @Nullable Term told;

    private long lastEpoch;
    private String toldWhy = "not elected yet";

    Announcer(Supplier<@Nullable Term> term) {
        this.term = term;
    }

    void add(Leadership.Listener listener) {
        own.execute(() -> {
            listeners.add(listener);
            Term now = told;
            call(listener, now == null ? OptionalLong.empty() : OptionalLong.of(now.epoch()), toldWhy);
        });
    }

    void run(Work what) {
        own.execute(() -> {
            works.add(what);
            if (told != null) {
                guarded(what::start);
            }
        });
    }

    /** Sets the reason that is told with the next change. */
    void because(String reason) {
        why = reason;
    }

    /** Looks at the term and tells what has changed. */
    void tell() {
        own.execute(this::compare);
    }

    private void compare() {
        Term now = term.get();
        if (now != null && now.valid() && !now.admits()) {
            return; // draining: told when that is done
        }
        Term valid = now != null && now.valid() ? now : null;
        if (valid == told) {
            return;
        }
        if (told != null) {
            passive(why);
        }
        if (valid != null) {
            active(valid);
        }
    }

    private void active(Term valid) {
        told = valid;
        toldWhy = valid.epoch() == lastEpoch ? "ZooKeeper is back: goes on under the same epoch" : why;
        why = LEASE_OUT; // the one end of a lease that no event announces
        lastEpoch = valid.epoch();
        LOG.info("active: epoch={} why={}", Long.toHexString(valid.epoch()), toldWhy);
        listeners.forEach(listener -> call(listener, OptionalLong.of(valid.epoch()), toldWhy));
        works.forEach(what -> guarded(what::start));
    }

    /** Stops the work while the term is still valid, ends the term, then tells; completes when all is done. */
    CompletableFuture<Void> drain(Term ending, Duration limit, String reason) {
        var done = new CompletableFuture<Void>();
        own.execute(() -> {
            try {
                if (told == ending) {
                    stopWork(limit);
                }
                ending.end();
                if (told != null) {
                    passive(reason);
                }
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private void passive(String reason) {
        told = null;
        toldWhy = reason;
        LOG.info("passive: why={}", reason);
        stopWork(Duration.ZERO);
        listeners.forEach(listener -> call(listener, OptionalLong.empty(), reason));
    }

    private void stopWork(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        works.forEach(what -> guarded(
                () -> what.stop(Duration.ofNanos(Math.max(0, Math.min(limit.toNanos(), end - System.nanoTime()))))));
    }

    /** One work that fails must not keep the others running, or from running. */
    private static void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("a part of the work failed to start or stop", e);
        }
    }

    private static void call(Leadership.Listener listener, OptionalLong epoch, String reason) {
        try {
            listener.changed(epoch, reason);
        } catch (RuntimeException e) {
            LOG.error("a listener failed when told that the role changed", e);
        }
    }

    @Override
    public void close() {
        own.close();
    }
}
