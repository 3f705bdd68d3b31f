package mware.service.pgcontroller;

import java.time.Duration;
import java.util.Optional;
import mware.service.pgcontroller.HostLook.Seen;
import mware.service.pgcontroller.Memory.Request;
import mware.service.pgcontroller.Memory.Stage;
import mware.service.pgcontroller.Memory.Streamed;
import mware.service.pgcontroller.ServerLook.Life;
import mware.service.pgcontroller.SqlLook.Answers;

/** The rows for one server that answers as the master: what becomes of the other, and of the master's settings. */
final class OneMaster {

    private static final Duration ASYNCHRONOUS_AFTER = Duration.ofSeconds(5);
    private static final Duration HUNG = Duration.ofSeconds(60);
    private static final long NOTE_MILLIS = 10_000;

    private OneMaster() {}

    private static Answers answers(ServerLook master) {
        return master.master().orElseThrow();
    }

    static Optional<Decision> byForce(Situation s) {
        Request request = s.memory().request();
        return s.master()
                .filter(master -> request != null
                        && s.isAsked(Request.Kind.FAILOVER)
                        && request.server().equals(master.server()))
                .flatMap(master -> s.settle(
                        Rule.MASTER_BY_FORCE,
                        s.memory()
                                .request(null)
                                .master(
                                        master.server(),
                                        answers(master).timeline(),
                                        answers(master).systemId())
                                .eligible(false),
                        master.server() + " is the master, as an operator said: " + request.reason()));
    }

    /** A master that is not the last one, or is on an older timeline than that. */
    private static Optional<ServerLook> staleMaster(Situation s) {
        String last = s.memory().master();
        return s.master()
                .filter(master -> last != null && s.group().server(last).isPresent())
                .filter(master -> answers(master).timeline() < s.memory().timeline()
                        || !master.server().equals(last)
                                && answers(master).timeline() == s.memory().timeline());
    }

    static Optional<Decision> startLast(Situation s) {
        return staleMaster(s)
                .map(s::other)
                .filter(last -> last.server().equals(s.memory().master())
                        && Situation.isStartable(last)
                        && Situation.wasMaster(last)
                        && s.watch().mayTry(new Step.Start(last.server()), s.at()))
                .flatMap(last -> s.act(
                        Rule.MASTER_STALE_START,
                        new Step.Start(last.server()),
                        s.memory(),
                        s.other(last).server() + " answers as the master, but " + last.server()
                                + " was it last, and is stopped: rows may be on it alone",
                        "end " + s.other(last).server()));
    }

    static Optional<Decision> stale(Situation s) {
        String last = s.memory().master();
        return staleMaster(s)
                .flatMap(master -> s.hold(
                        Rule.MASTER_STALE,
                        true,
                        master.server() + " answers as the master on timeline "
                                + answers(master).timeline() + ", but " + last + " was it last, on timeline "
                                + s.memory().timeline() + ": rows may be on " + last + " alone",
                        "nothing until " + last
                                + " is back, or an operator says by failover with force who is the master",
                        null));
    }

    static Optional<Decision> seen(Situation s) {
        return s.master()
                .filter(master -> !master.server().equals(s.memory().master())
                        || answers(master).timeline() != s.memory().timeline()
                        || !answers(master).systemId().equals(s.memory().systemId()))
                .flatMap(master -> {
                    boolean same = master.server().equals(s.memory().master());
                    Memory next = s.memory()
                            .master(
                                    master.server(),
                                    answers(master).timeline(),
                                    answers(master).systemId());
                    return s.settle(
                            Rule.MASTER_SEEN,
                            same ? next : next.eligible(false),
                            master.server() + " is the master, on timeline "
                                    + answers(master).timeline()
                                    + (s.memory().master() == null
                                            ? ", seen for the first time"
                                            : same ? "" : ", and was promoted by somebody else"));
                });
    }

    static Optional<Decision> notEligible(Situation s) {
        return s.master()
                .filter(master -> (s.memory().waits() || s.group().synchronous())
                        && !answers(master).synchronousNames().isEmpty())
                .filter(master -> silentFor(s).compareTo(ASYNCHRONOUS_AFTER) >= 0)
                .filter(master -> s.watch().mayTry(new Step.Synchronous(master.server(), false), s.at()))
                .flatMap(master -> s.act(
                        Rule.NOT_ELIGIBLE,
                        new Step.Synchronous(master.server(), false),
                        s.memory().eligible(false),
                        s.other(master).server() + " has not streamed for "
                                + silentFor(s).toSeconds() + " s and must not be promoted until it does again",
                        "commits wait again when it streams"));
    }

