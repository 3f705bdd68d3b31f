package mware.service.syslogtrap;

import java.time.Duration;
import java.util.Optional;

/** Tells for a while that datagrams were lost. Pure; not for several threads. */
final class Losses {

    /** How long after the last loss it is told. */
    static final Duration STANDS = Duration.ofMinutes(1);

    private long known;
    private long since;
    private long lastAt;
    private boolean open;

    /**
     * What is wrong now, in words; empty when nothing was lost of late.
     *
     * @param lost all that the kernel has dropped on the port; begins anew when the port is opened anew
     * @param nanos now, by the monotonic clock
     */
    Optional<String> look(long lost, long nanos) {
        if (lost < known) {
            known = 0;
            since = 0;
        }
        if (lost > known) {
            since = open ? since : known;
            open = true;
            lastAt = nanos;
            known = lost;
        } else if (open && nanos - lastAt > STANDS.toNanos()) {
            open = false;
        }
        return open
                ? Optional.of((lost - since)
                        + " syslog datagrams were lost: they came faster than they could be read. A larger buffer helps"
                        + " (sysctl net.core.rmem_max), or senders that use TCP")
                : Optional.empty();
    }
}
