package mware.service.pgcontroller;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** What is seen on a server's host over SSH. */
public sealed interface HostLook {

    /**
     * We are logged in.
     *
     * @param postmaster of this data folder, by pid and folder, not by name
     * @param orphans backends of this data folder that live on without a postmaster; they may still acknowledge commits
     * @param data the data folder and what its control file says
     * @param work what runs or was left there by a controller
     * @param epoch the epoch in the lock file there; 0 for none
     * @param guard the watch that stops a master that is cut off
     * @param referee from there
     * @param peer the other server's PostgreSQL from there: it must answer, for a frozen one still takes connections
     * @param clockSkew its clock less ours; empty where it was not asked
     */
    record Seen(
            Postmaster postmaster,
            int orphans,
            Data data,
            Work work,
            long epoch,
            Guard guard,
            Reach referee,
            Reach peer,
            Optional<Duration> clockSkew)
            implements HostLook {}

    /** The host answers, and the log-in is refused: wrong password or key. */
    record LoginRefused(String why) implements HostLook {}

    /** The host shows another host key than the one that is pinned. */
    record KeyChanged(String why) implements HostLook {}

    /** The host answers that nobody listens on the SSH port. */
    record Refused(String why) implements HostLook {}

    /** No answer within the time limit, or the host cannot be reached. */
    record Silent(String why) implements HostLook {}

    /** What is seen there if we are logged in. */
    default Optional<Seen> seen() {
        return this instanceof Seen seen ? Optional.of(seen) : Optional.empty();
    }

    /** The main process of PostgreSQL. */
    enum Postmaster {
        /** It runs. */
        RUNS,
        /** There is none for this data folder. */
        GONE,
        /** It cannot be said: the folder or the process list cannot be read. */
        UNCLEAR
    }

    /**
     * The data folder.
     *
     * @param state what the control file says
     * @param why in words where the state is {@link ControlState#UNREADABLE}
     * @param systemId of the control file; empty where it cannot be read
     * @param timeline of its last checkpoint; 0 where it cannot be read
     * @param checkpoint its last checkpoint; after a clean stop the end of the log
     * @param standbySignal whether {@code standby.signal} lies there, so that it starts as a standby
     * @param promoteSignal whether {@code pg_signal_filepath} lies there, so that a standby of 12 to 15 would promote itself
     */
    record Data(
            ControlState state,
            String why,
            Optional<String> systemId,
            int timeline,
            Lsn checkpoint,
            boolean standbySignal,
            boolean promoteSignal) {}

    /** What {@code pg_controldata} calls the database cluster state. */
    enum ControlState {
        STARTING_UP,
        SHUT_DOWN,
        SHUT_DOWN_IN_RECOVERY,
        SHUTTING_DOWN,
        IN_CRASH_RECOVERY,
        IN_ARCHIVE_RECOVERY,
        IN_PRODUCTION,
        /** The folder or the file is not there: nothing was ever set up, or a copy was cut off in the middle of a move. */
        MISSING,
        /** It is there and cannot be read. */
        UNREADABLE
    }

    /**
     * What runs or was left there by a controller: processes in the process group of a clone or a rewind, a
     * {@code <data>.new}, a data folder that was moved away and not replaced.
     *
     * @param kind {@link Kind#NONE} for nothing
     * @param epoch of the controller that began it
     * @param running whether its processes live
     * @param percent how far it is, -1 where that is not known
     * @param bytesPerSecond 0 where it is not known
     */
    record Work(Kind kind, long epoch, boolean running, int percent, long bytesPerSecond) {
        /** Nothing. */
        public static final Work NONE = new Work(Kind.NONE, 0, false, -1, 0);

        /** What it is. */
        public enum Kind {
            NONE,
            CLONE,
            REWIND,
            /** The data folder was moved away, and none was put in its place. */
            MOVED_AWAY
        }
    }

    /**
     * The guard on this host.
     *
     * @param running whether its loop runs
     * @param patience after how many seconds without a word it stops PostgreSQL; 0 where it does not run
     * @param stoppedAt when it last stopped PostgreSQL, by the clock there
     */
    record Guard(boolean running, int patience, Optional<Instant> stoppedAt) {
        /** None. */
        public static final Guard NONE = new Guard(false, 0, Optional.empty());

        /** The patience when it runs. */
        public OptionalLong runs() {
            return running ? OptionalLong.of(patience) : OptionalLong.empty();
        }
    }
}
