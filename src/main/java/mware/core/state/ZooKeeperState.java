package mware.core.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import mware.core.cluster.GroupPaths;
import mware.core.cluster.Session;
import mware.core.cluster.Session.Stored;
import mware.core.cluster.Subtree;
import mware.core.cluster.ZooKeeperConnection;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.common.PathUtils;

/**
 * The runtime state of a group in ZooKeeper.
 *
 * <p>Each write is one transaction that first checks the version of the group's epoch record and that there is a leader
 * node: ZooKeeper itself refuses it when the writer's term is over, whatever the writer believes. A cut shorter than the
 * time limit is waited out and the transaction repeated, which changes nothing since it sets values, and is fenced again.
 */
public final class ZooKeeperState implements RuntimeState {

    /** The longest value, 512 KiB. */
    public static final int LONGEST_VALUE = 512 * 1024;

    /** What one transaction may hold; ZooKeeper's own limit is 1 MiB with all that belongs to it. */
    private static final int LARGEST_TRANSACTION = 900 * 1024;

    private static final long PAUSE_NANOS = 20_000_000;

    private final ZooKeeperConnection connection;
    private final GroupPaths paths;
    private final LongFunction<OptionalInt> epochVersion;
    private final Duration limit;
    private final Supplier<Optional<String>> refusal;

    /** Prepares the state of one group, on an ensemble that takes all writes. */
    public ZooKeeperState(
            ZooKeeperConnection connection, GroupPaths paths, LongFunction<OptionalInt> epochVersion, Duration limit) {
        this(connection, paths, epochVersion, limit, Optional::empty);
    }

    /**
     * Prepares the state of one group.
     *
     * @param epochVersion the version of the epoch record in a term of this node, empty when the term is over
     * @param limit how long a call may take in all; one session time-out
     * @param refusal why nothing may be written now, in words; empty when it may
     */
    public ZooKeeperState(
            ZooKeeperConnection connection,
            GroupPaths paths,
            LongFunction<OptionalInt> epochVersion,
            Duration limit,
            Supplier<Optional<String>> refusal) {
        this.connection = connection;
        this.paths = paths;
        this.epochVersion = epochVersion;
        this.limit = limit;
        this.refusal = refusal;
    }

    @Override
    public Optional<byte[]> get(String key) {
        String path = path(key);
        return within(key, "read", (session, millis) -> Session.await(session.read(path), millis))
                .filter(Stored::given)
                .map(Stored::data);
    }

    @Override
    public List<String> children(String key) {
        String path = path(key);
        return within(key, "read", (session, millis) -> Session.await(session.children(path), millis)).stream()
                .sorted()
                .toList();
    }

    @Override
    public void put(long epoch, String key, byte[] value) {
        apply(epoch, List.of(new Change.Put(key, value)));
    }

    @Override
    public void apply(long epoch, List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        checkSizes(changes);
        changes.forEach(change -> path(change.key()));
        String key = changes.get(0).key();
        if (changes.stream().anyMatch(Change.Put.class::isInstance)) {
            refusal.get().ifPresent(why -> {
                throw new StateException("cannot write " + key + ": " + why);
            });
        }
        within(key, "write", fenced(epoch, key, (session, millis, fence) -> {
            var transaction = new ArrayList<>(fence);
            transaction.addAll(new Plan(session, millis).of(changes));
            return Session.await(session.multi(transaction), millis);
        }));
    }

    @Override
    public void delete(long epoch, String key) {
        String path = path(key);
        within(key, "delete", fenced(epoch, key, (session, millis, fence) -> {
            new Subtree(session, millis).deleteBelow(path, fence);
            var transaction = new ArrayList<>(fence);
            if (Session.await(session.read(path), millis).isPresent()) {
                transaction.add(Op.delete(path, -1));
            }
            return Session.await(session.multi(transaction), millis);
        }));
    }

    /** A try whose transactions start with the fence, and to which a refused fence means that the term is over. */
    private <T> Attempt<T> fenced(long epoch, String key, Fenced<T> attempt) {
        return (session, millis) -> {
            int version = epochVersion.apply(epoch).orElseThrow(() -> new StaleEpochException(key, epoch));
            try {
                return attempt.in(
                        session, millis, List.of(Op.check(paths.epoch(), version), Op.check(paths.leader(), -1)));
            } catch (KeeperException.BadVersionException e) {
                throw new StaleEpochException(key, epoch);
            } catch (KeeperException.NoNodeException e) {
                if (paths.leader().equals(e.getPath()) || paths.epoch().equals(e.getPath())) {
                    throw new StaleEpochException(key, epoch);
                }
                throw e;
            }
        };
    }

