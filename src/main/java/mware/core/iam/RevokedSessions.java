package mware.core.iam;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import mware.core.cluster.Session;
import mware.core.cluster.Subtree;
import mware.core.cluster.ZooKeeperConnection;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ended sessions under {@code /mware/iam/revoked}, by the ten minutes in which they would have ended by themselves,
 * and a copy in memory that a watch feeds: an event names the session, so nothing has to be read for it.
 */
public final class RevokedSessions implements Revoked, ZooKeeperConnection.Listener {

    private static final Logger LOG = LoggerFactory.getLogger("iam");
    private static final String PARENT = "/mware/iam";
    private static final String ROOT = PARENT + "/revoked";
    private static final long SLOT_SECONDS = 600;
    private static final long LIMIT_MILLIS = 3_000;

    /** By how much the clocks of nodes may differ before a session that was ended could come back. */
    private static final Duration MARGIN = Duration.ofMinutes(10);

    private final ZooKeeperConnection connection;
    private final Clock clock;
    private final Set<String> ended = ConcurrentHashMap.newKeySet();
    private final Set<String> untold = ConcurrentHashMap.newKeySet();
    private volatile long watchedIn;

    /** Prepares; create it before {@code connection} is started. */
    public RevokedSessions(ZooKeeperConnection connection, Clock clock) {
        this.connection = connection;
        this.clock = clock;
        connection.onChange(this);
    }

    @Override
    public boolean contains(String session) {
        return ended.contains(session);
    }

    @Override
    public boolean add(String session) {
        ended.add(session);
        untold.add(session);
        try {
            Session.await(tell(connection.session(), session), LIMIT_MILLIS);
            return true;
        } catch (ZooKeeperConnection.NotConnected | KeeperException | TimeoutException e) {
            LOG.warn("the end of a session is told to the other nodes later: {}", e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private CompletableFuture<Void> tell(Session zooKeeper, String session) {
        String slot = slot(session);
        return zooKeeper
                .ensure(PARENT)
                .thenCompose(parent -> zooKeeper.ensure(ROOT))
                .thenCompose(root -> zooKeeper.ensure(slot))
                .thenCompose(made -> zooKeeper.ensure(slot + "/" + session))
                .thenRun(() -> untold.remove(session));
    }

    private static String slot(String session) {
        Instant end = Ticket.end(session).orElseThrow();
        return ROOT + "/" + end.getEpochSecond() / SLOT_SECONDS;
    }

    @Override
    public void connected(Session session) {
        Watcher watcher = this::changed;
        CompletableFuture<Void> watched = watchedIn == session.id()
                ? CompletableFuture.completedFuture(null)
                : session.ensure(PARENT)
                        .thenCompose(parent -> session.ensure(ROOT))
                        .thenCompose(root -> session.watch(ROOT, true, watcher));
        watched.thenCompose(done -> {
                    watchedIn = session.id();
                    untold.forEach(name -> tell(session, name));
                    return session.children(ROOT);
                })
                .thenCompose(slots -> CompletableFuture.allOf(slots.stream()
                        .map(slot -> session.children(ROOT + "/" + slot).thenAccept(ended::addAll))
                        .toArray(CompletableFuture<?>[]::new)))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.debug("cannot read {}: read when the connection is back", ROOT, failure);
                    }
                });
    }

    @Override
    public void disconnected() {
        // what is known is kept, and read anew when it is back
    }

    private void changed(WatchedEvent event) {
        if (event.getType() == Watcher.Event.EventType.NodeCreated && event.getPath() != null) {
            String name = event.getPath().substring(event.getPath().lastIndexOf('/') + 1);
            if (Ticket.end(name).isPresent()) {
                ended.add(name);
            }
        }
    }

    @Override
    public void sweep() {
        Instant past = clock.instant().minus(MARGIN);
        ended.removeIf(name -> Ticket.end(name).map(past::isAfter).orElse(true));
        untold.retainAll(ended);
        try {
            Session session = connection.session();
            for (String slot : Session.await(session.children(ROOT), LIMIT_MILLIS)) {
                if (Instant.ofEpochSecond((Long.parseLong(slot) + 1) * SLOT_SECONDS)
                        .isBefore(past)) {
                    new Subtree(session, LIMIT_MILLIS).deleteBelow(ROOT + "/" + slot, List.of());
                    Session.await(session.multi(List.of(Op.delete(ROOT + "/" + slot, -1))), LIMIT_MILLIS);
                }
            }
        } catch (ZooKeeperConnection.NotConnected | KeeperException | TimeoutException e) {
            LOG.debug("swept the next time, or by another node", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
