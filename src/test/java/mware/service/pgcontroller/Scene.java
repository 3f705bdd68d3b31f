package mware.service.pgcontroller;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import mware.service.pgcontroller.HostLook.ControlState;
import mware.service.pgcontroller.HostLook.Data;
import mware.service.pgcontroller.HostLook.Guard;
import mware.service.pgcontroller.HostLook.Postmaster;
import mware.service.pgcontroller.HostLook.Seen;
import mware.service.pgcontroller.HostLook.Work;
import mware.service.pgcontroller.SqlLook.Answers;
import mware.service.pgcontroller.SqlLook.Fork;
import mware.service.pgcontroller.SqlLook.Receiver;

/** A pair as a test lays it out: what is seen of both servers, what is remembered, and how long it has been so. */
final class Scene {

    /** One server. */
    static final class One {
        private final String name;
        SqlLook sql;
        Postmaster postmaster = Postmaster.RUNS;
        int orphans;
        ControlState state = ControlState.IN_PRODUCTION;
        String systemId = "1";
        int timeline = 1;
        long lsn = 1000;
        boolean standby;
        boolean noted;
        String names = "";
        boolean writes = true;
        Work work = Work.NONE;
        Guard guard = Guard.NONE;
        Reach referee = Reach.UNKNOWN;
        Reach peer = Reach.SILENT;
        HostLook host;
        List<Fork> history = new ArrayList<>();

        One(String name) {
            this.name = name;
        }

        One standby() {
            standby = true;
            state = ControlState.IN_ARCHIVE_RECOVERY;
            return this;
        }

        One stopped(ControlState how) {
            postmaster = Postmaster.GONE;
            sql = new SqlLook.Refused("nobody listens");
            state = how;
            return this;
        }

        One away() {
            sql = new SqlLook.Silent("no answer");
            host = new HostLook.Silent("no route to host");
            return this;
        }

        One hung() {
            sql = new SqlLook.Silent("no answer within 2 s");
            return this;
        }

        One at(int line, long place) {
            timeline = line;
            lsn = place;
            return this;
        }

        private ServerLook look(String recorded) {
            SqlLook said = sql != null
                    ? sql
                    : new Answers(
                            15,
                            systemId,
                            standby,
                            writes && !standby,
                            timeline,
                            new Lsn(lsn),
                            new Lsn(lsn),
                            history,
                            standby ? Optional.of(new Receiver(Reach.UNKNOWN, Optional.empty())) : Optional.empty(),
                            List.of(),
                            names,
                            noted ? Optional.of(recorded) : Optional.empty());
            boolean none = state == ControlState.MISSING;
            return new ServerLook(
                    name,
                    said,
                    host != null
                            ? host
                            : new Seen(
                                    postmaster,
                                    orphans,
                                    new Data(
                                            state,
                                            state == ControlState.UNREADABLE ? "permission denied" : "",
                                            none ? Optional.empty() : Optional.of(systemId),
                                            timeline,
                                            new Lsn(lsn),
                                            standby,
                                            false),
                                    work,
                                    1,
                                    guard,
                                    referee,
                                    peer,
                                    Optional.empty()));
        }
    }

    final One a = new One("a");
    final One b = new One("b").standby();
    PgGroup group = Pairs.group();
    Memory memory = Memory.NONE.master("a", 1, "1").noted("a");
    Watch watch;
    private Duration at = Duration.ofHours(1);
    Step running;

    /** A healthy pair, a the master, seen for a minute. */
    Scene() {
        watch = Watch.begin(at);
        healthy();
    }

    /** Looks for a minute at a pair that goes on as it is, rows being written. */
    Scene healthy() {
        for (int i = 0; i < 30; i++) {
            a.lsn += 10;
            b.lsn = a.lsn - 5;
            go(2);
        }
        b.lsn = a.lsn;
        memory = memory.streamed("b", now(), 0, new Lsn(a.lsn));
        return this;
    }

    /** A new controller begins to look. */
    Scene successor() {
        watch = Watch.begin(at);
        return this;
    }

    Scene memory(UnaryOperator<Memory> change) {
        memory = change.apply(memory);
        return this;
    }

    Instant now() {
        return Instant.EPOCH.plus(at);
    }

    private void go(int seconds) {
        at = at.plusSeconds(seconds);
        watch = watch.fold(look(), at, at);
    }

    PairLook look() {
        return new PairLook(a.look("a"), b.look("a"));
    }

    /** Looks at it as it is for so long, and decides. */
    Decision after(int seconds) {
        for (int i = 0; i <= seconds; i += 2) {
            go(2);
        }
        return decide();
    }

    Situation situation() {
        return new Situation(group, look(), memory, watch, 7, now(), at, Optional.ofNullable(running));
    }

    Decision decide() {
        return Failover.decide(situation());
    }

    /** Makes a step fail so often. */
    Scene failed(Step step, int times) {
        for (int i = 0; i < times; i++) {
            watch = watch.tried(step, new Outcome(Outcome.Kind.FAILED, "no", Duration.ZERO), at.minusSeconds(600));
        }
        return this;
    }

    Scene failsNow(Step step) {
        watch = watch.tried(step, new Outcome(Outcome.Kind.FAILED, "no", Duration.ZERO), at.plusSeconds(3));
        return this;
    }

    Memory.Request asked(Memory.Request.Kind kind, String server, boolean force) {
        return new Memory.Request("1", kind, server, force, "for a test", 0, "operator");
    }

    Memory.Stage stage(Memory.Stage.Kind kind, String server, String from) {
        return new Memory.Stage(kind, server, from, now().toEpochMilli());
    }
}
