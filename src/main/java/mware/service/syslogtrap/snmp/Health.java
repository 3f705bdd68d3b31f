package mware.service.syslogtrap.snmp;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells from what happened whether a receiver can be reached. Pure; times are nanoseconds of a monotonic clock; not for
 * several threads.
 *
 * <p>Traps are never answered: a receiver counts as well again when something was sent after the last refusal and no
 * refusal came back for {@link #QUIET}. Without traffic nothing changes, so that a dead receiver does not flap.
 */
final class Health {

    static final Duration QUIET = Duration.ofSeconds(2);

    private @Nullable String address;
    private @Nullable String trouble;
    private long troubleSince;
    private boolean sentSince;
    private long firstSentSince;
    private @Nullable String lastError;

    /** The receiver's address is not known, for this reason. */
    void unresolved(String reason) {
        address = reason;
        lastError = reason;
    }

    void resolved() {
        address = null;
    }

    /** Something did not arrive, or could not be sent. */
    void failed(String reason, long now) {
        trouble = reason;
        troubleSince = now;
        sentSince = false;
        lastError = reason;
    }

    /** A datagram left, which does not yet mean that it arrived. */
    void sent(long now) {
        if (trouble != null && !sentSince && now - troubleSince > 0) {
            sentSince = true;
            firstSentSince = now;
        }
    }

    /** The receiver answered. */
    void answered() {
        trouble = null;
    }

    /** This node sends nothing (any more), so it will not see how trouble ends: it forgets it. */
    void passive() {
        trouble = null;
    }

    /** What is wrong now, in words; empty when all is well. */
    Optional<String> wrong(long now) {
        if (address != null) {
            return Optional.of(address);
        }
        if (trouble != null && sentSince && now - firstSentSince >= QUIET.toNanos()) {
            trouble = null;
        }
        return Optional.ofNullable(trouble);
    }

    /** The latest failure, also when it is over. */
    @Nullable
    String lastError() {
        return lastError;
    }
}
