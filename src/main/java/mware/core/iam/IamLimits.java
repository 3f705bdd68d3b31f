package mware.core.iam;

import java.time.Duration;

/**
 * How many tries to get in may fail.
 *
 * @param failures how many within {@code time} close an address
 * @param time for which an address is closed, and within which failures count together
 */
public record IamLimits(int failures, Duration time) {

    /** As the seed has it, and as application.properties says. */
    public static final IamLimits DEFAULT = new IamLimits(5, Duration.ofMinutes(3));
}
