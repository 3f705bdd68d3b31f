package mware.service.udpecho;

/** Whether a datagram is sent back, and if not, why. */
public enum Verdict {
    /** It is sent back. */
    ECHO("sent back"),
    /** Services that answer by themselves sit there (echo, DNS, NTP): two that answer each other never stop. */
    SYSTEM_PORT("the source port is below 1024"),
    /** It comes from an echo on another node, or pretends to. */
    OWN_PORT("the source port is the echo's own"),
    /** It is not from a network that may ask. */
    FOREIGN_NETWORK("the source is in no network that gets answers (setting udp_echo.networks)"),
    /** Its source has used up what it may ask in a second. */
    TOO_FAST("the source asks more often than it may (setting udp_echo.packets_per_second)"),
    /** The same datagram keeps coming from the same source: what came is our own answer, sent back. */
    LOOP("the same datagram came 10000 times from this source, which may be a loop: one is left out to end it");

    private final String why;

    Verdict(String why) {
        this.why = why;
    }

    /** The reason in words, fit for a log line. */
    public String why() {
        return why;
    }
}
