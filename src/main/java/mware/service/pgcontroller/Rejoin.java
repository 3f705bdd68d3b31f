package mware.service.pgcontroller;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import mware.service.pgcontroller.HostLook.ControlState;
import mware.service.pgcontroller.HostLook.Data;
import mware.service.pgcontroller.Memory.Stage;
import mware.service.pgcontroller.SqlLook.Answers;
import mware.service.pgcontroller.SqlLook.Fork;
import org.jspecify.annotations.Nullable;

/** How the other server becomes a standby of the master: by following, rewinding or a copy, whichever is the least. */
final class Rejoin {

    /** A standby that answers has so long to stream by itself. */
    static final Duration SETTLE = Duration.ofSeconds(20);

    private static final int FOLLOW_TRIES = 2;

    private Rejoin() {}

    /** The decision of the row, where it is its turn. */
    static Optional<Decision> decide(Situation s, Rule row) {
        if (s.master().isEmpty()) {
            return Optional.empty();
        }
        ServerLook master = s.master().get();
        ServerLook one = s.other(master);
        if (s.watched(one).streams() || !one.isOpen()) {
            return Optional.empty();
        }
        String server = one.server();
        String forked = forked(one, master);
        var follow = new Step.Follow(server, master.server());
        var rewind = new Step.Rewind(server, master.server());
        var clone = new Step.Clone(server, master.server());
        boolean missing = Situation.data(one)
                        .filter(data -> data.state() == ControlState.MISSING)
                        .isPresent()
                && one.standby().isEmpty();
        boolean follows = forked == null && !missing && s.watch().failed(follow) < FOLLOW_TRIES;
        boolean rewinds = !follows
                && !missing
                && s.group().rejoin() == PgGroup.Rejoin.REWIND
                && s.watch().failed(rewind) == 0;
        Step step = follows ? follow : rewinds ? rewind : clone;
        String state = one.standby().isPresent()
                ? server + " does not stream"
                : server + (Situation.isCleanStop(one) ? " is stopped" : missing ? " has no data" : " crashed");
        String reason = state
                + (forked == null ? "" : ", " + forked)
                + (follows ? "" : s.lastWords(follow))
                + (step == clone ? s.lastWords(rewind) : "");
        Rule turn = !s.watch().mayTry(step, s.at())
                ? Rule.REJOIN_WAITS
                : follows ? Rule.REJOIN_FOLLOW : rewinds ? Rule.REJOIN_REWIND : Rule.REJOIN_CLONE;
        if (turn != row) {
            return Optional.empty();
        }
        if (row == Rule.REJOIN_WAITS) {
            return s.hold(row, true, "no standby: " + reason + s.lastWords(step), step.words(), s.until(step));
        }
        return s.act(
                row,
                step,
                s.memory().stage(s.stage(Stage.Kind.REJOINING, server, master.server())),
                reason,
                server + " streams from " + master.server());
    }

    /** Whether it could follow, as far as timelines tell. */
    static boolean mayFollow(Situation s, ServerLook one) {
        return forked(one, s.master().orElseThrow()) == null;
    }

    static boolean stillSettles(Situation s, ServerLook one) {
        Duration streamed = s.watched(one).streamed();
        Duration rejoined = s.watch().rejoined();
        Duration since = streamed == null ? s.watch().begun() : streamed;
        return s.at().minus(since).compareTo(SETTLE) < 0
                || rejoined != null && s.at().minus(rejoined).compareTo(SETTLE) < 0;
    }

    /** Why its data cannot follow the master, in words; null where nothing speaks against it. */
    private static @Nullable String forked(ServerLook one, ServerLook master) {
        Answers leads = master.master().orElseThrow();
        if (one.standby().isPresent()) {
            Answers its = one.standby().get();
            return place(its.timeline(), its.lsn(), leads);
        }
        Optional<Data> data = Situation.data(one);
        if (data.isEmpty() || data.get().state() == ControlState.MISSING) {
            return null;
        }
        Data its = data.get();
        if (!Situation.wasMaster(one)) {
            return place(its.timeline(), end(its, leads), leads);
        }
        if (its.timeline() == leads.timeline()) {
            return "it was a master on the same timeline " + its.timeline();
        }
        return its.state() == ControlState.SHUT_DOWN
                ? place(its.timeline(), end(its, leads), leads)
                : "it was a master on timeline " + its.timeline() + " and crashed: what it wrote alone is not known";
    }

    /** Its last checkpoint, and at the end of another timeline the first byte of that, which must be the other's, too. */
    private static Lsn end(Data its, Answers leads) {
        return its.timeline() == leads.timeline()
                ? its.checkpoint()
                : new Lsn(its.checkpoint().bytes() + 1);
    }

    private static @Nullable String place(int timeline, Lsn lsn, Answers leads) {
        if (timeline == leads.timeline()) {
            return leads.lsn().isBefore(lsn) ? "it is ahead of the master, " + lsn + " against " + leads.lsn() : null;
        }
        if (timeline > leads.timeline()) {
            return "it is on timeline " + timeline + ", which the master does not know";
        }
        List<Fork> ends = leads.history().stream()
                .filter(fork -> fork.timeline() == timeline)
                .toList();
        if (ends.isEmpty()) {
            return "its timeline " + timeline + " is none of the master's";
        }
        Lsn end = ends.get(0).end();
        return end.isBefore(lsn)
                ? "it wrote " + lsn.minus(end) + " bytes alone after " + end + " on timeline " + timeline
                : null;
    }
}
