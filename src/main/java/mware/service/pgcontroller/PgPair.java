package mware.service.pgcontroller;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import mware.core.cluster.Leadership;
import mware.core.state.StateException;
import mware.service.pgcontroller.PairStore.Entry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pair at work on this node: what was seen, what is remembered, and the one step that is being done. */
public final class PgPair {

    private static final Logger LOG = LoggerFactory.getLogger("pg-controller");

    /** What is of no interest in a history. */
    private static final Set<Rule> QUIET =
            Set.of(Rule.STREAMS_NOTED, Rule.MASTER_NOTED, Rule.ELIGIBLE, Rule.GUARD_START, Rule.GUARD_END);

    private final PairStore store;
    private final Leadership leadership;
    private final Clock clock;
    private final LongSupplier nanos;
    private volatile PgGroup group;
    private volatile boolean removed;
    private boolean looking;
    private Duration began = Duration.ZERO;
    private Duration due;
    private long epoch = -1;
    private boolean unsure;
    private Memory memory = Memory.NONE;
    private Watch watch;
    private @Nullable PairLook look;
    private Duration looked = Duration.ZERO;
    private @Nullable Decision decision;
    private @Nullable Rule told;
    private @Nullable Running running;

    PgPair(PgGroup group, PairStore store, Leadership leadership, Clock clock, LongSupplier nanos) {
        this.group = group;
        this.store = store;
        this.leadership = leadership;
        this.clock = clock;
        this.nanos = nanos;
        watch = Watch.begin(at());
        due = at();
    }

    /** What is known of a pair at one moment; {@code look} and {@code decision} are null before the first look. */
    record Snapshot(
            PgGroup group,
            Memory memory,
            Watch watch,
            @Nullable PairLook look,
            Duration age,
            @Nullable Decision decision,
            @Nullable Running running) {}

    /** A step that is being done. */
    final class Running implements Progress {
        final Step step;
        final Instant since;
        private final long term;
        private volatile boolean cancelled;
        private volatile String what = "";
        private volatile int percent = -1;
        private volatile long speed;

        private final Decision why;

        private Running(Step step, Decision why, long term) {
            this.step = step;
            this.why = why;
            this.term = term;
            since = clock.instant();
        }

        @Override
        public void at(String now, int done, long bytesPerSecond) {
            what = now;
            percent = done;
            speed = bytesPerSecond;
        }

        @Override
        public boolean isCancelled() {
            OptionalLong now = leadership.epoch();
            return cancelled || removed || now.isEmpty() || now.getAsLong() != term;
        }

        /** How far it is, in words. */
        String words() {
            return step.words()
                    + (what.isEmpty() ? "" : ", " + what)
                    + (percent < 0 ? "" : ", " + percent + " %")
                    + (speed <= 0 ? "" : ", " + speed / 1_000_000 + " MB/s");
        }

        int percent() {
            return percent;
        }

        long bytesPerSecond() {
            return speed;
        }
    }

    /** The pair as configured now. */
    public PgGroup group() {
        return group;
    }

    void group(PgGroup next) {
        group = next;
    }

    void remove() {
        removed = true;
    }

    private Duration at() {
        return Duration.ofNanos(nanos.getAsLong());
    }

    /** Takes the turn to look; false when somebody else has it, or it is too early. */
    synchronized boolean takeTurn() {
        boolean free = !looking && !removed && at().compareTo(due) >= 0;
        if (free) {
            looking = true;
            began = at();
        }
        return free;
    }

    /** Gives the turn back. */
    synchronized void endTurn() {
        looking = false;
        Instant next = decision == null ? null : decision.at();
        due = at().plus(Pace.afterLook(
                at().minus(began), next == null ? null : Duration.between(clock.instant(), next)));
    }

    /** Lets the next look be now: something was done, or asked for. */
    synchronized void hurry() {
        due = at();
    }