    private interface Fenced<T> {
        T in(Session session, long millis, List<Op> fence)
                throws KeeperException, TimeoutException, InterruptedException;
    }

    /** One try; may be repeated. */
    private interface Attempt<T> {
        T in(Session session, long millis) throws KeeperException, TimeoutException, InterruptedException;
    }

    private <T> T within(String key, String what, Attempt<T> attempt) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Exception failure;
            try {
                long left = Math.max(1, (end - System.nanoTime()) / 1_000_000);
                return attempt.in(connection.session(), left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StateException("interrupted: cannot " + what + " " + key, e);
            } catch (ZooKeeperConnection.NotConnected | TimeoutException e) {
                failure = e;
            } catch (KeeperException e) {
                if (!passes(e)) {
                    throw new StateException("cannot " + what + " " + key + ": " + e.getMessage(), e);
                }
                failure = e;
            }
            if (end - System.nanoTime() <= PAUSE_NANOS) {
                throw new StateException(
                        "cannot " + what + " " + key + " within " + limit.toMillis() + " ms: " + failure.getMessage(),
                        failure);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Whether the next try may find it otherwise: a cut, or a key that another thread made or deleted meanwhile. */
    private static boolean passes(KeeperException e) {
        return switch (e.code()) {
            case CONNECTIONLOSS, SESSIONEXPIRED, OPERATIONTIMEOUT, NONODE, NODEEXISTS, NOTEMPTY -> true;
            default -> false;
        };
    }

    private static void checkSizes(List<Change> changes) {
        int all = 0;
        for (Change change : changes) {
            if (change instanceof Change.Put put) {
                int size = put.value().length;
                if (size > LONGEST_VALUE) {
                    throw new StateException(
                            put.key() + ": a value may have " + LONGEST_VALUE + " bytes, this one has " + size);
                }
                all += size + 2 * put.key().length() + 100;
            }
        }
        if (all > LARGEST_TRANSACTION) {
            throw new StateException(changes.get(0).key() + " and " + (changes.size() - 1)
                    + " more: one transaction may" + " have " + LARGEST_TRANSACTION + " bytes, this one has " + all);
        }
    }

    private String path(String key) {
        String path = paths.state() + "/" + key;
        try {
            PathUtils.validatePath(path);
        } catch (IllegalArgumentException e) {
            throw new StateException("not a key: \"" + key + "\": " + e.getMessage(), e);
        }
        return path;
    }

    /** Turns changes into operations that fit what is there now. */
    private final class Plan {

        private final Session session;
        private final long millis;
        private final Map<String, Boolean> present = new HashMap<>();

        Plan(Session session, long millis) {
            this.session = session;
            this.millis = millis;
            present.put(paths.state(), true);
        }

        List<Op> of(List<Change> changes) throws KeeperException, TimeoutException, InterruptedException {
            var operations = new ArrayList<Op>();
            for (Change change : changes) {
                String path = path(change.key());
                if (change instanceof Change.Put put) {
                    put(path, put.value(), operations);
                } else if (isPresent(path)) {
                    operations.add(Op.delete(path, -1));
                    present.put(path, false);
                }
            }
            return operations;
        }

        private void put(String path, byte[] value, List<Op> into)
                throws KeeperException, TimeoutException, InterruptedException {
            if (isPresent(path)) {
                into.add(Op.setData(path, value, -1));
            } else {
                ensure(path.substring(0, path.lastIndexOf('/')), into);
                into.add(Op.create(path, value, ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT));
                present.put(path, true);
            }
        }

        /** A node that only holds others is made without data, so that it does not pass for a value. */
        private void ensure(String path, List<Op> into) throws KeeperException, TimeoutException, InterruptedException {
            if (!isPresent(path)) {
                ensure(path.substring(0, path.lastIndexOf('/')), into);
                into.add(Op.create(path, null, ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT));
                present.put(path, true);
            }
        }

        private boolean isPresent(String path) throws KeeperException, TimeoutException, InterruptedException {
            Boolean known = present.get(path);
            if (known == null) {
                known = Session.await(session.read(path), millis).isPresent();
                present.put(path, known);
            }
            return known;
        }
    }
}