    static Optional<Decision> commitsWentOn(Situation s) {
        return s.master()
                .filter(master -> s.memory().eligible()
                        && answers(master).synchronousNames().isEmpty())
                .flatMap(master -> s.settle(
                        Rule.COMMITS_WENT_ON,
                        s.memory().eligible(false).waits(false),
                        "commits on " + master.server() + " do not wait for "
                                + s.other(master).server() + " (any more), which must not be promoted"));
    }

    /** How long the standby has not streamed. */
    private static Duration silentFor(Situation s) {
        var watched = s.watched(s.other(s.master().orElseThrow()));
        Duration streamed = watched.streamed();
        return watched.streams()
                ? Duration.ZERO
                : s.at().minus(streamed == null ? s.watch().begun() : streamed);
    }

    static Optional<Decision> switchover(Situation s) {
        return s.master()
                .filter(master -> s.isAsked(Request.Kind.SWITCHOVER)
                        && obstacle(s, master).isEmpty())
                .flatMap(master -> {
                    ServerLook to = s.other(master);
                    return s.act(
                            Rule.SWITCHOVER,
                            new Step.HandOver(master.server(), to.server()),
                            s.memory().nextTerm().stage(s.stage(Stage.Kind.SWITCHING, to.server(), master.server())),
                            s.memory().request().by() + " asked for a switchover to " + to.server(),
                            master.server() + " follows " + to.server());
                });
    }

    static Optional<Decision> switchoverRefused(Situation s) {
        return s.master()
                .filter(master -> s.isAsked(Request.Kind.SWITCHOVER))
                .flatMap(master -> obstacle(s, master))
                .flatMap(why -> s.settle(Rule.SWITCHOVER_REFUSED, s.memory().request(null), "no switchover: " + why));
    }

    /** Why a switchover could not be done now. */
    static Optional<String> obstacle(Situation s, ServerLook master) {
        Request request = s.memory().request();
        ServerLook to = s.other(master);
        var watched = s.watched(to);
        if (request != null && request.server().equals(master.server())) {
            return Optional.of(master.server() + " is the master already");
        }
        if (!master.isOpen()) {
            return Optional.of("we are not logged in on " + master.server() + ": " + master.why());
        }
        if (!to.isOpen()) {
            return Optional.of("we are not logged in on " + to.server() + ": " + to.why());
        }
        if (!watched.streams()) {
            return Optional.of(to.server() + " does not stream");
        }
        return watched.lag() > s.group().maximumLag()
                ? Optional.of(to.server() + " lies " + watched.lag() + " bytes behind, more than maximum_lag, "
                        + s.group().maximumLag())
                : Optional.empty();
    }

    static Optional<Decision> failoverEndsMaster(Situation s) {
        return failover(s)
                .filter(master -> master.isOpen()
                        && s.other(master).standby().isPresent()
                        && s.other(master).isOpen())
                .flatMap(master -> s.act(
                        Rule.FAILOVER_ENDS_MASTER,
                        new Step.Fence(master.server()),
                        s.memory(),
                        s.memory().request().by() + " asked for a failover from " + master.server() + ": "
                                + s.memory().request().reason(),
                        "promote " + s.other(master).server()));
    }

    static Optional<Decision> failoverRefused(Situation s) {
        return failover(s)
                .flatMap(master -> s.settle(
                        Rule.FAILOVER_REFUSED,
                        s.memory().request(null),
                        "no failover: " + master.server() + " takes writes and "
                                + (master.isOpen()
                                        ? s.other(master).server() + " is no standby that we can reach"
                                        : "cannot be ended: " + master.why())));
    }

    private static Optional<ServerLook> failover(Situation s) {
        return s.master().filter(master -> s.isAsked(Request.Kind.FAILOVER));
    }

    static Optional<Decision> guardStart(Situation s) {
        return s.master()
                .filter(master -> s.group().guard())
                .filter(master -> master.host()
                        .seen()
                        .map(Seen::guard)
                        .filter(guard -> !guard.running()
                                || guard.patience() != s.group().guardTime().toSeconds())
                        .isPresent())
                .filter(master -> s.watch().mayTry(new Step.StartGuard(master.server()), s.at()))
                .flatMap(master -> s.act(
                        Rule.GUARD_START,
                        new Step.StartGuard(master.server()),
                        s.memory(),
                        "no guard of " + s.group().guardTime().toSeconds() + " s runs on " + master.server(),
                        ""));
    }

