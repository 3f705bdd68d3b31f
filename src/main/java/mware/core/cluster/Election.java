package mware.core.cluster;

import static mware.core.cluster.Election.Action.JOIN;
import static mware.core.cluster.Election.Action.LEAVE;
import static mware.core.cluster.Election.Action.RESUME;
import static mware.core.cluster.Election.Action.STEP_DOWN;
import static mware.core.cluster.Election.Action.TAKE;
import static mware.core.cluster.Election.Action.UPDATE;
import static mware.core.cluster.Election.Action.WAIT;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides what a node does next in the election of its group. Pure: all it needs is in the view.
 *
 * <p>Safety does not hang on these rules (ZooKeeper makes the one {@code leader} node, and only its maker with a valid
 * lease acts); they say who is first, when a place is given back, and that a vacancy ends.
 */
final class Election {

    private Election() {}

    /** What a node can do next. */
    enum Action {
        /** Nothing now. */
        WAIT,
        /** Make the own candidate node, or make it anew under another order. */
        JOIN,
        /** Rewrite the own candidate node. */
        UPDATE,
        /** Make the leader node: become active under a new epoch. */
        TAKE,
        /** Go on under the epoch of a leader node that this session made. */
        RESUME,
        /** Stop the work, then delete the leader node. */
        STEP_DOWN,
        /** Delete the own candidate node. */
        LEAVE
    }

    /** A node that may become active; the lowest order is first, of equal ones the lowest name. */
    record Candidate(String node, int order, String instance, long session, boolean eligible, boolean claim) {
        static final Comparator<Candidate> FIRST =
                Comparator.comparingInt(Candidate::order).thenComparing(Candidate::node);
    }

    /** The holder of the leader node. */
    record Leader(String node, int order, String instance, long session) {}

    /**
     * The last term, as its lasting record says.
     *
     * @param node who had it; empty when there was none yet
     * @param released whether it was given back, work stopped
     */
    record LastTerm(String node, long session, boolean released) {
        static final LastTerm NONE = new LastTerm("", 0, true);
    }

    /**
     * This node.
     *
     * @param eligible whether it can run its services
     * @param leading whether it holds a term that it knows of
     * @param steady how long it has been eligible and connected
     */
    record Me(
            String node,
            int order,
            long session,
            boolean eligible,
            boolean leading,
            boolean stopping,
            boolean failback,
            Duration failbackDelay,
            Duration steady) {}

    /**
     * All that a decision needs.
     *
     * @param vacantFor how long this node has seen no leader; zero while there is one
     * @param patience how long a vacancy may last for each candidate that is before this one, and until the lease of
     *     a term that was not given back is over for certain: the session time-out
     */
    record View(
            Me me,
            List<Candidate> candidates,
            Optional<Leader> leader,
            LastTerm lastTerm,
            Duration vacantFor,
            Duration patience) {

        private Optional<Candidate> own() {
            return candidates.stream().filter(c -> c.node().equals(me.node())).findFirst();
        }

        private Optional<Candidate> firstEligibleOther() {
            return candidates.stream()
                    .filter(c -> c.eligible() && !c.node().equals(me.node()))
                    .min(Candidate.FIRST);
        }
    }

    /**
     * One thing to do, and why, in words for the log.
     *
     * @param claim for UPDATE: whether the node asks the active one to give way
     * @param recheck when to look again though nothing was heard; zero: not needed
     */
    record Step(Action action, String why, boolean claim, Duration recheck) {
        private static Step of(Action action, String why) {
            return new Step(action, why, false, Duration.ZERO);
        }

        private static Step waitFor(Duration recheck, String why) {
            return new Step(WAIT, why, false, recheck.isNegative() ? Duration.ZERO : recheck);
        }
    }

