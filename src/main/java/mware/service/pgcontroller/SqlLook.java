package mware.service.pgcontroller;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What PostgreSQL itself says over SQL, as the replication user. */
public sealed interface SqlLook {

    /**
     * It answers.
     *
     * @param version such as 15 or 12
     * @param systemId what tells clusters apart, the same on a master and its standbys
     * @param inRecovery whether it is a standby; false for a master
     * @param acceptsWrites whether a client may write now: not in recovery and not read-only by {@code
     *     default_transaction_read_only}
     * @param timeline the one it writes (from the name of the present WAL file) or receives; not the control file's,
     *     which lags behind
     * @param lsn where a master writes ({@code pg_current_wal_flush_lsn}); how far a standby has received, or replayed
     *     where that is more
     * @param replayed how far a standby has replayed; a master's {@code lsn}
     * @param history where the timelines before this one ended, oldest first
     * @param receiver a standby's; empty on a master
     * @param senders a master's, one for each standby that is connected, clones and backups left out
     * @param synchronousNames {@code synchronous_standby_names} as it is in force; empty text for none
     * @param recordedMaster the name of the server that the controller last wrote into the database as master
     */
    record Answers(
            int version,
            String systemId,
            boolean inRecovery,
            boolean acceptsWrites,
            int timeline,
            Lsn lsn,
            Lsn replayed,
            List<Fork> history,
            Optional<Receiver> receiver,
            List<Sender> senders,
            String synchronousNames,
            Optional<String> recordedMaster)
            implements SqlLook {
        public Answers {
            history = List.copyOf(history);
            senders = List.copyOf(senders);
        }
    }

    /** It is there and says that it starts up, shuts down or recovers ({@code 57P03}). */
    record Busy(String why) implements SqlLook {}

    /** It is there and does not let us in: wrong password, no line in pg_hba.conf, too many connections. */
    record NotLetIn(String why) implements SqlLook {}

    /** The host answers that nobody listens on the port. */
    record Refused(String why) implements SqlLook {}

    /** No answer within the time limit, be it to the connection or to the question; or the host cannot be reached. */
    record Silent(String why) implements SqlLook {}

    /** The answer if there is one. */
    default Optional<Answers> answers() {
        return this instanceof Answers answers ? Optional.of(answers) : Optional.empty();
    }

    /**
     * The end of a timeline.
     *
     * @param timeline the one that ended
     * @param end where the next one began
     */
    record Fork(int timeline, Lsn end) {}

    /**
     * How a standby receives.
     *
     * @param streaming whether it is connected and streams; {@link Reach#UNKNOWN} without the right to see it
     * @param silence since when it heard nothing from the master; empty without the right to see it
     */
    record Receiver(Reach streaming, Optional<Duration> silence) {}

    /**
     * A standby as its master sees it; it stands there for up to {@code wal_sender_timeout} after the standby is gone.
     *
     * @param name {@code application_name}
     * @param flushed how far it has written; {@link Lsn#NONE} without the right to see it
     * @param synchronous whether commits wait for it
     */
    record Sender(String name, Lsn flushed, boolean synchronous) {}
}
