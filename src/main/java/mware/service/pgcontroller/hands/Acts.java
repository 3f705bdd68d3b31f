package mware.service.pgcontroller.hands;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import mware.core.ssh.SecureShell;
import mware.core.ssh.ShellException;
import mware.core.ssh.ShellResult;
import mware.core.ssh.ShellScript;
import mware.service.pgcontroller.HostLook.ControlState;
import mware.service.pgcontroller.Lsn;
import mware.service.pgcontroller.Outcome;
import mware.service.pgcontroller.Outcome.Kind;
import mware.service.pgcontroller.PgGroup;
import mware.service.pgcontroller.PgServer;
import mware.service.pgcontroller.Progress;
import mware.service.pgcontroller.SqlLook.Answers;
import mware.service.pgcontroller.Step;

/** Does the steps: a script on the server, and then a look whether it came to what it was to come to. */
final class Acts {

    private static final int STALE = 75;
    private static final Duration SHORT = Duration.ofSeconds(30);
    private static final Duration FOR_EVER = Duration.ofDays(7);
    /** The script itself ends what stands still for 60 s. */
    private static final Duration SILENCE = Duration.ofSeconds(100);

    private static final Duration TO_ANSWER = Duration.ofSeconds(10);
    private static final Duration TO_STREAM = Duration.ofSeconds(60);
    private static final Duration TO_CATCH_UP = Duration.ofSeconds(10);
    private static final Duration A_CHECKPOINT = Duration.ofSeconds(10);
    private static final int CLEAN_STOP_SECONDS = 15;

    private final SecureShell shell;
    private final Targets targets;
    private final SqlQuestions sql;
    private final LongSupplier nanos;

    Acts(SecureShell shell, Targets targets, SqlQuestions sql, LongSupplier nanos) {
        this.shell = shell;
        this.targets = targets;
        this.sql = sql;
        this.nanos = nanos;
    }

    /** One step in the doing. */
    private final class Doing {
        private final PgGroup group;
        private final PgServer server;
        private final long epoch;
        private final Progress progress;

        Doing(PgGroup group, PgServer server, long epoch, Progress progress) {
            this.group = group;
            this.server = server;
            this.epoch = epoch;
            this.progress = progress;
        }

        Doing on(PgServer other) {
            return new Doing(group, other, epoch, progress);
        }

        /** Runs an act of {@code hands.sh} to its end. */
        Said run(String call, Duration limit, Map<String, String> extra) throws NotDone {
            ShellScript script = new ShellScript(
                    call.replaceFirst("^(act|see)_", "").replace('_', ' '),
                    Scripts.of(group, server, epoch, call, extra),
                    limit,
                    limit.compareTo(SILENCE) < 0 ? limit : SILENCE,
                    progressOf(progress),
                    progress::isCancelled);
            ShellResult result;
            try {
                result = shell.run(targets.of(server), script);
            } catch (ShellException e) {
                Kind kind =
                        switch (e.kind()) {
                            case REFUSED, UNREACHABLE, LOG_IN, HOST_KEY, BUSY -> Kind.FAILED;
                            case TIME, BROKEN, CANCELLED -> Kind.UNKNOWN;
                        };
                throw new NotDone(kind, String.valueOf(e.getMessage()));
            }
            Said said = Said.of(result.output());
            if (result.exitCode() == STALE) {
                throw new NotDone(Kind.STALE, server + ": " + said.text("why"));
            }
            if (!result.isSuccess()) {
                throw new NotDone(
                        Kind.FAILED,
                        server + ": "
                                + said.get("why")
                                        .orElseGet(() -> script + " ended with " + result.exitCode() + ": "
                                                + HostQuestions.end(result.errors())));
            }
            return said;
        }

        Said run(String call) throws NotDone {
            return run(call, SHORT, Map.of());
        }
    }

    /** Why a step was not done. */
    private static final class NotDone extends Exception {
        private static final long serialVersionUID = 1L;
        private final Kind kind;

        NotDone(Kind kind, String words) {
            super(words);
            this.kind = kind;
        }
    }

    Outcome act(PgGroup group, Step step, long epoch, Progress progress) {
        PgServer server = group.server(step.server()).orElseThrow();
        Doing doing = new Doing(group, server, epoch, progress);
        try {
            return new Outcome(Kind.DONE, server + ": " + words(doing, step), Duration.ZERO);
        } catch (NotDone e) {
            return new Outcome(e.kind, String.valueOf(e.getMessage()), Duration.ZERO);
        }
    }

