package mware.service.pgcontroller;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import mware.service.pgcontroller.HostLook.ControlState;
import mware.service.pgcontroller.HostLook.Data;
import mware.service.pgcontroller.HostLook.Guard;
import mware.service.pgcontroller.HostLook.Postmaster;
import mware.service.pgcontroller.HostLook.Work;
import mware.service.pgcontroller.SqlLook.Fork;
import mware.service.pgcontroller.SqlLook.Receiver;

/**
 * Two servers, the network between them, a referee and a client that writes wherever it can: what is true, whatever a
 * controller sees of it. Time goes in seconds. A row is one byte of log, and its number.
 */
final class SimulatedPair implements PgHands {

    /** A server as it is. */
    final class Server {
        final String name;
        final List<Integer> log = new ArrayList<>();
        final List<Fork> history = new ArrayList<>();
        int timeline = 1;
        boolean runs;
        boolean frozen;
        boolean orphans;
        boolean hostUp = true;
        boolean inRecovery;
        boolean cleanStop;
        boolean waits;
        boolean missing;
        boolean toController = true;
        boolean toReferee = true;
        boolean sshLetsIn = true;
        boolean guarded;
        int word;
        long lock;
        Work work = Work.NONE;

        Server(String name) {
            this.name = name;
        }

        boolean answers() {
            return hostUp && runs && !frozen;
        }

        boolean takesWrites() {
            return answers() && !inRecovery;
        }

        void crash() {
            cleanStop &= !runs;
            runs = false;
            frozen = false;
            orphans = false;
        }

        /** Whether the log of the other one begins with all of this one's. */
        boolean isPartOf(Server other) {
            return log.size() <= other.log.size()
                    && log.equals(other.log.subList(0, log.size()))
                    && timeline <= other.timeline
                    && (timeline == other.timeline
                            || other.history.stream()
                                    .anyMatch(fork -> fork.timeline() == timeline
                                            && fork.end().bytes() >= log.size()));
        }

        void copy(Server other) {
            log.clear();
            log.addAll(other.log);
            history.clear();
            history.addAll(other.history);
            timeline = other.timeline;
            waits = false;
        }
    }

    final Server a = new Server("a");
    final Server b = new Server("b");
    final BitSet acknowledged = new BitSet();
    boolean link = true;
    boolean referee;
    int now;
    private final Random random;
    private final PgGroup group;
    private int rows;
    boolean unreliable = true;

    /** What a test wants to hear of. */
    Runnable onPromotion = () -> {};

    SimulatedPair(PgGroup group, Random random) {
        this.group = group;
        this.random = random;
        a.runs = true;
        b.runs = true;
        b.inRecovery = true;
        referee = true;
    }

    Server of(String name) {
        return name.equals("a") ? a : b;
    }

    Server other(Server one) {
        return one == a ? b : a;
    }

    /** A second goes by: rows are written, sent and acknowledged, and guards do their duty. */
    void second() {
        now++;
        for (Server one : List.of(a, b)) {
            Server other = other(one);
            boolean cutOff = !(link && other.hostUp) && !reachesReferee(one);
            if (one.hostUp && one.guarded && now - one.word > group.guardTime().toSeconds() && cutOff) {
                one.crash(); // also what is frozen: a signal ends it
            }
            if (one.hostUp && one.orphans && random.nextInt(10) == 0) {
                one.orphans = false;
            }
        }
        for (Server one : List.of(a, b)) {
            Server other = other(one);
            if (one.takesWrites()) {
                one.log.add(++rows);
            }
            boolean streams = streams(other, one);
            if (streams) {
                if (other.timeline != one.timeline) {
                    other.timeline = one.timeline;
                    other.history.clear();
                    other.history.addAll(one.history);
                }
                other.log.addAll(one.log.subList(other.log.size(), one.log.size()));
            }
            if (one.takesWrites() && (!one.waits || streams)) {
                if (one.waits) {
                    // what waited is acknowledged with it
                    one.log.forEach(acknowledged::set);
                } else {
                    acknowledged.set(rows);
                }
            }
        }
    }

    boolean reachesReferee(Server one) {
        return !group.referees().isEmpty() && referee && one.toReferee;
    }

    boolean streams(Server standby, Server master) {
        return standby.answers() && standby.inRecovery && master.takesWrites() && link && standby.isPartOf(master);
    }

