package mware.service.pgcontroller;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import mware.service.pgcontroller.HostLook.ControlState;
import mware.service.pgcontroller.HostLook.Work;
import mware.service.pgcontroller.Memory.Pause;
import mware.service.pgcontroller.Memory.Request;
import mware.service.pgcontroller.Memory.Stage;
import mware.service.pgcontroller.ServerLook.Life;
import mware.service.pgcontroller.SqlLook.Answers;

/** The rows that come before it matters how many masters there are. */
final class Anytime {

    private static final Duration SILENT_SOURCE = Duration.ofSeconds(10);
    private static final long UNDO_MILLIS = 15_000;

    /** A request for a new copy waits so long for a server that does not answer. */
    private static final long PATIENCE_MILLIS = 60_000;

    private Anytime() {}

    static Optional<Decision> paused(Situation s) {
        Pause pause = s.memory().pause();
        if (pause == null) {
            return Optional.empty();
        }
        return s.hold(
                Rule.PAUSED,
                true,
                "paused since " + Instant.ofEpochMilli(pause.sinceMillis()) + " by " + pause.by()
                        + (pause.reason().isEmpty() ? "" : ": " + pause.reason()),
                "nothing until it is resumed",
                null);
    }

    static Optional<Decision> sourceGone(Situation s) {
        String source = s.running().map(Anytime::source).orElse("");
        if (source.isEmpty()) {
            return Optional.empty();
        }
        ServerLook master = s.look().of(source);
        Duration silent = s.at().minus(s.watched(master).answered());
        boolean gone = master.life() == Life.POSTGRES_GONE || master.life() == Life.ORPHANS;
        if (master.life() == Life.ANSWERS || !gone && silent.compareTo(SILENT_SOURCE) < 0) {
            return Optional.empty();
        }
        String reason = s.running().orElseThrow().words() + " has no master to go by: " + source + " "
                + (gone ? "has no PostgreSQL any more" : "gives no answer for " + silent.toSeconds() + " s");
        return Optional.of(new Decision(
                Rule.SOURCE_GONE, Optional.empty(), true, reason, "that step is ended", null, s.memory(), true));
    }

    private static String source(Step step) {
        if (step instanceof Step.Clone clone) {
            return clone.master();
        }
        if (step instanceof Step.Rewind rewind) {
            return rewind.master();
        }
        return step instanceof Step.Follow follow ? follow.master() : "";
    }

    static Optional<Decision> stepRuns(Situation s) {
        return s.running()
                .flatMap(step -> s.hold(
                        Rule.STEP_RUNS, true, "under way: " + step.words(), "what is needed when it ends", null));
    }

    static Optional<Decision> reinit(Situation s) {
        Request request = s.memory().request();
        if (request == null
                || !s.isAsked(Request.Kind.REINIT)
                || reinitObstacle(s, request).isPresent()) {
            return Optional.empty();
        }
        String master = s.group()
                .other(s.group().server(request.server()).orElseThrow())
                .name();
        var step = new Step.Clone(request.server(), master);
        return s.act(
                Rule.REINIT,
                step,
                s.memory().stage(s.stage(Stage.Kind.REJOINING, request.server(), master)),
                request.by() + " asked for a new copy on " + request.server()
                        + (request.reason().isEmpty() ? "" : ": " + request.reason()),
                request.server() + " follows " + master);
    }

    static Optional<Decision> reinitRefused(Situation s) {
        Request request = s.memory().request();
        if (request == null || !s.isAsked(Request.Kind.REINIT)) {
            return Optional.empty();
        }
        return reinitObstacle(s, request)
                .filter(why -> !mayPass(s, request))
                .flatMap(why -> s.settle(
                        Rule.REINIT_REFUSED,
                        s.memory().request(null),
                        "no new copy on " + request.server() + ": " + why));
    }

    /** Whether a server that does not answer just now may answer soon, as after another node took over. */
    private static boolean mayPass(Situation s, Request request) {
        return s.group().server(request.server()).isPresent()
                && s.now().toEpochMilli() - request.atMillis() < PATIENCE_MILLIS
                && (!s.look().first().isOpen() || !s.look().second().isOpen());
    }

    private static Optional<String> reinitObstacle(Situation s, Request request) {
        if (s.group().server(request.server()).isEmpty()) {
            return Optional.of("there is no such server in the pair");
        }
        ServerLook target = s.look().of(request.server());
        ServerLook source = s.other(target);
        if (source.master().filter(Answers::acceptsWrites).isEmpty()) {
            return Optional.of(source.server() + " is no master that takes writes");
        }
        if (target.master().isPresent() && !request.force()) {
            return Optional.of("it answers as a master, too, and force was not said");
        }
        if (!target.isOpen()) {
            return Optional.of("we are not logged in there: " + target.why());
        }
        if (differ(target, source) && !request.force()) {
            return Optional.of("it holds another cluster, and force was not said");
        }
        return Optional.empty();
    }

    private static boolean differ(ServerLook one, ServerLook other) {
        String a = Situation.systemId(one);
        String b = Situation.systemId(other);
        return !a.isEmpty() && !b.isEmpty() && !a.equals(b);
    }

