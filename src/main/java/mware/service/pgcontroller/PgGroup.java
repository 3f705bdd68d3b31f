package mware.service.pgcontroller;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A pair of PostgreSQL servers, as configured.
 *
 * @param key unique; made from the servers where none is given
 * @param referees addresses that decide who is cut off; one that answers is enough; may be empty
 * @param first the master of the first start
 * @param second the other one
 * @param promoteAfter how long the master must have been lost before the standby takes over; 5 s or more, default 30 s
 * @param restartInPlace whether a crashed master on a living host is first started again
 * @param maximumLag how many bytes a standby may lie behind and still take over
 * @param guard whether a watch on the master stops it when it is cut off
 * @param allowUnfenced whether {@code promoteAfter} may be below 30 s without a guard
 * @param synchronous whether commits wait for the standby while it streams
 * @param rejoin how a former master comes back whose timeline cannot follow
 * @param keepOld how many data folders that were moved away are kept
 */
public record PgGroup(
        String key,
        List<Referee> referees,
        PgServer first,
        PgServer second,
        Duration promoteAfter,
        boolean restartInPlace,
        long maximumLag,
        boolean guard,
        boolean allowUnfenced,
        boolean synchronous,
        Rejoin rejoin,
        int keepOld) {

    public PgGroup {
        referees = List.copyOf(referees);
    }

    /** How a former master comes back. */
    public enum Rejoin {
        /** By a full copy. */
        CLONE,
        /** By {@code pg_rewind}, and by a full copy where that fails. */
        REWIND
    }

    /**
     * An address outside of the pair whose answer shows that a server is not cut off.
     *
     * @param port the TCP port to connect to; empty: it is pinged
     */
    public record Referee(String host, Optional<Integer> port) {
        @Override
        public String toString() {
            return host + port.map(number -> ":" + number).orElse("");
        }
    }

    /** Both servers, in the order of the configuration. */
    public List<PgServer> servers() {
        return List.of(first, second);
    }

    /** The server of this name. */
    public Optional<PgServer> server(String name) {
        return servers().stream().filter(server -> server.name().equals(name)).findFirst();
    }

    /** The other server of the pair. */
    public PgServer other(PgServer one) {
        return one.name().equals(first.name()) ? second : first;
    }

    /**
     * How long the guard waits without a word from the controller, the peer and the referee before it stops PostgreSQL:
     * 19 s of 30, 4 of 8, 2 of 5; the rest is for its own tries and the stop.
     */
    public Duration guardTime() {
        return Duration.ofSeconds(Math.max(2, promoteAfter.toSeconds() * 2 / 3 - 1));
    }

    /** Its key; never the rest, which nobody needs in a log line. */
    @Override
    public String toString() {
        return key;
    }
}