    private ServerLook see(Server one, long epoch) {
        Server other = other(one);
        boolean reached = one.hostUp && one.toController && !(unreliable && random.nextInt(40) == 0);
        boolean ssh = reached && one.sshLetsIn;
        if (ssh && one.lock <= epoch) {
            one.lock = epoch;
            one.word = now;
        }
        SqlLook sql = !reached || one.frozen
                ? new SqlLook.Silent("no answer")
                : !one.runs
                        ? new SqlLook.Refused("nobody listens")
                        : new SqlLook.Answers(
                                15,
                                "1",
                                one.inRecovery,
                                !one.inRecovery,
                                one.timeline,
                                new Lsn(100 + one.log.size()),
                                new Lsn(100 + one.log.size()),
                                one.history.stream()
                                        .map(fork -> new Fork(
                                                fork.timeline(),
                                                new Lsn(100 + fork.end().bytes())))
                                        .toList(),
                                one.inRecovery
                                        ? Optional.of(new Receiver(Reach.UNKNOWN, Optional.empty()))
                                        : Optional.empty(),
                                List.of(),
                                one.waits ? "standby" : "",
                                Optional.empty());
        Reach peer = !link || !other.hostUp
                ? Reach.SILENT
                : other.runs ? other.frozen ? Reach.REACHED : Reach.REACHED : Reach.REFUSED;
        HostLook host = !reached
                ? new HostLook.Silent("no route")
                : !one.sshLetsIn
                        ? new HostLook.LoginRefused("wrong password")
                        : new HostLook.Seen(
                                one.runs ? Postmaster.RUNS : Postmaster.GONE,
                                one.orphans ? 2 : 0,
                                new Data(
                                        one.missing
                                                ? ControlState.MISSING
                                                : one.runs
                                                        ? one.inRecovery
                                                                ? ControlState.IN_ARCHIVE_RECOVERY
                                                                : ControlState.IN_PRODUCTION
                                                        : one.cleanStop
                                                                ? one.inRecovery
                                                                        ? ControlState.SHUT_DOWN_IN_RECOVERY
                                                                        : ControlState.SHUT_DOWN
                                                                : one.inRecovery
                                                                        ? ControlState.IN_ARCHIVE_RECOVERY
                                                                        : ControlState.IN_PRODUCTION,
                                        "",
                                        one.missing ? Optional.empty() : Optional.of("1"),
                                        one.missing ? 0 : one.timeline,
                                        new Lsn(100 + Math.max(0, one.log.size() - 1)),
                                        one.inRecovery,
                                        false),
                                one.work,
                                one.lock,
                                new Guard(
                                        one.guarded,
                                        one.guarded ? (int) group.guardTime().toSeconds() : 0,
                                        Optional.empty()),
                                group.referees().isEmpty()
                                        ? Reach.UNKNOWN
                                        : one.toReferee && referee ? Reach.REACHED : Reach.SILENT,
                                peer,
                                Optional.empty());
        return new ServerLook(one.name, sql, host);
    }

    @Override
    public PairLook look(PgGroup of, long epoch) {
        return new PairLook(see(a, epoch), see(b, epoch));
    }

    @Override
    public Outcome act(PgGroup of, Step step, long epoch, Progress progress) {
        Server one = of(step.server());
        Outcome.Kind kind;
        if (!one.hostUp || !one.toController || !one.sshLetsIn || unreliable && random.nextInt(12) == 0) {
            kind = Outcome.Kind.FAILED;
        } else if (one.lock > epoch) {
            kind = Outcome.Kind.STALE;
        } else {
            one.lock = epoch;
            boolean done = act(step, one, epoch);
            kind = unreliable && random.nextInt(15) == 0
                    ? Outcome.Kind.UNKNOWN
                    : done ? Outcome.Kind.DONE : Outcome.Kind.FAILED;
        }
        return new Outcome(kind, "", Duration.ZERO);
    }

    private boolean act(Step step, Server one, long epoch) {
        Server other = other(one);
        if (step instanceof Step.Start) {
            if (one.missing) {
                return false;
            }
            one.orphans = false;
            one.runs = true;
            one.cleanStop = false;
            return true;
        }
        if (step instanceof Step.Fence) {
            one.crash();
            one.work = Work.NONE;
            return true;
        }
        if (step instanceof Step.Promote) {
            return promote(one);
        }
        if (step instanceof Step.HandOver) {
            if (!one.takesWrites()) {
                return false;
            }
            one.log.add(++rows); // the shutdown checkpoint
            one.runs = false;
            one.cleanStop = true;
            if (unreliable && random.nextInt(6) == 0) {
                return false; // the controller dies here
            }
            one.runs = true;
            boolean sent = streams(other, one);
            if (sent) {
                other.log.addAll(one.log.subList(other.log.size(), one.log.size()));
                one.runs = false;
                if (unreliable && random.nextInt(6) == 0) {
                    return false;
                }
                return promote(other);
            }
            one.cleanStop = false;
            return false;
        }
        if (step instanceof Step.EndWork) {
            if (one.work.kind() == Work.Kind.MOVED_AWAY) {
                one.missing = false;
            }
            one.work = Work.NONE;
            return true;
        }
        if (step instanceof Step.StartGuard) {
            one.guarded = true;
            one.word = now;
            return true;
        }
        if (step instanceof Step.StopGuard) {
            one.guarded = false;
            return true;
        }
        if (step instanceof Step.Synchronous synchronous) {
            if (one.takesWrites()) {
                one.waits = synchronous.on();
            }
            return one.takesWrites();
        }
        if (step instanceof Step.Remember) {
            return true;
        }
        if (!other.takesWrites() || !link) {
            return false;
        }
        one.crash();
        if (step instanceof Step.Follow) {
            one.inRecovery = true;
            one.runs = one.isPartOf(other);
            return one.runs;
        }
        if (unreliable && random.nextInt(3) == 0) {
            one.work = new Work(Work.Kind.CLONE, epoch, random.nextBoolean(), 50, 1);
            if (random.nextBoolean()) {
                one.work = new Work(Work.Kind.MOVED_AWAY, epoch, false, -1, 0);
                one.missing = true;
            }
            return false;
        }
        one.missing = false;
        one.copy(other);
        one.inRecovery = true;
        one.runs = true;
        return true;
    }

    private boolean promote(Server one) {
        if (!one.answers()) {
            return false;
        }
        if (one.inRecovery) {
            onPromotion.run();
            one.history.add(new Fork(one.timeline, new Lsn(one.log.size())));
            one.timeline = Math.max(one.timeline + 1, random.nextInt(8) == 0 ? one.timeline + 2 : 0);
            one.inRecovery = false;
            one.waits = false;
        }
        return true;
    }

    @Override
    public List<Finding> check(PgGroup of) {
        return List.of();
    }
}
