package mware.service.udpecho;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalInt;

/**
 * Says whether a datagram is sent back. Time and what is known of its source come in.
 *
 * @param networks who gets answers
 * @param packetsPerSecond answers a second for one source address; when it is not set, {@link #DEFAULT_RATE}, and no
 *     limit for loopback: nobody outside can pretend to be there, and whoever is inside needs no mirror
 */
public record EchoPolicy(List<Network> networks, OptionalInt packetsPerSecond) {

    /** Answers a second for one source outside this machine: some 200 calls of 50 packets a second. */
    static final int DEFAULT_RATE = 10_000;

    private static final int FIRST_USER_PORT = 1024;

    /**
     * The verdict on one datagram; the checks that cost and remember nothing come first, so that a forged source that
     * may not ask is not even remembered.
     *
     * @param ownPort the port that the echo listens on
     * @param mark a checksum of the payload, by which a loop is known
     * @param sources what is remembered of the sources; is brought up to date
     * @param now monotonic nanoseconds
     */
    public Verdict decide(InetSocketAddress source, int ownPort, int mark, Sources sources, long now) {
        if (source.getPort() < FIRST_USER_PORT) {
            return Verdict.SYSTEM_PORT;
        }
        if (source.getPort() == ownPort) {
            return Verdict.OWN_PORT;
        }
        InetAddress address = source.getAddress();
        if (!mayAsk(address)) {
            return Verdict.FOREIGN_NETWORK;
        }
        Sources.Source known = sources.of(address, now);
        if (limited(address) && !known.mayAsk(packetsPerSecond.orElse(DEFAULT_RATE), now)) {
            return Verdict.TOO_FAST;
        }
        return known.loops(mark) ? Verdict.LOOP : Verdict.ECHO;
    }

    /** Who gets answers, for the log. */
    String inWords() {
        String rate = packetsPerSecond.isPresent()
                ? packetsPerSecond.getAsInt() + " packets a second for each source"
                : DEFAULT_RATE + " packets a second for each source, loopback without limit";
        return networks.isEmpty() ? "nobody" : networks + ", " + rate;
    }

    private boolean mayAsk(InetAddress address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private boolean limited(InetAddress address) {
        return packetsPerSecond.isPresent() || !address.isLoopbackAddress();
    }
}
