package mware.core.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import mware.core.cluster.Session.Stored;
import org.apache.zookeeper.Watcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of the nodes below one node, kept up to date by watches and read anew after each cut; never waits.
 *
 * <p>While ZooKeeper is away it shows what was there last.
 */
final class Mirror implements ZooKeeperConnection.Listener {

    private static final Logger LOG = LoggerFactory.getLogger("cluster");

    private static final int IDLE = 0;
    private static final int READING = 1;
    private static final int AGAIN = 2;

    private final ZooKeeperConnection connection;
    private final String parent;
    private final String leaf;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private final Set<String> watched = ConcurrentHashMap.newKeySet();
    private volatile long watchedIn;
    private volatile Map<String, Stored> content = Map.of();
    private volatile boolean current;

    /**
     * Prepares a mirror and has it follow {@code connection}.
     *
     * @param leaf what is read below each child, such as {@code /leader}; empty for the child itself
     */
    Mirror(ZooKeeperConnection connection, String parent, String leaf) {
        this.connection = connection;
        this.parent = parent;
        this.leaf = leaf;
        connection.onChange(this);
    }

    /** The nodes that exist, by the name of the child. */
    Map<String, Stored> content() {
        return content;
    }

    /** Whether the content is what ZooKeeper has now, give or take a moment. */
    boolean isCurrent() {
        return current;
    }

    /** Adds a listener, called on ZooKeeper's event thread after a change: it must not block. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void connected(Session session) {
        Watcher changed = event -> {
            if (event.getType() != Watcher.Event.EventType.None) {
                refresh();
            }
        };
        if (watchedIn != session.id()) {
            watched.clear();
            session.ensure(parent)
                    .thenCompose(made -> session.watch(parent, leaf.isEmpty(), changed))
                    .whenComplete((done, failure) -> {
                        if (failure == null) {
                            watchedIn = session.id();
                            refresh();
                        } else {
                            LOG.debug("cannot watch {}", parent, failure);
                        }
                    });
        } else {
            refresh();
        }
    }

    @Override
    public void disconnected() {
        current = false;
    }

    /** Reads all anew; a change that comes while that goes on makes it begin again afterwards. */
    void refresh() {
        if (state.getAndUpdate(now -> now == IDLE ? READING : AGAIN) != IDLE) {
            return;
        }
        Session session;
        try {
            session = connection.session();
        } catch (ZooKeeperConnection.NotConnected e) {
            state.set(IDLE); // read when it is back
            return;
        }
        session.children(parent).thenCompose(names -> readAll(session, names)).whenComplete((found, failure) -> {
            if (failure == null) {
                content = Map.copyOf(found);
                current = true;
                listeners.forEach(Runnable::run);
            } else {
                LOG.debug("cannot read {}", parent, failure);
            }
            if (state.getAndSet(IDLE) == AGAIN) {
                refresh();
            }
        });
    }

    private CompletableFuture<Map<String, Stored>> readAll(Session session, List<String> names) {
        var found = new TreeMap<String, Stored>();
        CompletableFuture<?>[] reads = names.stream()
                .map(name -> watchedFirst(session, parent + "/" + name + leaf).thenAccept(stored -> {
                    synchronized (found) {
                        stored.ifPresent(node -> found.put(name, node));
                    }
                }))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(reads).thenApply(all -> found);
    }

    private CompletableFuture<Optional<Stored>> watchedFirst(Session session, String path) {
        if (leaf.isEmpty() || watched.contains(path)) {
            return session.read(path);
        }
        return session.watch(path, false, event -> {
                    if (event.getType() != Watcher.Event.EventType.None) {
                        refresh();
                    }
                })
                .thenCompose(done -> {
                    watched.add(path);
                    return session.read(path);
                });
    }
}
