package mware.service.pgcontroller;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import mware.service.pgcontroller.HostLook.Seen;
import mware.service.pgcontroller.Memory.Request;
import mware.service.pgcontroller.Memory.Stage;
import mware.service.pgcontroller.Memory.Streamed;
import mware.service.pgcontroller.ServerLook.Life;
import mware.service.pgcontroller.SqlLook.Answers;
import org.jspecify.annotations.Nullable;

/** The rows for a pair in which no server answers as the master. */
final class NoMaster {

    private static final int RESTARTS = 3;
    private static final Duration RECOVERY = Duration.ofSeconds(300);
    private static final Duration STREAMED_WITHIN = Duration.ofSeconds(60);
    private static final Duration STILL_AT_LEAST = Duration.ofSeconds(4);

    private NoMaster() {}

    /** The last master and the other server. */
    private record Lost(ServerLook last, ServerLook standby) {}

    private static Optional<Lost> pair(Situation s) {
        return s.masters().isEmpty() ? s.last().map(last -> new Lost(last, s.other(last))) : Optional.empty();
    }

    static Optional<Decision> unknown(Situation s) {
        return s.masters().isEmpty() && s.last().isEmpty() && !s.isAsked(Request.Kind.FAILOVER)
                ? s.hold(
                        Rule.UNKNOWN_MASTER,
                        true,
                        "no master, and nothing says which server was it",
                        "nothing until an operator names one by failover with force",
                        null)
                : Optional.empty();
    }

    static Optional<Decision> failoverPromotes(Situation s) {
        return asked(s).filter(to -> failoverObstacle(s, to).isEmpty())
                .filter(to -> s.watch().mayTry(new Step.Promote(to.server()), s.at()))
                .flatMap(to -> s.act(
                        Rule.FAILOVER_PROMOTES,
                        new Step.Promote(to.server()),
                        s.memory()
                                .nextTerm()
                                .stage(s.stage(
                                        Stage.Kind.PROMOTING,
                                        to.server(),
                                        s.other(to).server())),
                        s.memory().request().by() + " asked for a failover to " + to.server() + ": "
                                + s.memory().request().reason(),
                        s.other(to).server() + " becomes its standby when it is back"));
    }

    static Optional<Decision> failoverWaits(Situation s) {
        return asked(s).flatMap(to -> failoverObstacle(s, to))
                .flatMap(why -> s.settle(Rule.FAILOVER_WAITS, s.memory().request(null), "no failover: " + why));
    }

    private static Optional<ServerLook> asked(Situation s) {
        Request request = s.memory().request();
        return request != null
                        && s.masters().isEmpty()
                        && s.isAsked(Request.Kind.FAILOVER)
                        && s.group().server(request.server()).isPresent()
                ? Optional.of(s.look().of(request.server()))
                : Optional.empty();
    }

    private static Optional<String> failoverObstacle(Situation s, ServerLook to) {
        if (to.standby().isEmpty() || !to.isOpen()) {
            return Optional.of(to.server() + " is no standby that we can reach: " + to.why());
        }
        ServerLook last = s.other(to);
        if (last.life() == Life.POSTGRES_GONE || last.standby().isPresent()) {
            return Optional.empty();
        }
        if (last.isOpen()) {
            return last.life() == Life.ORPHANS || last.life() == Life.MUTE
                    ? Optional.of(
                            last.server()
                                    + " has processes that live; they are ended by the failover of a server that is lost for promote_after")
                    : Optional.empty();
        }
        return receives(s, to) ? Optional.of(to.server() + " still receives: the master lives") : Optional.empty();
    }

    static Optional<Decision> lastUnclear(Situation s) {
        return pair(s).filter(
                        of -> of.last().life() == Life.CANNOT_TELL || of.last().sql() instanceof SqlLook.NotLetIn)
                .flatMap(of -> s.hold(
                        Rule.LAST_UNCLEAR,
                        true,
                        "no master that answers, and it cannot be told whether "
                                + of.last().server() + " lives: " + of.last().why(),
                        "nothing until that is mended, or an operator says failover with force",
                        null));
    }

