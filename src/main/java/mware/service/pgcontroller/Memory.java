package mware.service.pgcontroller;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the controller remembers of a pair beyond its own life; kept in the runtime state of the group, times in
 * milliseconds since 1970.
 *
 * @param master the last master; null at the first start
 * @param timeline the last one seen on it; 0 where none was
 * @param systemId of the cluster; empty where none was seen
 * @param term the number of the present mastership; rises before each promotion
 * @param eligible in synchronous mode: whether the standby has every acknowledged row
 * @param waits whether we made commits wait for the standby
 * @param noted whose mastership was last written into the database
 * @param streamed when the standby was last seen to stream, how far behind, and where the master was then
 * @param pause set by an operator
 * @param request of an operator that waits or is under way
 * @param stage what was begun and not seen to end
 */
public record Memory(
        @Nullable String master,
        int timeline,
        String systemId,
        long term,
        boolean eligible,
        boolean waits,
        @Nullable String noted,
        @Nullable Streamed streamed,
        @Nullable Pause pause,
        @Nullable Request request,
        @Nullable Stage stage) {

    /** Of a pair that is new. */
    public static final Memory NONE = new Memory(null, 0, "", 0, false, false, null, null, null, null, null);

    /** When the standby was last seen to stream. */
    public record Streamed(String server, long atMillis, long lag, long masterLsn) {}

    /** All action is stopped. */
    public record Pause(long sinceMillis, String by, String reason) {}

    /**
     * What an operator asks for.
     *
     * @param server who shall be master ({@code SWITCHOVER}, {@code FAILOVER}), or is copied anew ({@code REINIT})
     * @param force whether acknowledged rows may be lost, or another cluster's data be moved away
     * @param atMillis not before
     */
    public record Request(String id, Kind kind, String server, boolean force, String reason, long atMillis, String by) {
        /** What is asked for. */
        public enum Kind {
            SWITCHOVER,
            FAILOVER,
            REINIT
        }
    }

    /**
     * What was begun.
     *
     * @param server who becomes master, or is made a standby
     * @param from the master until then, or the one that is copied
     */
    public record Stage(Kind kind, String server, String from, long sinceMillis) {
        /** What it is. */
        public enum Kind {
            PROMOTING,
            SWITCHING,
            REJOINING
        }
    }

    Memory master(String server, int seen, String system) {
        return new Memory(server, seen, system, term, eligible, waits, noted, streamed, pause, request, stage);
    }

    Memory nextTerm() {
        return new Memory(
                master, timeline, systemId, term + 1, eligible, waits, noted, streamed, pause, request, stage);
    }

    Memory eligible(boolean now) {
        return new Memory(master, timeline, systemId, term, now, waits, noted, streamed, pause, request, stage);
    }

    Memory waits(boolean now) {
        return new Memory(master, timeline, systemId, term, eligible, now, noted, streamed, pause, request, stage);
    }

    Memory noted(@Nullable String server) {
        return new Memory(master, timeline, systemId, term, eligible, waits, server, streamed, pause, request, stage);
    }

    Memory streamed(String server, Instant at, long lag, Lsn masterLsn) {
        return new Memory(
                master,
                timeline,
                systemId,
                term,
                eligible,
                waits,
                noted,
                new Streamed(server, at.toEpochMilli(), lag, masterLsn.bytes()),
                pause,
                request,
                stage);
    }

    /** The same with this pause; null for none. */
    public Memory pause(@Nullable Pause next) {
        return new Memory(master, timeline, systemId, term, eligible, waits, noted, streamed, next, request, stage);
    }

    /** The same with this request; null for none. */
    public Memory request(@Nullable Request next) {
        return new Memory(master, timeline, systemId, term, eligible, waits, noted, streamed, pause, next, stage);
    }

    Memory stage(@Nullable Stage next) {
        return new Memory(master, timeline, systemId, term, eligible, waits, noted, streamed, pause, request, next);
    }
}
