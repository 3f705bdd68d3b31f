package mware.core.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import mware.core.cluster.Session;
import mware.core.cluster.ZooKeeperConnection;
import mware.core.store.Heads.Head;
import mware.core.store.StoreTree.Snapshot;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps entities in ZooKeeper: for what must not need a database, such as the configuration.
 *
 * <p>Every node follows all of it and has it in memory. A write that the connection was cut under is looked for when it
 * is back, so that it is neither lost nor done twice.
 */
public final class ZooKeeperStore implements Store, ZooKeeperConnection.Listener {

    private static final Logger LOG = LoggerFactory.getLogger("store");
    private static final Duration RETRY = Duration.ofMillis(200);
    private static final long PAUSE_NANOS = 20_000_000;

    private final ZooKeeperConnection connection;
    private final Duration limit;
    private final Supplier<Optional<String>> refusal;
    private final List<Follower> followers = new ArrayList<>(); // of the own thread only
    private final List<Runnable> readings = new CopyOnWriteArrayList<>();
    private final ScheduledThreadPoolExecutor own;
    private final AtomicBoolean pending = new AtomicBoolean();
    private final CountDownLatch first = new CountDownLatch(1);
    private final Object writing = new Object();
    private volatile Snapshot now = Snapshot.NONE;
    private volatile Snapshot loaded = Snapshot.NONE;
    private volatile long current; // the session in which all is followed
    private volatile long prepared;
    private volatile @Nullable String failed;

    /** What a listener was told last. */
    private static final class Follower {
        private final Consumer<List<Changed>> listener;
        private Snapshot told;
        private boolean all = true;

        private Follower(Consumer<List<Changed>> listener, Snapshot told) {
            this.listener = listener;
            this.told = told;
        }
    }

    /**
     * Prepares a store that follows {@code connection}.
     *
     * @param limit how long a call may take in all
     * @param refusal why nothing may be written now, in words; empty when it may
     */
    public ZooKeeperStore(ZooKeeperConnection connection, Duration limit, Supplier<Optional<String>> refusal) {
        this.connection = connection;
        this.limit = limit;
        this.refusal = refusal;
        own = new ScheduledThreadPoolExecutor(1, work -> {
            var thread = new Thread(work, "zookeeper-store");
            thread.setDaemon(true);
            return thread;
        });
        own.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        connection.onChange(this);
    }

    @Override
    public void connected(Session session) {
        wake(Duration.ZERO);
    }

    @Override
    public void disconnected() {
        current = 0;
    }

    /** The session in which all that is there has been read and is followed; 0 while it is not. */
    public long currentSession() {
        return current;
    }

    /** Adds a listener, called after each reading, on a thread of the store's own: it must not block. */
    public void onRead(Runnable listener) {
        readings.add(listener);
    }

    private void wake(Duration delay) {
        if (pending.compareAndSet(false, true)) {
            schedule(this::refresh, delay);
        }
    }

    private void schedule(Runnable work, Duration delay) {
        try {
            own.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed meanwhile", e);
        }
    }

    private void refresh() {
        pending.set(false);
        try {
            Session session = connection.session();
            long millis = Math.max(500, session.timeoutMillis() / 2);
            var tree = new StoreTree(session, millis);
            if (prepared != session.id()) {
                tree.prepare();
                Session.await(session.watch(StoreTree.WRITTEN, false, event -> wake(Duration.ZERO)), millis);
                prepared = session.id();
            }
            now = tree.read(now);
            failed = null;
            first.countDown();
            followers.forEach(this::tell);
            current = session.id();
            if (connection.session() != session) {
                current = 0;
            }
            readings.forEach(Runnable::run);
        } catch (ZooKeeperConnection.NotConnected e) {
            LOG.debug("read when it is back", e);
            current = 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KeeperException | TimeoutException e) {
            failed = "ZooKeeper cannot be read: " + ZooKeeperConnection.told(e);
            wake(RETRY);
        } catch (RuntimeException e) {
            failed = "what ZooKeeper has cannot be used: " + e.getMessage();
            LOG.error("{}", failed, e);
            wake(RETRY.multipliedBy(5));
        }
    }

    private void tell(Follower follower) {
        Snapshot before = follower.told;
        Snapshot after = now;
        follower.told = after;
        List<Changed> changes = new ArrayList<>();
        before.heads().forEach((name, head) -> {
            if (!after.heads().containsKey(name)) {
                changes.add(new Changed(head.collection(), ended(head.entity())));
            }
        });
        after.heads().forEach((name, head) -> {
            Head former = before.heads().get(name);
            if (follower.all || former == null || !former.write().equals(head.write())) {
                changes.add(new Changed(head.collection(), head.entity()));
            }
        });
        follower.all = false;
        if (!changes.isEmpty()) {
            try {
                follower.listener.accept(changes);
            } catch (RuntimeException e) {
                LOG.error("a listener failed", e);
            }
        }
    }

    private static Entity ended(Entity last) {
        return new Entity(
                last.id(),
                last.domain(),
                last.unique(),
                last.body(),
                last.created(),
                last.modified(),
                last.version() + 1,
                true);
    }

