package mware.service.pgcontroller;

import java.util.Optional;
import mware.service.pgcontroller.HostLook.Seen;
import mware.service.pgcontroller.SqlLook.Answers;
import mware.service.pgcontroller.SqlLook.Fork;
import org.jspecify.annotations.Nullable;

/** The rows for two servers that both answer as masters: which one stays. */
final class TwoMasters {

    private TwoMasters() {}

    static Optional<Decision> referee(Situation s) {
        if (s.masters().size() < 2 || s.group().referees().isEmpty()) {
            return Optional.empty();
        }
        Reach first = reach(s.look().first());
        Reach second = reach(s.look().second());
        if (first == Reach.REACHED && second == Reach.SILENT) {
            return keep(s, Rule.MASTERS_REFEREE, s.look().first(), "it alone reaches the referee");
        }
        return first == Reach.SILENT && second == Reach.REACHED
                ? keep(s, Rule.MASTERS_REFEREE, s.look().second(), "it alone reaches the referee")
                : Optional.empty();
    }

    private static Reach reach(ServerLook one) {
        return one.host().seen().map(Seen::referee).orElse(Reach.UNKNOWN);
    }

    static Optional<Decision> timeline(Situation s) {
        if (s.masters().size() < 2) {
            return Optional.empty();
        }
        ServerLook first = s.look().first();
        ServerLook second = s.look().second();
        if (descends(first, second).isPresent()) {
            return keep(s, Rule.MASTERS_TIMELINE, first, "its timeline descends from the other's");
        }
        return descends(second, first).isPresent()
                ? keep(s, Rule.MASTERS_TIMELINE, second, "its timeline descends from the other's")
                : Optional.empty();
    }

    /** Where the timeline of {@code one} left that of {@code other}. */
    static Optional<Fork> descends(ServerLook one, ServerLook other) {
        Answers mine = one.sql().answers().orElseThrow();
        Answers its = other.sql().answers().orElseThrow();
        return mine.timeline() > its.timeline()
                ? mine.history().stream()
                        .filter(fork -> fork.timeline() == its.timeline())
                        .findFirst()
                : Optional.empty();
    }

    static Optional<Decision> record(Situation s) {
        String recorded = recorded(s);
        return s.masters().size() < 2 || recorded == null
                ? Optional.empty()
                : keep(s, Rule.MASTERS_RECORD, s.look().of(recorded), "it is the last recorded master");
    }

    /** By the runtime state; without it by what both databases say alike. */
    private static @Nullable String recorded(Situation s) {
        String master = s.memory().master();
        if (master != null) {
            return s.group().server(master).isPresent() ? master : null;
        }
        String first = noted(s.look().first());
        return !first.isEmpty()
                        && first.equals(noted(s.look().second()))
                        && s.group().server(first).isPresent()
                ? first
                : null;
    }

    private static String noted(ServerLook one) {
        return one.sql().answers().flatMap(Answers::recordedMaster).orElse("");
    }

    static Optional<Decision> firstStart(Situation s) {
        return s.masters().size() < 2
                        || s.memory().master() != null
                        || !noted(s.look().first()).isEmpty()
                        || !noted(s.look().second()).isEmpty()
                ? Optional.empty()
                : keep(s, Rule.MASTERS_FIRST_START, s.look().first(), "it is the first of the list");
    }

    static Optional<Decision> undecided(Situation s) {
        return s.masters().size() < 2
                ? Optional.empty()
                : s.hold(
                        Rule.MASTERS_UNDECIDED,
                        true,
                        "two masters, " + s.look().first().server() + " and "
                                + s.look().second().server() + ", and nothing says which one stays",
                        "nothing until an operator stops one of them, or says by reinit with force which one becomes a copy",
                        null);
    }

    private static Optional<Decision> keep(Situation s, Rule rule, ServerLook stays, String why) {
        ServerLook goes = s.other(stays);
        Answers kept = stays.sql().answers().orElseThrow();
        String reason =
                "two masters; " + stays.server() + " stays, since " + why + "; " + goes.server() + alone(stays, goes);
        var step = new Step.Fence(goes.server());
        if (!kept.acceptsWrites()) {
            return s.hold(
                    rule, true, reason + "; but " + stays.server() + " takes no writes", "nothing until it does", null);
        }
        if (!goes.isOpen()) {
            return s.hold(
                    rule, true, reason + "; it cannot be ended: " + goes.why(), "end it when we are let in", null);
        }
        if (!s.watch().mayTry(step, s.at())) {
            return s.hold(rule, true, reason + s.lastWords(step), step.words() + " again", s.until(step));
        }
        return s.act(
                rule,
                step,
                s.memory()
                        .master(stays.server(), kept.timeline(), kept.systemId())
                        .stage(null),
                reason,
                goes.server() + " becomes a standby of " + stays.server());
    }

    /** What the loser has that the other has not. */
    private static String alone(ServerLook stays, ServerLook goes) {
        Answers its = goes.sql().answers().orElseThrow();
        return descends(stays, goes)
                .map(fork -> " wrote " + Math.max(0, its.lsn().minus(fork.end())) + " bytes alone after " + fork.end()
                        + " on timeline " + its.timeline())
                .orElse(" is at " + its.lsn() + " on timeline " + its.timeline()
                        + ", and what it wrote alone cannot be told");
    }
}