    private String words(Doing doing, Step step) throws NotDone {
        PgServer other = doing.group.other(doing.server);
        if (step instanceof Step.Start) {
            return start(doing);
        } else if (step instanceof Step.Fence) {
            return doing.run("act_fence").text("words");
        } else if (step instanceof Step.Promote) {
            return promote(doing);
        } else if (step instanceof Step.HandOver) {
            return handOver(doing, other);
        } else if (step instanceof Step.Follow) {
            return follow(doing, other, "act_follow");
        } else if (step instanceof Step.Rewind) {
            return follow(doing, other, "act_rewind");
        } else if (step instanceof Step.Clone) {
            return follow(doing, other, "act_clone");
        } else if (step instanceof Step.EndWork) {
            return doing.run("act_end_work").text("words");
        } else if (step instanceof Step.StartGuard) {
            return startGuard(doing);
        } else if (step instanceof Step.StopGuard) {
            return doing.run("act_stop_guard").text("words");
        } else if (step instanceof Step.Synchronous synchronous) {
            return synchronous(doing, other, synchronous.on());
        } else if (step instanceof Step.Remember) {
            return sql.remember(doing.server)
                    .map(why -> "the master is not noted in the database: " + why)
                    .orElse("noted in the database that it is the master");
        }
        throw new IllegalArgumentException("no such step: " + step);
    }

    private String start(Doing doing) throws NotDone {
        Said said = doing.run("act_start", FOR_EVER, Map.of());
        awaitAnswer(doing, answers -> true, TO_ANSWER, "it was started and does not answer SQL");
        return said.text("words");
    }

    private String promote(Doing doing) throws NotDone {
        Said said = doing.run("act_promote");
        awaitAnswer(doing, Answers::acceptsWrites, TO_ANSWER, "it was promoted and takes no writes");
        return said.text("words");
    }

    private String handOver(Doing doing, PgServer to) throws NotDone {
        Answers standby = answers(to).orElseThrow(() -> new NotDone(Kind.FAILED, to + " does not answer SQL"));
        if (!standby.inRecovery()) {
            throw new NotDone(Kind.FAILED, to + " is no standby");
        }
        sql.checkpoint(doing.server, A_CHECKPOINT);
        Said stopped = doing.run("act_stop", SHORT, Map.of("STOP_SECONDS", Integer.toString(CLEAN_STOP_SECONDS)));
        Lsn end = HostQuestions.lsn(stopped.text("checkpoint"));
        if (HostQuestions.state(stopped.text("state")) != ControlState.SHUT_DOWN) {
            doing.run("act_start", FOR_EVER, Map.of());
            throw new NotDone(
                    Kind.FAILED,
                    doing.server + " did not stop cleanly (" + stopped.text("words") + "), it was started again");
        }
        if (!sql.awaitBeyond(to, end, TO_CATCH_UP, nanos)) {
            doing.run("act_start", FOR_EVER, Map.of());
            throw new NotDone(
                    Kind.FAILED,
                    to + " did not get the last rows (up to " + end + ") within " + TO_CATCH_UP.toSeconds() + " s; "
                            + doing.server + " was started again as the master");
        }
        try {
            promote(doing.on(to));
        } catch (NotDone e) {
            if (e.kind == Kind.FAILED && answers(to).filter(Answers::inRecovery).isPresent()) {
                doing.run("act_start", FOR_EVER, Map.of());
                throw new NotDone(
                        Kind.FAILED, e.getMessage() + "; " + doing.server + " was started again as the master");
            }
            throw e;
        }
        return "stopped cleanly at " + end + ", " + to + " has all of it and was promoted";
    }

    /** Follow, rewind or copy: a standby in the end, or not running. */
    private String follow(Doing doing, PgServer master, String call) throws NotDone {
        Answers before = answers(master)
                .filter(Answers::acceptsWrites)
                .orElseThrow(() -> new NotDone(Kind.FAILED, master + " takes no writes: there is nothing to follow"));
        Map<String, String> extra = new HashMap<>(Map.of(
                "SYSTEM", before.systemId(),
                "MASTER_VERSION", Integer.toString(before.version()),
                "NEED_KB", "0"));
        if (call.equals("act_clone")) {
            extra.put("NEED_KB", Long.toString(sql.size(master) / 1024));
        }
        Said said = doing.run(call, FOR_EVER, extra);
        doing.progress.at("catching up", -1, 0);
        try {
            awaitStreaming(doing, master, before, said);
        } catch (NotDone e) {
            doing.run("act_stop", SHORT, Map.of("STOP_SECONDS", "5"));
            throw e;
        }
        if (call.equals("act_clone")) {
            prune(doing);
        }
        return said.text("words") + ", streams from " + master + " on timeline " + before.timeline()
                + said.get("alone").map(alone -> "; " + alone).orElse("");
    }