    @Override
    public List<Entity> load(String collection) {
        try {
            if (!first.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw unreachable("read", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("read", e);
        }
        outage().ifPresent(why -> {
            throw new StoreException("cannot read: " + why, new IllegalStateException(why));
        });
        Snapshot all = now;
        loaded = all;
        return all.heads().values().stream()
                .filter(head -> head.collection().equals(collection))
                .map(Head::entity)
                .toList();
    }

    /** Waits until all has been read once, at most so long; whether it was. */
    public boolean awaitFirst(Duration patience) {
        try {
            return first.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** All living entities of a collection as they were last seen, whether ZooKeeper can be reached or not. */
    public List<Entity> known(String collection) {
        return now.heads().values().stream()
                .filter(head -> head.collection().equals(collection))
                .map(Head::entity)
                .toList();
    }

    /** Tells of all that is there at first, then of changes. */
    @Override
    public void follow(Consumer<List<Changed>> listener) {
        var follower = new Follower(listener, loaded);
        schedule(
                () -> {
                    followers.add(follower);
                    tell(follower);
                },
                Duration.ZERO);
    }

    @Override
    public Optional<String> outage() {
        try {
            connection.session();
        } catch (ZooKeeperConnection.NotConnected e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        return Optional.ofNullable(failed);
    }

    @Override
    public void write(List<Write> writes) {
        if (writes.isEmpty()) {
            return;
        }
        refusal.get().ifPresent(why -> {
            throw new StoreException("cannot write: " + why, new IllegalStateException(why));
        });
        synchronized (writing) { // two of one node would only make each other begin again
            writeOne(writes);
        }
        settle();
    }

    private void writeOne(List<Write> writes) {
        String write = UUID.randomUUID().toString();
        long end = System.nanoTime() + limit.toNanos();
        boolean uncertain = false;
        boolean fresh = false;
        while (true) {
            Exception failure;
            try {
                Session session = connection.session();
                long millis = Math.max(1, (end - System.nanoTime()) / 1_000_000);
                var tree = new StoreTree(session, millis);
                Snapshot seen = now;
                if (fresh || prepared != session.id()) {
                    tree.prepare();
                    seen = tree.read(seen);
                }
                if (uncertain && isDone(seen, writes, write)) {
                    return;
                }
                try {
                    check(seen, writes);
                } catch (ConflictException e) {
                    if (uncertain) {
                        throw new StoreException("the connection to ZooKeeper was cut", e, true);
                    }
                    if (fresh) {
                        throw e;
                    }
                    fresh = true; // what this node knows may be a moment old
                    continue;
                }
                tree.write(seen, writes, write);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unreachable("write", e);
            } catch (ZooKeeperConnection.NotConnected e) {
                failure = e;
            } catch (TimeoutException e) {
                failure = e;
                uncertain = true;
            } catch (KeeperException e) {
                failure = e;
                switch (e.code()) {
                    case BADVERSION, NONODE, NODEEXISTS -> {
                        // another node wrote, or swept away what nobody used yet
                    }
                    case CONNECTIONLOSS, SESSIONEXPIRED, OPERATIONTIMEOUT, SESSIONMOVED -> uncertain = true;
                    default -> throw unreachable("write", e);
                }
            }
            fresh = true;
            if (end - System.nanoTime() <= PAUSE_NANOS) {
                StoreException away = unreachable("write", failure);
                throw uncertain ? new StoreException(String.valueOf(away.getMessage()), failure, true) : away;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Listeners of this node have heard of a write when it returns, as far as they can. */
    private void settle() {
        try {
            CompletableFuture.runAsync(this::refresh, own).get(limit.toMillis(), TimeUnit.MILLISECONDS);
            schedule(this::sweep, Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RejectedExecutionException | ExecutionException | CompletionException | TimeoutException e) {
            LOG.debug("heard of a little later", e);
        }
    }

    private void sweep() {
        try {
            Session session = connection.session();
            new StoreTree(session, Math.max(500, session.timeoutMillis() / 2)).sweep(now);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ZooKeeperConnection.NotConnected | KeeperException | TimeoutException e) {
            LOG.debug("swept after the next write", e);
        }
    }

    private static boolean isDone(Snapshot seen, List<Write> writes, String write) {
        return writes.stream().allMatch(one -> {
            Head head = seen.heads().get(Heads.name(one.collection(), one.entity()));
            return one.entity().deleted()
                    ? head == null
                    : head != null && head.write().equals(write);
        });
    }

    /** Throws {@link ConflictException} when the writes do not fit what is there. */
    private static void check(Snapshot seen, List<Write> writes) {
        Map<String, Head> after = new LinkedHashMap<>(seen.heads());
        for (Write one : writes) {
            Entity entity = one.entity();
            String name = Heads.name(one.collection(), entity);
            Head there = after.get(name);
            long version = there == null ? 0 : there.entity().version();
            if (version != entity.version() - 1) {
                throw new ConflictException(
                        ConflictException.Kind.VERSION,
                        there == null
                                ? entity.id() + " is gone"
                                : version == 0 || entity.version() == 1
                                        ? entity.id() + " exists already"
                                        : entity.id() + " has changed meanwhile");
            }
            if (entity.deleted()) {
                after.remove(name);
            } else {
                after.put(name, new Head(one.collection(), entity, "", Map.of()));
            }
        }
        for (Write one : writes) {
            String unique = one.entity().unique();
            boolean taken = unique != null
                    && !one.entity().deleted()
                    && after.values().stream()
                                    .filter(head -> head.collection().equals(one.collection())
                                            && head.entity()
                                                    .domain()
                                                    .equals(one.entity().domain())
                                            && unique.equals(head.entity().unique()))
                                    .count()
                            > 1;
            if (taken) {
                throw new ConflictException(ConflictException.Kind.TAKEN, unique + " is taken");
            }
        }
    }

    private StoreException unreachable(String what, @Nullable Throwable cause) {
        String why = outage().orElseGet(() ->
                cause == null ? "no answer within " + limit.toMillis() + " ms" : ZooKeeperConnection.told(cause));
        return new StoreException(
                "cannot " + what + ": " + why, cause == null ? new IllegalStateException(why) : cause);
    }

    @Override
    public void close() {
        own.shutdown();
        try {
            if (!own.awaitTermination(1, TimeUnit.SECONDS)) {
                own.shutdownNow();
            }
        } catch (InterruptedException e) {
            own.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
