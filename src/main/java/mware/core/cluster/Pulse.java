package mware.core.cluster;

import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.jspecify.annotations.Nullable;

/** Proves the lease of the present term: a fenced write every eighth of the session time-out, never waited for. */
final class Pulse implements AutoCloseable {

    private static final Duration UNTIL_CONNECTED = Duration.ofMillis(200);

    private final ZooKeeperConnection connection;
    private final GroupPaths paths;
    private final Supplier<@Nullable Term> term;
    private final LongSupplier nanoClock;
    private final Runnable changed;
    private final BiConsumer<Term, String> lost;
    private final Own own = new Own("cluster-pulse");

    Pulse(
            ZooKeeperConnection connection,
            GroupPaths paths,
            Supplier<@Nullable Term> term,
            LongSupplier nanoClock,
            Runnable changed,
            BiConsumer<Term, String> lost) {
        this.connection = connection;
        this.paths = paths;
        this.term = term;
        this.nanoClock = nanoClock;
        this.changed = changed;
        this.lost = lost;
    }

    /** T/2; see {@link Term} for why. */
    static long leaseNanos(int sessionMillis) {
        return sessionMillis * 500_000L;
    }

    void start() {
        own.execute(this::tick);
    }

    void beatNow() {
        own.execute(this::beat);
    }

    private void tick() {
        Duration next = UNTIL_CONNECTED;
        try {
            next = beat();
            changed.run(); // a lease that ran out has no event of its own
        } finally {
            own.after(next, this::tick); // whatever happens: without it no term would last
        }
    }

    private Duration beat() {
        Session session;
        try {
            session = connection.session();
        } catch (ZooKeeperConnection.NotConnected e) {
            return UNTIL_CONNECTED;
        }
        Term now = term.get();
        if (now != null && !now.isOver()) {
            if (now.session() == session.id()) {
                prove(session, now);
            } else {
                lost.accept(now, "the ZooKeeper session of this term is over");
            }
        }
        return Duration.ofMillis(session.timeoutMillis() / 8);
    }

    private void prove(Session session, Term now) {
        long sent = nanoClock.getAsLong();
        long lease = leaseNanos(session.timeoutMillis());
        session.multi(List.of(
                        Op.check(paths.epoch(), now.epochVersion()),
                        Op.check(paths.leader(), -1),
                        Op.setData(paths.heartbeat(), new byte[0], -1)))
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        boolean resumed = !now.valid();
                        now.proven(sent, lease);
                        if (resumed) {
                            changed.run();
                        }
                    } else if (failure instanceof KeeperException refused && ends(refused)) {
                        lost.accept(now, "ZooKeeper says that this term is over: " + ZooKeeperConnection.told(refused));
                    }
                });
    }

    private static boolean ends(KeeperException refused) {
        return switch (refused.code()) {
            case NONODE, BADVERSION, SESSIONEXPIRED, NOAUTH -> true;
            default -> false; // cut or slow: the lease decides
        };
    }

    @Override
    public void close() {
        own.close();
    }
}
