package mware.core.cluster;

import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import mware.core.cluster.Election.Step;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in the election of its group: looks at the group in ZooKeeper, lets {@link Election} decide, acts.
 *
 * <p>Turns run on a thread of their own, which may wait for ZooKeeper; the {@link Term} is judged without it, so that a
 * term ends in time even while a turn is stuck.
 */
public final class GroupElection implements Leadership, ZooKeeperConnection.Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("cluster");

    /** How long work in flight may take to end in a step-down. */
    static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    /** Single failures are the normal course of a race or a cut; so many in a row are not. */
    private static final int FAILURES_TOLD = 10;

    private static final Duration RETRY = Duration.ofMillis(200);

    private final ZooKeeperConnection connection;
    private final Deviations deviations;
    private final LongSupplier nanoClock;
    private final Pulse pulse;
    private final Announcer announcer;
    private final Own turns = new Own("cluster-election");
    private final AtomicBoolean turnPending = new AtomicBoolean();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private final GroupWrites writes;

    private volatile Member member;
    private volatile @Nullable Term term;
    private volatile boolean eligible;
    private volatile long eligibleSince;
    private volatile long connectedSince;
    private volatile boolean stopping;
    private volatile boolean joined;
    private volatile boolean placed;

    /** When the vacancy was first seen; of the turns' thread only, as all below. */
    private @Nullable Long vacantSince;

    private long preparedSession;
    private int failedTurns;
    private String lastSaid = "";

    /**
     * Prepares the election; {@link #start()} joins it.
     *
     * @param clock for times that are shown
     * @param nanoClock monotonic, in nanoseconds, for leases
     */
    public GroupElection(
            ZooKeeperConnection connection, Member member, Deviations deviations, Clock clock, LongSupplier nanoClock) {
        this.connection = connection;
        this.member = member;
        this.deviations = deviations;
        this.nanoClock = nanoClock;
        this.writes = new GroupWrites(new GroupPaths(member.group()), clock);
        this.announcer = new Announcer(() -> term);
        this.pulse = new Pulse(connection, writes.paths(), () -> term, nanoClock, announcer::tell, this::lost);
        connection.onChange(this);
    }

    /** Joins the group; the node is not eligible before {@link #setEligible}. Start the connection after it. */
    public void start() {
        pulse.start();
        wake();
    }

    @Override
    public OptionalLong epoch() {
        Term now = term;
        return now != null && now.valid() ? OptionalLong.of(now.epoch()) : OptionalLong.empty();
    }

    /** Whether this node has had a place in its group since it started. */
    public boolean hasJoined() {
        return joined;
    }

    /**
     * Whether it has been seen since this node could first run its services that it is the active one, that another is, or
     * that nobody has become so within the session time-out.
     */
    public boolean hasPlace() {
        return placed;
    }

    /** Whether new work may begin: like {@link #isActive()}, but no more once a step-down has begun. */
    public boolean admits() {
        Term now = term;
        return now != null && now.admits();
    }

    /**
     * The version of the epoch record that a write under {@code epoch} must find; empty when that term is over.
     *
     * <p>A term whose lease has run out but that may go on has one: ZooKeeper decides then.
     */
    public OptionalInt epochVersion(long epoch) {
        Term now = term;
        return now != null && now.epoch() == epoch && !now.isOver()
                ? OptionalInt.of(now.epochVersion())
                : OptionalInt.empty();
    }

    @Override
    public void onChange(Listener listener) {
        announcer.add(listener);
    }

    /**
     * Adds what is started and stopped with the role: started after the listeners have heard, stopped before they hear,
     * each in the order added, while the term is still valid where there is time.
     */
    public void run(Work work) {
        announcer.run(work);
    }

    /** Says whether this node can run its services; one that cannot is not made active. */
    public void setEligible(boolean can) {
        if (can != eligible) {
            eligibleSince = nanoClock.getAsLong();
            eligible = can;
            wake();
        }
    }

    /** Takes a new order and failback rule; the name, instance and group stay. */
    public void reconfigure(int order, boolean failback, Duration failbackDelay) {
        Member before = member;
        member = new Member(
                before.node(), before.instance(), before.group(), order, failback, failbackDelay, before.beginsEmpty());
        wake();
    }

    @Override
    public void connected(Session session) {
        connectedSince = nanoClock.getAsLong();
        pulse.beatNow();
        wake();
    }

    @Override
    public void disconnected() {
        Term now = term;
        if (now != null) {
            now.pause();
            announcer.because("the connection to ZooKeeper is cut");
            announcer.tell();
        }
    }

    private void lost(Term over, String why) {
        over.end();
        announcer.because(why);
        announcer.tell();
        wake();
    }

    private void wake() {
        if (turnPending.compareAndSet(false, true)) {
            turns.execute(this::turn);
        }
    }

    private void turn() {
        turnPending.set(false);
        try {
            Session session = connection.session();
            long limit = Math.max(500, session.timeoutMillis() / 2);
            prepare(session, limit);
            GroupLook look = GroupLook.at(session, writes.paths(), limit);
            Step step = Election.decide(view(session, look));
            say(step);
            act(step, session, look, limit);
            placed |= eligible && joined && isPlaced(look, session);
            failedTurns = 0;
            if (!step.recheck().isZero()) {
                turns.after(step.recheck(), this::wake);
            }
        } catch (ZooKeeperConnection.NotConnected e) {
            if (stopping) {
                leftWithoutZooKeeper(e.getMessage());
            }
        } catch (KeeperException | TimeoutException e) {
            if (++failedTurns == FAILURES_TOLD) {
                LOG.warn("election of group {}: {}; trying on", member.group(), ZooKeeperConnection.told(e));
            }
            turns.after(RETRY, this::wake);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("election: unexpected", e);
            turns.after(RETRY, this::wake);
        }
    }

    private boolean isPlaced(GroupLook look, Session session) {
        Long vacant = vacantSince;
        return epoch().isPresent()
                || look.leader().isPresent()
                || vacant != null
                        && nanoClock.getAsLong() - vacant
                                > Duration.ofMillis(session.timeoutMillis()).toNanos();
    }

    private void prepare(Session session, long limit) throws KeeperException, TimeoutException, InterruptedException {
        if (preparedSession != session.id()) {
            writes.prepare(session, event -> wake(), limit);
            preparedSession = session.id();
        }
    }

    private Election.View view(Session session, GroupLook look) {
        long now = nanoClock.getAsLong();
        if (look.leader().isPresent()) {
            vacantSince = null;
        } else if (vacantSince == null) {
            vacantSince = now;
        }
        Duration vacantFor = vacantSince == null ? Duration.ZERO : Duration.ofNanos(now - vacantSince);
        Duration patience = Duration.ofMillis(session.timeoutMillis());
        deviations.set(
                vacantFor.compareTo(patience.multipliedBy(2)) > 0,
                "groups",
                "group " + member.group(),
                Status.ERROR,
                "no node of group " + member.group() + " is active");
        Term known = term;
        boolean leading = known != null && !known.isOver() && known.session() == session.id();
        var me = new Election.Me(
                member.node(),
                member.order(),
                session.id(),
                eligible,
                leading,
                stopping,
                member.failback(),
                member.failbackDelay(),
                Duration.ofNanos(Math.min(now - eligibleSince, now - connectedSince)));
        return new Election.View(
                me, look.candidates(), look.leaderOfView(), look.lastTermOfView(), vacantFor, patience);
    }

    private void say(Step step) {
        String line = step.action() + ": " + step.why();
        if (!line.equals(lastSaid)) {
            lastSaid = line;
            LOG.info("election of group {}: {}", member.group(), line);
        }
    }

    private void act(Step step, Session session, GroupLook look, long limit)
            throws KeeperException, TimeoutException, InterruptedException {
        switch (step.action()) {
            case WAIT -> {
                if (stopping) {
                    left.complete(null);
                }
            }
            case JOIN -> {
                writes.join(session, member, eligible, look, limit);
                joined = true;
                wake();
            }
            case UPDATE -> writes.update(session, member, eligible, step.claim(), limit);
            case TAKE -> {
                long sent = nanoClock.getAsLong();
                begin(writes.take(session, member, step.why(), look, limit), sent, session, step.why(), limit);
            }
            case RESUME -> {
                long sent = nanoClock.getAsLong();
                begin(writes.confirm(session, look, limit), sent, session, step.why(), limit);
            }
            case STEP_DOWN -> {
                stepDown(step.why());
                writes.release(session, look, limit);
                wake();
            }
            case LEAVE -> {
                writes.leave(session, member, look, limit);
                left.complete(null);
            }
        }
    }

    private void begin(GroupWrites.Won won, long sent, Session session, String why, long limit)
            throws KeeperException, TimeoutException, InterruptedException {
        writes.emptyIfAsked(session, won, limit);
        var next = new Term(
                won.epoch(), won.version(), session.id(), nanoClock, sent, Pulse.leaseNanos(session.timeoutMillis()));
        announcer.because(why);
        term = next;
        try {
            if (connection.session() != session) {
                next.pause();
            }
        } catch (ZooKeeperConnection.NotConnected e) {
            next.pause(); // the cut came before the term was known, so nobody else pauses it
        }
        pulse.beatNow();
        announcer.tell();
        wake();
    }

    /** Stops the work under the term's still valid lease, then ends the term. */
    private void stepDown(String why) throws InterruptedException {
        Term now = term;
        if (now == null) {
            return;
        }
        now.drain();
        try {
            announcer.drain(now, DRAIN_LIMIT, why).get(DRAIN_LIMIT.toMillis() + 1000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("work in flight did not end within {}; letting go all the same", DRAIN_LIMIT);
        } catch (ExecutionException e) {
            LOG.error("stopping the work failed", e.getCause());
        } finally {
            now.end();
        }
    }

    private void leftWithoutZooKeeper(String why) {
        Term now = term;
        if (now != null) {
            now.end();
            announcer.because(why);
            announcer.tell();
        }
        left.complete(null);
    }

    /** Hands over: work stopped, leader node and candidate deleted; returns when that is done, at the latest in 8 s. */
    public void leave() {
        stopping = true;
        wake();
        try {
            left.get(DRAIN_LIMIT.toMillis() + 3000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("could not hand over in time; the others take over after the session time-out");
        }
    }

    /** Leaves the group if that was not done, and ends the threads. */
    @Override
    public void close() {
        if (!left.isDone()) {
            leave();
        }
        turns.close();
        pulse.close();
        announcer.close();
    }
}
