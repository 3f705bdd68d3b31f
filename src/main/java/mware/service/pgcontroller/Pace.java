package mware.service.pgcontroller;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a pair is looked at next: every 2 s, and so that a look ends when something is due, since a look at a host
 * that is gone takes as long as it waits for it. Pure.
 */
final class Pace {

    /** From the beginning of a look to that of the next. */
    static final Duration PERIOD = Duration.ofSeconds(2);

    /** Between the end of a look and the next one at least, so that others get their turn. */
    private static final Duration LEAST = Duration.ofMillis(100);

    /** How long after something is due a look is to end: one that ends a moment too soon would be for nothing. */
    private static final Duration AFTER = Duration.ofMillis(150);

    private Pace() {}

    /**
     * How long to wait after a look.
     *
     * @param took how long it took
     * @param due in what time something is due; null where nothing is a matter of time
     */
    static Duration afterLook(Duration took, @Nullable Duration due) {
        Duration usual = PERIOD.minus(took);
        // the next look but one would come too late: this one is to end when it is due
        boolean aim = due != null
                && !due.isNegative()
                && due.compareTo(longer(PERIOD, took).plus(took)) < 0;
        Duration wait = aim ? due.plus(AFTER).minus(took) : usual;
        return longer(wait, LEAST);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
