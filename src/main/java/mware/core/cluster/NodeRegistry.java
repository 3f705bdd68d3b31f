package mware.core.cluster;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import mware.core.cluster.Session.Stored;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running nodes of the site: enters this one, shows all.
 *
 * <p>A name belongs to one process. Who finds it taken waits as long as a process that died may still hold it; then the
 * other one lives, and {@link #entered()} fails.
 */
public final class NodeRegistry implements ZooKeeperConnection.Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("cluster");
    private static final String NODES = SiteSecret.ROOT + "/nodes";
    private static final Duration RETRY = Duration.ofMillis(500);

    private final ZooKeeperConnection connection;
    private final Deviations deviations;
    private final Mirror nodes;
    private final Own own = new Own("cluster-nodes");
    private final CompletableFuture<Void> entered = new CompletableFuture<>();
    private volatile NodeInfo self;
    private volatile boolean closed;

    /** Of the own thread only: when the name was first found taken, by the monotonic clock. */
    private long takenSince;

    private boolean taken;

    /** Prepares the registry; create it before {@code connection} is started. */
    public NodeRegistry(ZooKeeperConnection connection, NodeInfo self, Deviations deviations) {
        this.connection = connection;
        this.self = self;
        this.deviations = deviations;
        nodes = new Mirror(connection, NODES, "");
        connection.onChange(this);
    }

    /** Completes when this node has its entry; fails with {@link NameTaken} when another process keeps the name. */
    public CompletableFuture<Void> entered() {
        return entered.copy();
    }

    /** Another process of this name runs. */
    public static final class NameTaken extends Exception {
        private static final long serialVersionUID = 1L;

        NameTaken(String message) {
            super(message);
        }
    }

    /** All running nodes, by name; from a copy, safe on any thread. */
    public List<NodeInfo> nodes() {
        return nodes.content().values().stream()
                .map(NodeRegistry::info)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(NodeInfo::name))
                .toList();
    }

    /** The running node of this name. */
    public Optional<NodeInfo> node(String name) {
        return Optional.ofNullable(nodes.content().get(name)).flatMap(NodeRegistry::info);
    }

    /** Whether {@link #nodes()} is what ZooKeeper has now; else it is what was known before it went away. */
    public boolean isCurrent() {
        return nodes.isCurrent();
    }

    /** Adds a listener, called on ZooKeeper's event thread after a change: it must not block. */
    public void onChange(Runnable listener) {
        nodes.onChange(listener);
    }

    /** Changes what the others see of this node, such as its order. */
    public void update(NodeInfo next) {
        self = next;
        own.execute(this::enter);
    }

    @Override
    public void connected(Session session) {
        own.execute(() -> {
            taken = false; // a ZooKeeper that was away gives the session of a dead process its whole time anew
            enter();
        });
    }

    @Override
    public void disconnected() {
        // the entry lives as long as the session
    }

    private static Optional<NodeInfo> info(Stored stored) {
        return GroupRecords.read(stored.data(), NodeInfo.class);
    }

    private void enter() {
        if (closed) {
            return;
        }
        String path = NODES + "/" + self.name();
        try {
            Session session = connection.session();
            long limit = Math.max(500, session.timeoutMillis() / 2);
            Session.await(session.ensure(NODES), limit);
            Optional<Stored> present = Session.await(session.read(path), limit);
            byte[] content = GroupRecords.write(self);
            if (present.isEmpty()) {
                Session.await(
                        session.multi(
                                List.of(Op.create(path, content, ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.EPHEMERAL))),
                        limit);
                done();
            } else if (present.get().stat().getEphemeralOwner() == session.id()) {
                Session.await(session.multi(List.of(Op.setData(path, content, -1))), limit);
                done();
            } else {
                wait(present.get(), Duration.ofMillis(session.timeoutMillis()));
            }
        } catch (ZooKeeperConnection.NotConnected e) {
            LOG.debug("entered when it is back", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KeeperException | TimeoutException e) {
            LOG.debug("cannot enter the node: {}", ZooKeeperConnection.told(e));
            own.after(RETRY, this::enter);
        }
    }

    private void done() {
        taken = false;
        deviations.clear("groups", "name");
        entered.complete(null);
    }

    private void wait(Stored other, Duration sessionTimeout) {
        long now = System.nanoTime();
        if (!taken) {
            taken = true;
            takenSince = now;
        }
        if (now - takenSince > sessionTimeout.multipliedBy(2).toNanos()) {
            String reason = "another process named " + self.name() + " runs, at "
                    + info(other).map(NodeInfo::http).orElse("an unknown place");
            deviations.raise("groups", "name", Status.ERROR, reason);
            if (entered.completeExceptionally(new NameTaken(reason))) {
                LOG.error("{}", reason);
            }
        }
        own.after(RETRY, this::enter);
    }

    /** Takes this node out at once; the session must still be there. */
    @Override
    public void close() {
        closed = true;
        own.execute(() -> {
            try {
                Session session = connection.session();
                Optional<Stored> present = Session.await(session.read(NODES + "/" + self.name()), 500);
                if (present.isPresent() && present.get().stat().getEphemeralOwner() == session.id()) {
                    Session.await(session.multi(List.of(Op.delete(NODES + "/" + self.name(), -1))), 500);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ZooKeeperConnection.NotConnected | KeeperException | TimeoutException e) {
                LOG.debug("the entry goes with the session", e);
            }
        });
        own.close();
    }
}
