package mware.service.pgcontroller;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import mware.service.pgcontroller.HostLook.ControlState;
import mware.service.pgcontroller.HostLook.Data;
import mware.service.pgcontroller.HostLook.Seen;
import mware.service.pgcontroller.Memory.Request;
import mware.service.pgcontroller.Memory.Stage;
import mware.service.pgcontroller.SqlLook.Answers;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision is made from.
 *
 * @param now the wall clock, for what operators ask for at a time and for what is told to them
 * @param at a clock that only goes forward, for how long something lasts
 * @param running the step that is being done
 */
record Situation(
        PgGroup group,
        PairLook look,
        Memory memory,
        Watch watch,
        long epoch,
        Instant now,
        Duration at,
        Optional<Step> running) {

    /** Those that answer as masters. */
    List<ServerLook> masters() {
        return Stream.of(look.first(), look.second())
                .filter(one -> one.master().isPresent())
                .toList();
    }

    /** The only one that answers as master. */
    Optional<ServerLook> master() {
        List<ServerLook> masters = masters();
        return masters.size() == 1 ? Optional.of(masters.get(0)) : Optional.empty();
    }

    /** The last master: the recorded one, else the only one whose data is not a standby's. */
    Optional<ServerLook> last() {
        String recorded = memory.master();
        if (recorded != null && group.server(recorded).isPresent()) {
            return Optional.of(look.of(recorded));
        }
        boolean first = wasMaster(look.first());
        boolean second = wasMaster(look.second());
        if (first == second) {
            return first && memory.term() == 0 ? Optional.of(look.first()) : Optional.empty();
        }
        return Optional.of(first ? look.first() : look.second());
    }

    ServerLook other(ServerLook one) {
        return look.other(one.server());
    }

    Watch.One watched(ServerLook one) {
        return watch.of(one, look);
    }

    /** How long no master has answered. */
    Duration lostFor() {
        Duration since = watch.lostSince();
        return since == null ? Duration.ZERO : at.minus(since);
    }

    /** How long one must have been lost before the other is promoted: longer where its guard was not seen to run. */
    Duration patience(ServerLook lost) {
        boolean fenced =
                !group.guard() || group.allowUnfenced() || watched(lost).guarded();
        return fenced || group.promoteAfter().compareTo(PgGroups.UNFENCED) > 0
                ? group.promoteAfter()
                : PgGroups.UNFENCED;
    }

    /** Whether its data folder, with no PostgreSQL running, is that of a master. */
    static boolean wasMaster(ServerLook one) {
        return one.life() != ServerLook.Life.ANSWERS
                && data(one)
                        .filter(data -> !data.standbySignal()
                                && data.systemId().isPresent()
                                && data.state() != ControlState.SHUT_DOWN_IN_RECOVERY
                                && data.state() != ControlState.IN_ARCHIVE_RECOVERY)
                        .isPresent();
    }

    static Optional<Data> data(ServerLook one) {
        return one.host().seen().map(Seen::data);
    }

    static boolean isCleanStop(ServerLook one) {
        return data(one)
                .filter(data ->
                        data.state() == ControlState.SHUT_DOWN || data.state() == ControlState.SHUT_DOWN_IN_RECOVERY)
                .isPresent();
    }

    /** Whether there is something there that could be started. */
    static boolean isStartable(ServerLook one) {
        return one.isOpen()
                && (one.life() == ServerLook.Life.POSTGRES_GONE || one.life() == ServerLook.Life.ORPHANS)
                && data(one)
                        .filter(data -> data.state() != ControlState.MISSING && data.state() != ControlState.UNREADABLE)
                        .isPresent()
                && one.host()
                        .seen()
                        .filter(seen -> seen.work().kind() == HostLook.Work.Kind.NONE)
                        .isPresent();
    }

    /** The cluster that its answer or its control file is of; empty where neither is known. */
    static String systemId(ServerLook one) {
        return one.sql()
                .answers()
                .map(Answers::systemId)
                .or(() -> data(one).flatMap(Data::systemId))
                .orElse("");
    }

    boolean isAsked(Request.Kind kind) {
        Request request = memory.request();
        return request != null && request.kind() == kind && request.atMillis() <= now.toEpochMilli();
    }

    boolean isStage(Stage.Kind kind) {
        Stage stage = memory.stage();
        return stage != null && stage.kind() == kind;
    }

    /** Nothing is done. */
    Optional<Decision> hold(Rule rule, boolean wrong, String reason, String next, @Nullable Duration in) {
        return Optional.of(new Decision(
                rule, Optional.empty(), false, reason, next, in == null ? null : now.plus(in), memory, wrong));
    }

    /** The step is done, once {@code next} is kept. */
    Optional<Decision> act(Rule rule, Step step, Memory next, String reason, String after) {
        return Optional.of(new Decision(rule, Optional.of(step), false, reason, after, null, next, true));
    }

    /** Something is only remembered. */
    Optional<Decision> settle(Rule rule, Memory next, String reason) {
        return Optional.of(new Decision(rule, Optional.empty(), false, reason, "", null, next, false));
    }

    /** How long until a step that failed may be tried again. */
    @Nullable
    Duration until(Step step) {
        return watch.last(step).map(tries -> tries.notBefore().minus(at)).orElse(null);
    }

    /** Why a step failed last, in words that begin with a bracket; empty text where it did not. */
    String lastWords(Step step) {
        return watch.last(step)
                .map(tries -> " (" + tries.failed() + " tries failed: " + tries.why() + ")")
                .orElse("");
    }

    Stage stage(Stage.Kind kind, String server, String from) {
        return new Stage(kind, server, from, now.toEpochMilli());
    }
}