    /**
     * Decides by a look, and keeps what is to be remembered; the step to do, if there is one, counts as running then.
     *
     * @param term under which it was looked
     */
    synchronized Optional<Running> decide(PairLook seen, long term) {
        if (removed || leadership.epoch().orElse(-1) != term) {
            return Optional.empty();
        }
        recall(term);
        look = seen;
        looked = at();
        watch = watch.fold(seen, began, looked);
        Running now = running;
        Decision next = Failover.decide(new Situation(
                group,
                seen,
                memory,
                watch,
                term,
                clock.instant(),
                looked,
                Optional.ofNullable(now).map(one -> one.step)));
        tell(next);
        if (!next.memory().equals(memory)) {
            keep(next.memory());
            if (next.step().isEmpty() && !QUIET.contains(next.rule())) {
                note(next.rule().name(), "", next.reason(), "", Duration.ZERO);
            }
        }
        if (next.cancel() && now != null) {
            now.cancelled = true;
        }
        if (next.step().isEmpty() || now != null) {
            return Optional.empty();
        }
        var begun = new Running(next.step().get(), next, term);
        running = begun;
        return Optional.of(begun);
    }

    private void tell(Decision next) {
        decision = next;
        boolean quiet = QUIET.contains(next.rule());
        boolean same = told == next.rule() && next.step().isEmpty();
        told = quiet ? told : next.rule(); // what is of no interest in between makes the same no news
        if (same || quiet) {
            LOG.debug("{}: {} {}", group, next.rule(), next.words());
        } else if (next.wrong()) {
            LOG.warn("{}: {} [{}]", group, next.words(), next.rule());
        } else {
            LOG.info("{}: {} [{}]", group, next.words(), next.rule());
        }
    }

    /** Reads what is remembered, where that is not known; what was seen under the same term still counts. */
    private void recall(long term) {
        if (epoch == term && !unsure) {
            return;
        }
        memory = store.memory();
        unsure = false;
        if (epoch != term) {
            watch = Watch.begin(at());
            epoch = term;
            decision = null;
            told = null;
        }
    }

    private void keep(Memory next) {
        try {
            store.keep(epoch, next);
            memory = next;
        } catch (StateException e) {
            unsure = true; // it may have been written: read it again
            throw e;
        }
    }

    private void note(String rule, String step, String reason, String outcome, Duration took) {
        try {
            store.add(
                    epoch,
                    new Entry(
                            clock.instant().toString(),
                            Long.toHexString(epoch),
                            rule,
                            step,
                            reason,
                            outcome,
                            took.toMillis()));
        } catch (StateException e) {
            LOG.warn("{}: not in the history: {}", group, e.getMessage());
        }
    }

    /** Takes in what became of the step. */
    synchronized void done(Running done, Outcome outcome) {
        running = null;
        String took = outcome.took().toMillis() + " ms";
        if (outcome.kind() == Outcome.Kind.DONE) {
            LOG.info("{}: {}: done in {}: {}", group, done.step.words(), took, outcome.words());
        } else {
            LOG.warn("{}: {}: {} after {}: {}", group, done.step.words(), outcome.kind(), took, outcome.words());
        }
        watch = watch.tried(done.step, outcome, at());
        if (epoch != done.term || leadership.epoch().orElse(-1) != done.term) {
            return; // the next term reads what is true from the servers
        }
        if (!QUIET.contains(done.why.rule())) {
            note(
                    done.why.rule().name(),
                    done.step.words(),
                    done.why.reason(),
                    outcome.kind() + ": " + outcome.words(),
                    outcome.took());
        }
        Memory next = Failover.after(memory, done.step, outcome);
        if (!next.equals(memory)) {
            try {
                keep(next);
            } catch (StateException e) {
                LOG.warn("{}: not kept: {}", group, e.getMessage());
            }
        }
    }

    /** Changes what is remembered, as an operator asked; throws {@link StateException} when it cannot be kept. */
    synchronized Memory change(UnaryOperator<Memory> change, String what, String reason) {
        due = at();
        long term = leadership.epoch().orElseThrow(() -> new StateException("this node is not active (any more)"));
        recall(term);
        Memory next = change.apply(memory);
        keep(next);
        note(what, "", reason, "", Duration.ZERO);
        LOG.info("{}: {}: {}", group, what, reason);
        return next;
    }

    /** What is known now. */
    synchronized Snapshot snapshot() {
        return new Snapshot(group, memory, watch, look, at().minus(looked), decision, running);
    }

    /** The situation of the last look, for a question of what would be; empty before the first. */
    synchronized Optional<Situation> situation(UnaryOperator<Memory> with) {
        PairLook last = look;
        return last == null
                ? Optional.empty()
                : Optional.of(new Situation(
                        group, last, with.apply(memory), watch, epoch, clock.instant(), at(), Optional.empty()));
    }

    /** The last entries of its history. */
    List<Entry> history() {
        return store.history();
    }
}