    /** The one step that brings the group closer to its first eligible node being active. */
    static Step decide(View view) {
        Me me = view.me();
        boolean leaderIsMine =
                view.leader().filter(l -> l.session() == me.session()).isPresent();
        Optional<Candidate> own = view.own();
        if (me.stopping()) {
            if (leaderIsMine) {
                return Step.of(STEP_DOWN, "the node stops");
            }
            return own.filter(c -> c.session() == me.session()).isPresent()
                    ? Step.of(LEAVE, "the node stops")
                    : Step.of(WAIT, "the node stops");
        }
        if (own.isEmpty()) {
            return Step.of(JOIN, "the node joins its group");
        }
        if (own.get().session() != me.session()) {
            return Step.waitFor(
                    view.patience(),
                    "another process named " + me.node() + ", or an earlier one, still holds its place in the group");
        }
        if (own.get().order() != me.order()) {
            return Step.of(JOIN, "the order is now " + me.order());
        }
        return leaderIsMine ? asLeader(view, own.get()) : asOther(view, own.get());
    }

    private static Step asLeader(View view, Candidate own) {
        Me me = view.me();
        Optional<Candidate> other = view.firstEligibleOther();
        if (!me.eligible() && (other.isPresent() || !me.leading())) {
            return Step.of(STEP_DOWN, "this node cannot run its services");
        }
        if (other.isPresent() && other.get().claim() && other.get().order() < me.order()) {
            return Step.of(STEP_DOWN, other.get().node() + ", of a lower order, is back");
        }
        if (!me.leading()) {
            return Step.of(RESUME, "the leader node is this session's");
        }
        if (own.eligible() != me.eligible() || own.claim()) {
            return Step.of(UPDATE, "active");
        }
        return Step.of(WAIT, "active");
    }

    private static Step asOther(View view, Candidate own) {
        Me me = view.me();
        boolean mayClaim = me.eligible()
                && me.failback()
                && view.leader().filter(l -> me.order() < l.order()).isPresent()
                && view.firstEligibleOther()
                        .filter(other -> Candidate.FIRST.compare(other, own) < 0)
                        .isEmpty();
        Duration untilClaim = me.failbackDelay().minus(me.steady());
        boolean claim = mayClaim && (untilClaim.isZero() || untilClaim.isNegative());
        if (own.eligible() != me.eligible() || own.claim() != claim) {
            return new Step(UPDATE, claim ? "a node of a higher order is active" : "passive", claim, Duration.ZERO);
        }
        if (view.leader().isPresent()) {
            return Step.waitFor(
                    mayClaim && !claim ? untilClaim : Duration.ZERO,
                    view.leader().get().node() + " is active");
        }
        if (!me.eligible()) {
            return Step.of(WAIT, "no node is active, and this one cannot run its services yet");
        }
        return vacancy(view, own);
    }

    private static Step vacancy(View view, Candidate own) {
        LastTerm last = view.lastTerm();
        boolean leaseMayStand = !last.released()
                && last.session() != own.session()
                && view.candidates().stream().anyMatch(c -> c.session() == last.session());
        if (leaseMayStand && view.vacantFor().compareTo(view.patience()) < 0) {
            return Step.waitFor(
                    view.patience().minus(view.vacantFor()),
                    "the leader node of " + last.node()
                            + " is gone, but not its session: waiting until its lease is over");
        }
        List<Candidate> ahead = view.candidates().stream()
                .filter(c -> c.eligible() && Candidate.FIRST.compare(c, own) < 0)
                .sorted(Candidate.FIRST)
                .toList();
        Duration theirTime = view.patience().multipliedBy(ahead.size());
        if (view.vacantFor().compareTo(theirTime) < 0) {
            return Step.waitFor(theirTime.minus(view.vacantFor()), ahead.get(0).node() + " is first");
        }
        String place =
                ahead.isEmpty() ? "first in order" : ahead.get(0).node() + " is first, but did not take over in time";
        return Step.of(TAKE, cause(last, own) + ", " + place);
    }

    private static String cause(LastTerm last, Candidate own) {
        if (last.node().isEmpty()) {
            return "the group had no active node yet";
        }
        String who = last.node().equals(own.node()) ? "this node" : last.node();
        return last.released() ? who + " gave the work back" : who + " lost its session";
    }
}