    static Optional<Decision> guardEnd(Situation s) {
        return s.master().flatMap(master -> {
            ServerLook standby = s.other(master);
            ServerLook unwanted = hasGuard(standby) ? standby : !s.group().guard() && hasGuard(master) ? master : null;
            return unwanted == null || !s.watch().mayTry(new Step.StopGuard(unwanted.server()), s.at())
                    ? Optional.empty()
                    : s.act(
                            Rule.GUARD_END,
                            new Step.StopGuard(unwanted.server()),
                            s.memory(),
                            "a guard runs on " + unwanted.server() + ", where none is wanted",
                            "");
        });
    }

    private static boolean hasGuard(ServerLook one) {
        return one.host().seen().filter(seen -> seen.guard().running()).isPresent();
    }

    static Optional<Decision> readOnly(Situation s) {
        return s.master()
                .filter(master -> !answers(master).acceptsWrites())
                .flatMap(master -> s.hold(
                        Rule.READ_ONLY,
                        true,
                        master.server() + " is the master and takes no writes, by its own settings",
                        "nothing until it does",
                        null));
    }

    static Optional<Decision> standbyUnclear(Situation s) {
        return standby(s)
                .filter(one -> one.life() == Life.CANNOT_TELL
                        || one.sql() instanceof SqlLook.NotLetIn
                        || isGone(one)
                                && Situation.data(one)
                                        .filter(data -> data.state() == HostLook.ControlState.UNREADABLE)
                                        .isPresent()
                        || one.standby().isPresent()
                                && !one.isOpen()
                                && !s.watched(one).streams()
                                && !Rejoin.stillSettles(s, one))
                .flatMap(one -> s.hold(
                        Rule.STANDBY_UNCLEAR,
                        true,
                        "no standby that is known to work: " + one.server() + ": "
                                + (one.why().isEmpty()
                                        ? Situation.data(one)
                                                .map(HostLook.Data::why)
                                                .orElse("")
                                        : one.why()),
                        "nothing until that is mended",
                        null));
    }

    static Optional<Decision> standbyAway(Situation s) {
        return standby(s)
                .filter(one -> one.life() == Life.HOST_GONE || !one.isOpen() && one.life() != Life.ANSWERS)
                .flatMap(one -> s.hold(
                        Rule.STANDBY_AWAY,
                        true,
                        "no standby: " + one.server() + " does not answer (" + one.why() + ")",
                        "make it a standby again when it is back",
                        null));
    }

    static Optional<Decision> standbyHung(Situation s) {
        return standby(s)
                .filter(one -> one.life() == Life.MUTE
                        && one.sql() instanceof SqlLook.Silent
                        && one.isOpen()
                        && s.at().minus(s.watched(one).answered()).compareTo(HUNG) >= 0)
                .filter(one -> s.watch().mayTry(new Step.Fence(one.server()), s.at()))
                .flatMap(one -> s.act(
                        Rule.STANDBY_HUNG,
                        new Step.Fence(one.server()),
                        s.memory(),
                        one.server() + " runs and has given no answer for " + HUNG.toSeconds() + " s",
                        "let it follow again"));
    }

    static Optional<Decision> standbyStarts(Situation s) {
        return standby(s)
                .filter(one -> one.life() == Life.MUTE)
                .flatMap(one -> s.hold(
                        Rule.STANDBY_STARTS,
                        true,
                        "no standby yet: " + one.server() + ": " + one.why(),
                        "see whether it streams when it answers",
                        null));
    }

    /** The server that is not the master, unless it is one, too. */
    static Optional<ServerLook> standby(Situation s) {
        return s.master().map(s::other);
    }

    static boolean isGone(ServerLook one) {
        return one.life() == Life.POSTGRES_GONE || one.life() == Life.ORPHANS;
    }

    static Optional<Decision> standbyBack(Situation s) {
        return standby(s)
                .filter(one -> s.isStage(Stage.Kind.REJOINING) && s.watched(one).streams())
                .flatMap(one -> s.settle(Rule.STANDBY_BACK, s.memory().stage(null), one.server() + " streams again"));
    }

    static Optional<Decision> standbySettles(Situation s) {
        return standby(s)
                .filter(one -> !s.watched(one).streams()
                        && Rejoin.mayFollow(s, one)
                        && one.standby().isPresent()
                        && Rejoin.stillSettles(s, one))
                .flatMap(one -> s.hold(
                        Rule.STANDBY_SETTLES,
                        true,
                        one.server() + " does not stream yet",
                        "let it follow anew",
                        Rejoin.SETTLE.minus(silentFor(s))));
    }

