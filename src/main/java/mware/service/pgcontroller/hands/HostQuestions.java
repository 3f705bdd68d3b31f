package mware.service.pgcontroller.hands;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import mware.core.ssh.SecureShell;
import mware.core.ssh.ShellException;
import mware.core.ssh.ShellResult;
import mware.core.ssh.ShellScript;
import mware.service.pgcontroller.HostLook;
import mware.service.pgcontroller.HostLook.ControlState;
import mware.service.pgcontroller.HostLook.Data;
import mware.service.pgcontroller.HostLook.Guard;
import mware.service.pgcontroller.HostLook.Postmaster;
import mware.service.pgcontroller.HostLook.Work;
import mware.service.pgcontroller.Lsn;
import mware.service.pgcontroller.PgGroup;
import mware.service.pgcontroller.PgServer;
import mware.service.pgcontroller.Reach;

/** Asks a server's host, over SSH. */
final class HostQuestions {

    private static final Duration LIMIT = Duration.ofMillis(2800);

    private final SecureShell shell;
    private final Targets targets;
    private final Clock clock;

    HostQuestions(SecureShell shell, Targets targets, Clock clock) {
        this.shell = shell;
        this.targets = targets;
        this.clock = clock;
    }

    /** What is seen there; a word to the guard there too. */
    HostLook ask(PgGroup group, PgServer server, long epoch) {
        try {
            Instant before = clock.instant();
            ShellResult result = shell.run(
                    targets.of(server),
                    new ShellScript("look", Scripts.of(group, server, epoch, "see", Map.of()), LIMIT));
            Instant after = clock.instant();
            if (!result.isSuccess()) {
                return new HostLook.Silent("the look ended with " + result.exitCode() + ": " + end(result.errors()));
            }
            return read(
                    Said.of(result.output()),
                    before.plus(Duration.between(before, after).dividedBy(2)));
        } catch (ShellException e) {
            return failure(e);
        }
    }

    private static HostLook failure(ShellException e) {
        String why = String.valueOf(e.getMessage());
        return switch (e.kind()) {
            case REFUSED -> new HostLook.Refused(why);
            case LOG_IN -> new HostLook.LoginRefused(why);
            case HOST_KEY -> new HostLook.KeyChanged(why);
            case UNREACHABLE, TIME, BROKEN, BUSY, CANCELLED -> new HostLook.Silent(why);
        };
    }

    /** Reads what {@code see} of {@code hands.sh} said. */
    static HostLook.Seen read(Said said, Instant now) {
        Data data = new Data(
                state(said.text("state")),
                said.text("reason"),
                said.get("system"),
                (int) said.number("timeline"),
                lsn(said.text("checkpoint")),
                said.has("standby", "yes"),
                said.has("promote", "yes"));
        return new HostLook.Seen(
                switch (said.text("postmaster")) {
                    case "runs" -> Postmaster.RUNS;
                    case "gone" -> Postmaster.GONE;
                    default -> Postmaster.UNCLEAR;
                },
                (int) said.number("orphans"),
                data,
                work(said.text("work").split(" ")),
                said.number("epoch"),
                guard(said),
                reach(said.text("referee")),
                reach(said.text("peer")),
                skew(said.text("now"), now));
    }

    private static Work work(String[] words) {
        if (words.length < 5 || words[0].equals("none")) {
            return Work.NONE;
        }
        return new Work(
                switch (words[0]) {
                    case "clone" -> Work.Kind.CLONE;
                    case "rewind" -> Work.Kind.REWIND;
                    default -> Work.Kind.MOVED_AWAY;
                },
                number(words[1], 0),
                words[2].equals("yes"),
                (int) number(words[3], -1),
                number(words[4], 0));
    }

    private static Guard guard(Said said) {
        String[] words = said.text("guard").split(" ");
        boolean runs = words[0].equals("yes");
        return new Guard(
                runs,
                runs && words.length > 1 ? (int) number(words[1], 0) : 0,
                said.get("stopped").map(text -> Instant.ofEpochSecond(number(text, 0))));
    }

    private static Reach reach(String word) {
        return switch (word) {
            case "reached" -> Reach.REACHED;
            case "refused" -> Reach.REFUSED;
            case "silent" -> Reach.SILENT;
            default -> Reach.UNKNOWN;
        };
    }

    static ControlState state(String words) {
        return switch (words) {
            case "starting up" -> ControlState.STARTING_UP;
            case "shut down" -> ControlState.SHUT_DOWN;
            case "shut down in recovery" -> ControlState.SHUT_DOWN_IN_RECOVERY;
            case "shutting down" -> ControlState.SHUTTING_DOWN;
            case "in crash recovery" -> ControlState.IN_CRASH_RECOVERY;
            case "in archive recovery" -> ControlState.IN_ARCHIVE_RECOVERY;
            case "in production" -> ControlState.IN_PRODUCTION;
            case "missing" -> ControlState.MISSING;
            default -> ControlState.UNREADABLE;
        };
    }

    static Lsn lsn(String text) {
        return text.matches("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}") ? Lsn.parse(text) : Lsn.NONE;
    }

    /** Seconds with a fraction, or without where its date knows none. */
    static Optional<Duration> skew(String there, Instant here) {
        if (!there.matches("\\d{1,12}(\\..*)?")) {
            return Optional.empty();
        }
        String[] parts = there.split("\\.");
        long nanos = parts.length > 1 && parts[1].matches("\\d{9}") ? Long.parseLong(parts[1]) : 0;
        return Optional.of(Duration.between(here, Instant.ofEpochSecond(Long.parseLong(parts[0]), nanos)));
    }

    private static long number(String text, long otherwise) {
        return text.matches("-?\\d{1,18}") ? Long.parseLong(text) : otherwise;
    }

    static String end(String text) {
        String line = text.strip();
        return line.substring(Math.max(0, line.length() - 300));
    }
}
