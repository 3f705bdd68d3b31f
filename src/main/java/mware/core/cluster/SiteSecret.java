package mware.core.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which secret a site goes by, and shows it to ZooKeeper before anything else is asked.
 *
 * <p>A secret that an operator gave closes the site's data. Without one the first node shares its own under {@code
 * /mware/secret}, readable by whoever reaches ZooKeeper, so that nodes that were told nothing but the ensemble trust
 * each other.
 */
final class SiteSecret {

    static final String ROOT = "/mware";
    private static final String SHARED = ROOT + "/secret";
    private static final Logger LOG = LoggerFactory.getLogger("cluster");

    private final ClusterSecret secret;
    private final boolean shared;

    SiteSecret(ClusterSecret secret, boolean shared) {
        this.secret = secret;
        this.shared = shared;
    }

    /** Opens the site's data to {@code session}; completes when {@code /mware} is there and can be used. */
    CompletableFuture<Void> enter(Session session) {
        if (secret.given() || !shared) {
            session.authenticate(secret);
            return usable(session);
        }
        return session.read(SHARED)
                .thenCompose(found -> found.isPresent()
                        ? take(session, new String(found.get().data(), StandardCharsets.UTF_8))
                        : share(session));
    }

    private CompletableFuture<Void> take(Session session, String value) {
        try {
            secret.adopt(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        session.authenticate(secret);
        return usable(session);
    }

    private CompletableFuture<Void> share(Session session) {
        session.authenticate(secret);
        var readableByAll = Stream.concat(ZooDefs.Ids.CREATOR_ALL_ACL.stream(), ZooDefs.Ids.READ_ACL_UNSAFE.stream())
                .toList();
        byte[] value = secret.value().getBytes(StandardCharsets.UTF_8);
        return session.multi(List.of(
                        Op.create(ROOT, new byte[0], ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT),
                        Op.create(SHARED, value, readableByAll, CreateMode.PERSISTENT)))
                .handle((done, failure) -> {
                    if (failure == null) {
                        LOG.warn(
                                "no cluster secret is configured: the nodes share one at {}, readable by whoever"
                                        + " reaches ZooKeeper; cluster.secret closes it",
                                SHARED);
                    } // else another node was quicker, or the data is ours from before: the next call shows which
                    return session;
                })
                .thenCompose(SiteSecret::usable);
    }

    /** Asks for something that needs the secret, so that a wrong one shows here and not at the first take-over. */
    private static CompletableFuture<Void> usable(Session session) {
        return session.ensure(ROOT).thenCompose(made -> session.ensure(ROOT + "/groups"));
    }

    static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof KeeperException.NoAuthException
                ? "its data belongs to another cluster secret; give this node the site's cluster.secret"
                : Optional.ofNullable(ZooKeeperConnection.told(cause)).orElse("unknown");
    }
}
