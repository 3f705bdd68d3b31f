package mware.core.cluster;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * One term of this node as the active one, and its lease.
 *
 * <p>The lease: a heartbeat (a write, fenced by the epoch, that only a quorum can acknowledge; a follower that is cut
 * off still answers reads) that was <em>sent</em> at time s and acknowledged proves that at some moment after s the
 * leader node was still this session's. The lease then lasts until s + T/2 of this machine's monotonic clock, T being
 * the session time-out that the server granted.
 *
 * <p>Why T/2 is safe: nobody else makes a leader node before ZooKeeper has ended this session. It ends one no earlier
 * than T after the ensemble's leader last heard of it, and it rounds that up to its next tick, never down. It hears of a
 * session on another server only with the pings to that server, every half tick, and each tells of what was sent since the
 * one before; a heartbeat goes every T/8. So "last heard" may lie half a tick and T/8 before s. T is at least two ticks, which
 * is what servers enforce unless told otherwise: the earliest end is s + T - T/4 - T/8. That leaves T/8 for clocks that do not
 * run alike.
 */
final class Term {

    private final long epoch;
    private final int epochVersion;
    private final long session;
    private final LongSupplier nanoClock;
    private final AtomicLong leaseUntil;

    private volatile boolean over;
    private volatile boolean draining;

    /**
     * Begins a term.
     *
     * @param epochVersion the version of the epoch record, which a fenced write checks
     * @param provenAt when the write was sent that began or confirmed it, by {@code nanoClock}
     * @param leaseNanos T/2
     */
    Term(long epoch, int epochVersion, long session, LongSupplier nanoClock, long provenAt, long leaseNanos) {
        this.epoch = epoch;
        this.epochVersion = epochVersion;
        this.session = session;
        this.nanoClock = nanoClock;
        this.leaseUntil = new AtomicLong(provenAt + leaseNanos);
    }

    long epoch() {
        return epoch;
    }

    int epochVersion() {
        return epochVersion;
    }

    long session() {
        return session;
    }

    /** Whether the node may act in this very instant. */
    boolean valid() {
        return !over && leaseUntil.get() - nanoClock.getAsLong() > 0;
    }

    /** Whether new work may begin: not any more once a step-down has begun. */
    boolean admits() {
        return !draining && valid();
    }

    /** An acknowledged heartbeat, sent at {@code sent}. */
    void proven(long sent, long leaseNanos) {
        leaseUntil.accumulateAndGet(sent + leaseNanos, (now, next) -> next - now > 0 ? next : now);
    }

    /** The connection is cut: not valid until a heartbeat that was sent later is acknowledged. */
    void pause() {
        leaseUntil.set(nanoClock.getAsLong());
    }

    /** No new work begins; what has begun may still act. */
    void drain() {
        draining = true;
    }

    /** The term ends here, for good. */
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }
}