    static Optional<Decision> otherCluster(Situation s) {
        PairLook look = s.look();
        if (!differ(look.first(), look.second())) {
            return Optional.empty();
        }
        return s.hold(
                Rule.OTHER_CLUSTER,
                true,
                "two different clusters: " + look.first().server() + " has system identifier "
                        + Situation.systemId(look.first()) + ", "
                        + look.second().server() + " has "
                        + Situation.systemId(look.second()),
                "nothing until an operator says by reinit with force which one becomes a copy of the other",
                null);
    }

    static Optional<Decision> stageOver(Situation s) {
        Stage stage = s.memory().stage();
        Optional<ServerLook> master = s.master();
        if (stage == null || stage.kind() == Stage.Kind.REJOINING || master.isEmpty()) {
            return Optional.empty();
        }
        String server = master.get().server();
        Answers answers = master.get().master().orElseThrow();
        Request request = s.memory().request();
        Memory next = s.memory().stage(null);
        next = request == null || request.kind() == Request.Kind.REINIT ? next : next.request(null);
        if (server.equals(stage.server())) {
            return s.settle(
                    Rule.STAGE_OVER,
                    next.master(server, answers.timeline(), answers.systemId()).eligible(false),
                    server + " is the master now, on timeline " + answers.timeline());
        }
        return s.settle(
                Rule.STAGE_OVER,
                next,
                stage.server() + " was not promoted: " + server + " still answers as the master");
    }

    private record Switching(ServerLook from, ServerLook to) {}

    private static Optional<Switching> switching(Situation s) {
        Stage stage = s.memory().stage();
        return stage == null
                        || stage.kind() != Stage.Kind.SWITCHING
                        || !s.masters().isEmpty()
                        || s.group().server(stage.from()).isEmpty()
                        || s.group().server(stage.server()).isEmpty()
                ? Optional.empty()
                : Optional.of(new Switching(s.look().of(stage.from()), s.look().of(stage.server())));
    }

    static Optional<Decision> switchStops(Situation s) {
        return switching(s)
                .filter(of ->
                        of.from().sql() instanceof SqlLook.Busy && s.lostFor().compareTo(Duration.ofSeconds(30)) < 0)
                .flatMap(of -> s.hold(
                        Rule.SWITCH_STOPS,
                        true,
                        of.from().server() + " stops for the switchover",
                        "promote " + of.to().server(),
                        null));
    }

    static Optional<Decision> switchFinish(Situation s) {
        return switching(s)
                .filter(of -> of.from().life() == Life.POSTGRES_GONE && hasAll(of.to(), of.from()))
                .filter(of -> s.watch().mayTry(new Step.Promote(of.to().server()), s.at()))
                .flatMap(of -> s.act(
                        Rule.SWITCH_FINISH,
                        new Step.Promote(of.to().server()),
                        s.memory().nextTerm(),
                        "the switchover is finished: " + of.from().server() + " stopped cleanly, and "
                                + of.to().server() + " has all it wrote",
                        of.from().server() + " follows"));
    }

    /** Whether a standby has all that a server wrote that was stopped cleanly. */
    static boolean hasAll(ServerLook standby, ServerLook stopped) {
        return standby.isOpen()
                && standby.standby()
                        .flatMap(answers -> Situation.data(stopped)
                                .filter(data -> data.state() == ControlState.SHUT_DOWN
                                        && data.timeline() == answers.timeline()
                                        && data.checkpoint().isBefore(answers.lsn())))
                        .isPresent();
    }

    static Optional<Decision> switchUndo(Situation s) {
        return switching(s)
                .filter(of -> Situation.isStartable(of.from()))
                .filter(of -> of.to().standby().isEmpty()
                        || s.now().toEpochMilli() - s.memory().stage().sinceMillis() > UNDO_MILLIS)
                .filter(of -> s.watch().mayTry(new Step.Start(of.from().server()), s.at()))
                .flatMap(of -> s.act(
                        Rule.SWITCH_UNDO,
                        new Step.Start(of.from().server()),
                        s.memory(),
                        "the switchover is undone: " + of.to().server() + " does not have all that "
                                + of.from().server() + " wrote",
                        of.from().server() + " is the master as before"));
    }

    static Optional<Decision> leftOver(Situation s) {
        for (ServerLook one : new ServerLook[] {s.look().first(), s.look().second()}) {
            Work work = one.host().seen().map(HostLook.Seen::work).orElse(Work.NONE);
            var step = new Step.EndWork(one.server());
            if (work.kind() == Work.Kind.NONE || !one.isOpen() || !s.watch().mayTry(step, s.at())) {
                continue;
            }
            String what =
                    switch (work.kind()) {
                        case CLONE -> "a copy";
                        case REWIND -> "a rewind";
                        case MOVED_AWAY, NONE -> "a data folder that was moved away";
                    };
            return s.act(
                    Rule.LEFT_OVER,
                    step,
                    s.memory(),
                    what + " was left on " + one.server() + " by term " + Long.toHexString(work.epoch())
                            + (work.running() ? " and still runs" : ""),
                    "begin anew");
        }
        return Optional.empty();
    }
}