    static Optional<Decision> bothStandby(Situation s) {
        Optional<Lost> both = pair(s).filter(of ->
                of.last().standby().isPresent() && of.standby().standby().isPresent());
        if (both.isEmpty()) {
            return Optional.empty();
        }
        ServerLook last = both.get().last();
        ServerLook other = both.get().standby();
        Answers its = last.standby().orElseThrow();
        Answers others = other.standby().orElseThrow();
        boolean same = its.timeline() == others.timeline();
        boolean otherIsFurther = same ? its.lsn().isBefore(others.lsn()) : its.timeline() < others.timeline();
        ServerLook best = otherIsFurther ? other : last;
        Duration left = s.group().promoteAfter().minus(s.lostFor());
        String reason = "no master: both are standbys, " + last.server() + " at " + its.lsn() + " on timeline "
                + its.timeline() + ", " + other.server() + " at " + others.lsn() + " on timeline " + others.timeline();
        var step = new Step.Promote(best.server());
        if (!left.isNegative() && !left.isZero()
                || !best.isOpen()
                || best == other
                        && its.timeline() != others.timeline()
                        && others.timeline() < s.memory().timeline()
                || !s.watch().mayTry(step, s.at())) {
            return s.hold(
                    Rule.BOTH_STANDBY,
                    true,
                    reason + s.lastWords(step),
                    best.isOpen() ? step.words() : step.words() + " when we are let in there",
                    left.isNegative() ? s.until(step) : left);
        }
        return promote(s, Rule.BOTH_STANDBY, best, s.other(best), reason);
    }

    static Optional<Decision> restartInPlace(Situation s) {
        return pair(s).filter(of -> s.group().restartInPlace()
                        && Situation.isStartable(of.last())
                        && Situation.wasMaster(of.last())
                        && !Situation.isCleanStop(of.last()))
                .filter(of -> {
                    var step = new Step.Start(of.last().server());
                    return s.watch().failed(step) < RESTARTS && s.watch().mayTry(step, s.at());
                })
                .flatMap(of -> s.act(
                        Rule.RESTART_IN_PLACE,
                        new Step.Start(of.last().server()),
                        s.memory(),
                        of.last().server() + " crashed, its host lives"
                                + (of.last().life() == Life.ORPHANS ? ", and backends live on" : ""),
                        "promote " + of.standby().server() + " if it does not start"));
    }

    static Optional<Decision> recovers(Situation s) {
        return pair(s).filter(of ->
                        of.last().sql() instanceof SqlLook.Busy && s.lostFor().compareTo(RECOVERY) < 0)
                .flatMap(of -> s.hold(
                        Rule.RECOVERS,
                        true,
                        of.last().server() + ": " + of.last().why(),
                        "promote " + of.standby().server() + " if it is not done",
                        RECOVERY.minus(s.lostFor())));
    }

    static Optional<Decision> lost(Situation s) {
        return pair(s).filter(of -> s.lostFor().compareTo(s.group().promoteAfter()) < 0)
                .flatMap(of -> s.hold(
                        Rule.LOST,
                        true,
                        "the master " + of.last().server() + " is lost for "
                                + s.lostFor().toSeconds() + " s: " + how(of.last()),
                        "promote " + of.standby().server(),
                        s.group().promoteAfter().minus(s.lostFor())));
    }

    /** What is known of the loss, in words. */
    private static String how(ServerLook last) {
        return switch (last.life()) {
            case POSTGRES_GONE ->
                Situation.isCleanStop(last)
                        ? "it was stopped cleanly, as by an operator"
                        : "no PostgreSQL runs there ("
                                + Situation.data(last)
                                        .map(data -> data.state()
                                                .name()
                                                .toLowerCase(Locale.ROOT)
                                                .replace('_', ' '))
                                        .orElse("")
                                + ")";
            case ORPHANS -> "its main process is gone, and backends live on";
            case HOST_GONE -> "its host does not answer (" + last.why() + ")";
            case MUTE -> "it runs and gives no answer (" + last.why() + ")";
            case ANSWERS -> "it answers as a standby";
            case CANNOT_TELL -> last.why();
        };
    }

    static Optional<Decision> startStandby(Situation s) {
        return pair(s).filter(of -> Situation.isStartable(of.standby()) && !Situation.wasMaster(of.standby()))
                .filter(of -> s.watch().mayTry(new Step.Start(of.standby().server()), s.at()))
                .flatMap(of -> s.act(
                        Rule.BOTH_DOWN,
                        new Step.Start(of.standby().server()),
                        s.memory(),
                        "no master, and the standby " + of.standby().server() + " is stopped, too",
                        "see whether it may be promoted"));
    }