    static Optional<Decision> rejoinFollow(Situation s) {
        return Rejoin.decide(s, Rule.REJOIN_FOLLOW);
    }

    static Optional<Decision> rejoinRewind(Situation s) {
        return Rejoin.decide(s, Rule.REJOIN_REWIND);
    }

    static Optional<Decision> rejoinClone(Situation s) {
        return Rejoin.decide(s, Rule.REJOIN_CLONE);
    }

    static Optional<Decision> rejoinWaits(Situation s) {
        return Rejoin.decide(s, Rule.REJOIN_WAITS);
    }

    static Optional<Decision> eligible(Situation s) {
        return s.master()
                .filter(master -> s.group().synchronous()
                        && !s.memory().eligible()
                        && s.memory().waits()
                        && !answers(master).synchronousNames().isEmpty()
                        && hasWaited(s, master))
                .flatMap(master -> s.settle(
                        Rule.ELIGIBLE,
                        s.memory().eligible(true),
                        s.other(master).server() + " has every acknowledged row and may be promoted"));
    }

    /** Whether the standby has what the master had at a look at which commits waited already. */
    private static boolean hasWaited(Situation s, ServerLook master) {
        Lsn waited = s.watch().waitedLsn();
        return waited != null
                && s.watched(s.other(master)).streams()
                && !s.other(master).standby().orElseThrow().lsn().isBefore(waited);
    }

    static Optional<Decision> commitsWait(Situation s) {
        return s.master()
                .filter(master -> s.group().synchronous()
                        && s.watched(s.other(master)).streams()
                        && (!s.memory().waits()
                                || answers(master).synchronousNames().isEmpty()))
                .filter(master -> s.watch().mayTry(new Step.Synchronous(master.server(), true), s.at()))
                .flatMap(master -> s.act(
                        Rule.COMMITS_WAIT,
                        new Step.Synchronous(master.server(), true),
                        s.memory().waits(true).eligible(false),
                        s.other(master).server() + " streams, so commits may wait for it",
                        "note that it may be promoted"));
    }

    static Optional<Decision> commitsFree(Situation s) {
        return s.master()
                .filter(master -> !s.group().synchronous()
                        && s.memory().waits()
                        && !answers(master).synchronousNames().isEmpty())
                .filter(master -> s.watch().mayTry(new Step.Synchronous(master.server(), false), s.at()))
                .flatMap(master -> s.act(
                        Rule.COMMITS_FREE,
                        new Step.Synchronous(master.server(), false),
                        s.memory().eligible(false),
                        "synchronous is off in the configuration",
                        ""));
    }

    static Optional<Decision> streamsNoted(Situation s) {
        Streamed before = s.memory().streamed();
        return standby(s)
                .filter(one -> s.watched(one).streams()
                        && (before == null
                                || !before.server().equals(one.server())
                                || s.now().toEpochMilli() - before.atMillis() >= NOTE_MILLIS))
                .flatMap(one -> s.settle(
                        Rule.STREAMS_NOTED,
                        s.memory()
                                .streamed(
                                        one.server(),
                                        s.now(),
                                        s.watched(one).lag(),
                                        s.watch().masterLsn()),
                        one.server() + " streams"));
    }

    static Optional<Decision> masterNoted(Situation s) {
        return s.master()
                .filter(master ->
                        master.isOpen() && !master.server().equals(s.memory().noted()))
                .filter(master -> s.watch().mayTry(new Step.Remember(master.server()), s.at()))
                .flatMap(master -> s.act(
                        Rule.MASTER_NOTED,
                        new Step.Remember(master.server()),
                        s.memory(),
                        "the database does not say that " + master.server() + " is the master",
                        ""));
    }

    static Optional<Decision> behind(Situation s) {
        return standby(s)
                .filter(one -> s.watched(one).streams()
                        && s.watched(one).lag() > s.group().maximumLag())
                .flatMap(one -> s.hold(
                        Rule.BEHIND,
                        true,
                        one.server() + " lies " + s.watched(one).lag() + " bytes behind, more than maximum_lag, "
                                + s.group().maximumLag(),
                        "it is not promoted until it has caught up",
                        null));
    }

    static Optional<Decision> healthy(Situation s) {
        return s.master()
                .flatMap(master -> s.hold(
                        Rule.HEALTHY,
                        false,
                        master.server() + " is the master, " + s.other(master).server() + " streams",
                        "",
                        null));
    }
}
