package mware.service.syslogtrap.snmp;

import java.time.Duration;
import java.util.OptionalLong;

/** Lets at most so many notifications a second through to a receiver and counts the rest; not for several threads. */
final class RateLimit {

    /** While a flood goes on, the count of what was held back is told this often. */
    static final Duration TELL_EVERY = Duration.ofSeconds(10);

    /** A flood has ended when nothing was held back for this long. */
    static final Duration OVER_AFTER = Duration.ofSeconds(1);

    private static final double NANOS = 1e9;

    private final int perSecond;
    private double allowance;
    private long filledAt;
    private long suppressed;
    private long firstSuppressedAt;
    private long lastSuppressedAt;

    /** Starts with one second's worth; {@code perSecond} is 1 or more. */
    RateLimit(int perSecond, long nanos) {
        this.perSecond = perSecond;
        this.allowance = perSecond;
        this.filledAt = nanos;
    }

    /** Whether one more may go now; if not, it is counted. */
    boolean allows(long nanos) {
        if (nanos - filledAt > 0) {
            allowance = Math.min(perSecond, allowance + (nanos - filledAt) / NANOS * perSecond);
            filledAt = nanos;
        }
        if (allowance >= 1) {
            allowance--;
            return true;
        }
        if (suppressed++ == 0) {
            firstSuppressedAt = nanos;
        }
        lastSuppressedAt = nanos;
        return false;
    }

    /** How many were held back, when it is time to tell: the flood is over, or it has lasted for another while. */
    OptionalLong toTell(long nanos) {
        if (suppressed == 0
                || nanos - lastSuppressedAt < OVER_AFTER.toNanos()
                        && nanos - firstSuppressedAt < TELL_EVERY.toNanos()) {
            return OptionalLong.empty();
        }
        long count = suppressed;
        suppressed = 0;
        return OptionalLong.of(count);
    }
}