    /** Where the standby must not be promoted for good, the last master is started, were it stopped by an operator. */
    static Optional<Decision> startLast(Situation s) {
        return pair(s).filter(of -> Situation.isStartable(of.last()) && Situation.wasMaster(of.last()))
                .filter(of -> s.watch().mayTry(new Step.Start(of.last().server()), s.at()))
                .flatMap(of -> obstacle(s, of)
                        .flatMap(found -> s.act(
                                Rule.NOT_PROMOTABLE_START,
                                new Step.Start(of.last().server()),
                                s.memory(),
                                of.last().server() + " is stopped, and "
                                        + of.standby().server() + " cannot take over: " + found.why(),
                                of.last().server() + " is the master again")));
    }

    /** What speaks against the promotion of the standby. */
    record Obstacle(Rule rule, String why, String next, @Nullable Duration in) {}

    private static Optional<Obstacle> obstacle(Situation s, Lost of) {
        ServerLook standby = of.standby();
        String name = standby.server();
        if (of.last().life() == Life.HOST_GONE && standby.life() == Life.HOST_GONE) {
            return no(
                    Rule.STANDBY_ABSENT,
                    name + " does not answer either (" + standby.why() + "): it may be this node that is cut off",
                    "nothing until one of them answers",
                    null);
        }
        if (standby.standby().isEmpty() || !standby.isOpen()) {
            return no(
                    Rule.STANDBY_ABSENT,
                    name + " is not at hand (" + standby.why() + ")",
                    "promote it when it is",
                    null);
        }
        Answers answers = standby.standby().get();
        boolean hasAll = of.last().life() == Life.POSTGRES_GONE && Anytime.hasAll(standby, of.last());
        if (s.memory().timeline() != 0 && answers.timeline() != s.memory().timeline()) {
            return no(
                    Rule.STANDBY_FORKED,
                    name + " is on timeline " + answers.timeline() + ", the master was on "
                            + s.memory().timeline(),
                    "nothing until " + of.last().server() + " is back, or an operator says failover with force",
                    null);
        }
        if (s.group().synchronous() && !s.memory().eligible() && !hasAll) {
            return no(
                    Rule.STANDBY_NOT_ELIGIBLE,
                    name + " may lack acknowledged rows: commits went on without it",
                    "nothing until " + of.last().server() + " is back, or an operator says failover with force",
                    null);
        }
        if (!hasAll) {
            Optional<Obstacle> behind = behind(s, standby, answers);
            if (behind.isPresent()) {
                return behind;
            }
        }
        boolean gone = of.last().life() == Life.POSTGRES_GONE;
        if (!gone && !of.last().isOpen() && receives(s, standby)) {
            return no(
                    Rule.STANDBY_RECEIVES,
                    name + " still receives or reaches " + of.last().server() + ", or cannot say",
                    "promote it when it does not",
                    null);
        }
        if (!s.group().referees().isEmpty()
                && standby.host().seen().map(Seen::referee).orElse(Reach.UNKNOWN) != Reach.REACHED) {
            return no(
                    Rule.REFEREE_SILENT,
                    name + " does not reach the referee: it may be the one that is cut off",
                    "promote it when it does",
                    null);
        }
        Duration silent = s.at().minus(s.watched(of.last()).alive());
        Duration patience = s.patience(of.last());
        return !of.last().isOpen() && silent.compareTo(patience) < 0
                ? no(
                        Rule.LAST_SEEN_ALIVE,
                        of.last().server() + " was seen alive " + silent.toSeconds() + " s ago",
                        "promote " + name,
                        patience.minus(silent))
                : Optional.empty();
    }

    private static Optional<Obstacle> behind(Situation s, ServerLook standby, Answers answers) {
        String name = standby.server();
        Duration before = s.watched(standby).streamed();
        Streamed kept = s.memory().streamed();
        boolean own = before != null;
        boolean known = kept != null && kept.server().equals(name);
        Duration ago = own
                ? s.at().minus(before).minus(s.lostFor())
                : known
                        ? Duration.ofMillis(s.now().toEpochMilli() - kept.atMillis())
                                .minus(s.lostFor())
                        : STREAMED_WITHIN.plusSeconds(1);
        if (ago.compareTo(STREAMED_WITHIN) > 0) {
            return no(
                    Rule.STANDBY_NOT_STREAMING,
                    name
                            + (own || known
                                    ? " last streamed " + ago.toSeconds() + " s before the loss"
                                    : " was never seen to stream"),
                    "nothing until the master is back, or an operator says failover with force",
                    null);
        }
        Lsn last = new Lsn(Math.max(s.watch().masterLsn().bytes(), known ? kept.masterLsn() : 0));
        long lag = last.minus(answers.lsn());
        return lag > s.group().maximumLag()
                ? no(
                        Rule.STANDBY_BEHIND,
                        name + " lies " + lag + " bytes behind, more than maximum_lag, "
                                + s.group().maximumLag(),
                        "nothing until the master is back, or an operator says failover with force",
                        null)
                : Optional.empty();
    }