    /** What is kept too long is no reason to say that the copy failed: the next one tries again. */
    private static void prune(Doing doing) throws NotDone {
        try {
            doing.run("act_prune");
        } catch (NotDone e) {
            if (e.kind == Kind.STALE) {
                throw e;
            }
        }
    }

    private void awaitStreaming(Doing doing, PgServer master, Answers before, Said said) throws NotDone {
        long lastSign = nanos.getAsLong();
        long lastLog = lastSign;
        Lsn seen = Lsn.NONE;
        String why = "it does not answer SQL";
        while (nanos.getAsLong() - lastSign < TO_STREAM.toNanos()) {
            if (doing.progress.isCancelled()) {
                throw new NotDone(Kind.UNKNOWN, doing.server + " was to end before it streamed");
            }
            Optional<Answers> now = answers(doing.server);
            if (now.isPresent()) {
                Answers standby = now.get();
                why = notAStandby(standby, before);
                if (why.isEmpty()) {
                    Optional<Answers> after = answers(master);
                    if (after.isEmpty() || !after.get().lsn().isBefore(standby.lsn())) {
                        return;
                    }
                    why = "it is ahead of the master, at " + standby.lsn() + ": it forked";
                }
                if (seen.isBefore(standby.lsn())) {
                    seen = standby.lsn();
                    lastSign = nanos.getAsLong();
                }
            }
            if (nanos.getAsLong() - lastLog > Duration.ofSeconds(2).toNanos()) {
                lastLog = nanos.getAsLong();
                Optional<String> log = log(doing, said);
                if (log.isPresent()) {
                    throw new NotDone(Kind.FAILED, doing.server + " does not follow " + master + ": " + log.get());
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        throw new NotDone(Kind.FAILED, doing.server + " does not follow " + master + ": " + why);
    }

    /** Why a server is no standby of that master yet; empty text when it is. */
    private static String notAStandby(Answers standby, Answers master) {
        if (!standby.inRecovery()) {
            return "it is no standby";
        }
        if (!standby.systemId().equals(master.systemId())) {
            return "it has system identifier " + standby.systemId() + ", the master " + master.systemId();
        }
        if (standby.timeline() != master.timeline()) {
            return "it is on timeline " + standby.timeline() + ", the master on " + master.timeline();
        }
        if (standby.lsn().isBefore(master.lsn())) {
            return "it is at " + standby.lsn() + ", the master was at " + master.lsn();
        }
        return standby.receiver()
                        .filter(receiver -> receiver.streaming() != mware.service.pgcontroller.Reach.SILENT)
                        .isPresent()
                ? ""
                : "it does not receive";
    }

    private static Optional<String> log(Doing doing, Said said) {
        String[] words = said.text("log").split(" ", 2);
        if (words.length < 2) {
            return Optional.empty();
        }
        try {
            return doing.run("see_log", Duration.ofSeconds(5), Map.of("LOG_FROM", words[0], "LOG_PATH", words[1]))
                    .get("log");
        } catch (NotDone e) {
            return Optional.empty();
        }
    }

    private String startGuard(Doing doing) throws NotDone {
        return doing.run(
                        "act_start_guard",
                        SHORT,
                        Map.of("GUARD_TEXT", Scripts.guard(doing.group, doing.server, doing.epoch)))
                .text("words");
    }

    private String synchronous(Doing doing, PgServer standby, boolean on) throws NotDone {
        String names = on ? '"' + standby.name().replace("\"", "\"\"") + '"' : "";
        doing.run("act_synchronous", SHORT, Map.of("NAMES", names));
        awaitAnswer(
                doing,
                answers -> answers.synchronousNames().equals(names),
                Duration.ofSeconds(5),
                "synchronous_standby_names was set and is not in force: is it set on the command line or for the role?");
        return on ? "commits wait for " + standby : "commits wait for no standby";
    }

    private void awaitAnswer(
            Doing doing, java.util.function.Predicate<Answers> wanted, Duration limit, String otherwise)
            throws NotDone {
        long end = nanos.getAsLong() + limit.toNanos();
        do {
            if (answers(doing.server).filter(wanted).isPresent()) {
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        } while (nanos.getAsLong() < end);
        throw new NotDone(Kind.UNKNOWN, doing.server + ": " + otherwise);
    }

    private Optional<Answers> answers(PgServer server) {
        return sql.ask(server).answers();
    }

    /** Reads {@code progress=copying 45 1234567}. */
    private static Consumer<String> progressOf(Progress progress) {
        return line -> {
            String[] words = line.split("[= ]");
            if (words.length == 4
                    && words[0].equals("progress")
                    && words[2].matches("-?\\d{1,3}")
                    && words[3].matches("-?\\d{1,15}")) {
                progress.at(words[1], Integer.parseInt(words[2]), Math.max(0, Long.parseLong(words[3])));
            }
        };
    }
}