    private static Optional<Obstacle> no(Rule rule, String why, String next, @Nullable Duration in) {
        return Optional.of(new Obstacle(rule, why, next, in));
    }

    /** Whether the standby shows that its master lives: its log grew of late, or its host reaches the master's port. */
    private static boolean receives(Situation s, ServerLook standby) {
        Duration still = Duration.ofMillis(
                Math.max(STILL_AT_LEAST.toMillis(), s.group().promoteAfter().toMillis() / 3));
        Duration moved = s.watched(standby).moved();
        Duration since = moved == null ? s.watch().begun() : moved;
        Reach peer = standby.host().seen().map(Seen::peer).orElse(Reach.UNKNOWN);
        return s.at().minus(since).compareTo(still) < 0 || peer != Reach.SILENT && peer != Reach.REFUSED;
    }

    private static Optional<Decision> held(Situation s, Rule row) {
        return pair(s).flatMap(of -> obstacle(s, of)
                .filter(found -> found.rule() == row)
                .flatMap(found -> s.hold(
                        row,
                        true,
                        "no master: " + of.last().server() + " is lost for "
                                + s.lostFor().toSeconds() + " s (" + how(of.last()) + "), but " + found.why(),
                        found.next(),
                        found.in())));
    }

    static Optional<Decision> standbyAbsent(Situation s) {
        return held(s, Rule.STANDBY_ABSENT);
    }

    static Optional<Decision> forked(Situation s) {
        return held(s, Rule.STANDBY_FORKED);
    }

    static Optional<Decision> notEligible(Situation s) {
        return held(s, Rule.STANDBY_NOT_ELIGIBLE);
    }

    static Optional<Decision> notStreaming(Situation s) {
        return held(s, Rule.STANDBY_NOT_STREAMING);
    }

    static Optional<Decision> tooFarBehind(Situation s) {
        return held(s, Rule.STANDBY_BEHIND);
    }

    static Optional<Decision> stillReceives(Situation s) {
        return held(s, Rule.STANDBY_RECEIVES);
    }

    static Optional<Decision> refereeSilent(Situation s) {
        return held(s, Rule.REFEREE_SILENT);
    }

    static Optional<Decision> seenAlive(Situation s) {
        return held(s, Rule.LAST_SEEN_ALIVE);
    }

    static Optional<Decision> fence(Situation s) {
        return pair(s).filter(of -> of.last().life() == Life.MUTE || of.last().life() == Life.ORPHANS)
                .flatMap(of -> {
                    var step = new Step.Fence(of.last().server());
                    String reason =
                            of.last().server() + " is lost for " + s.lostFor().toSeconds() + " s: " + how(of.last());
                    if (!of.last().isOpen() || !s.watch().mayTry(step, s.at())) {
                        return s.hold(Rule.FENCE, true, reason + s.lastWords(step), step.words(), s.until(step));
                    }
                    return s.act(
                            Rule.FENCE,
                            step,
                            s.memory(),
                            reason,
                            "promote " + of.standby().server());
                });
    }

    static Optional<Decision> promote(Situation s) {
        return pair(s).flatMap(of -> {
            var step = new Step.Promote(of.standby().server());
            String reason = of.last().server() + " is lost for " + s.lostFor().toSeconds() + " s: " + how(of.last());
            return s.watch().mayTry(step, s.at())
                    ? promote(s, Rule.PROMOTE, of.standby(), of.last(), reason)
                    : s.hold(Rule.PROMOTE, true, reason + s.lastWords(step), step.words(), s.until(step));
        });
    }

    private static Optional<Decision> promote(Situation s, Rule rule, ServerLook best, ServerLook last, String reason) {
        return s.act(
                rule,
                new Step.Promote(best.server()),
                s.memory().nextTerm().stage(s.stage(Stage.Kind.PROMOTING, best.server(), last.server())),
                reason,
                last.server() + " becomes its standby when it is back");
    }
}
