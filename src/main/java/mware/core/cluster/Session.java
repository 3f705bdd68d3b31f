package mware.core.cluster;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * One ZooKeeper session and what can be asked in it, without blocking.
 *
 * <p>An operation belongs to its session for good: it is never repeated in a later one, so an ephemeral node that was
 * asked for by a session that ended cannot appear afterwards. Futures complete on ZooKeeper's event thread with a
 * {@link KeeperException} when they fail; whoever waits for one does so on a thread of its own, with {@link #await}.
 */
public final class Session {

    private final ZooKeeper client;

    Session(ZooKeeper client) {
        this.client = client;
    }

    /** What {@code ephemeralOwner} of this session's nodes says. */
    public long id() {
        return client.getSessionId();
    }

    /** The time-out that the server granted, in milliseconds. */
    public int timeoutMillis() {
        return client.getSessionTimeout();
    }

    /**
     * A node's data and stat.
     *
     * @param given whether the node was made with data, be it of no length; one that only holds others was not
     */
    public record Stored(byte[] data, boolean given, Stat stat) {}

    /** The node at {@code path}, empty when there is none. */
    public CompletableFuture<Optional<Stored>> read(String path) {
        var answer = new CompletableFuture<Optional<Stored>>();
        client.getData(
                path,
                false,
                (code, p, ctx, data, stat) -> {
                    if (code == Code.NONODE.intValue()) {
                        answer.complete(Optional.empty());
                    } else {
                        complete(
                                answer,
                                code,
                                p,
                                () -> Optional.of(new Stored(data == null ? new byte[0] : data, data != null, stat)));
                    }
                },
                null);
        return answer;
    }

    /** The names below {@code path}, unsorted; none when there is no such node. */
    public CompletableFuture<List<String>> children(String path) {
        var answer = new CompletableFuture<List<String>>();
        client.getChildren(
                path,
                false,
                (code, p, ctx, names) -> {
                    if (code == Code.NONODE.intValue()) {
                        answer.complete(List.of());
                    } else {
                        complete(answer, code, p, () -> names);
                    }
                },
                null);
        return answer;
    }

    /** Does all of {@code operations} or none. */
    public CompletableFuture<List<OpResult>> multi(List<Op> operations) {
        var answer = new CompletableFuture<List<OpResult>>();
        client.multi(
                operations,
                (code, path, ctx, results) -> {
                    if (code == Code.OK.intValue()) {
                        answer.complete(results);
                    } else {
                        answer.completeExceptionally(firstFailure(code, operations, results));
                    }
                },
                null);
        return answer;
    }

    /** The failure that stopped a multi: the others only say that they were rolled back with it. */
    private static KeeperException firstFailure(int code, List<Op> operations, @Nullable List<OpResult> results) {
        if (results != null) {
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i) instanceof OpResult.ErrorResult error
                        && error.getErr() != Code.OK.intValue()
                        && error.getErr() != Code.RUNTIMEINCONSISTENCY.intValue()) {
                    return KeeperException.create(
                            Code.get(error.getErr()), operations.get(i).getPath());
                }
            }
        }
        return KeeperException.create(Code.get(code));
    }

    /** Makes a lasting node; no error when it is there already. */
    public CompletableFuture<Void> ensure(String path, List<ACL> acl) {
        var answer = new CompletableFuture<Void>();
        client.create(
                path,
                new byte[0],
                acl,
                CreateMode.PERSISTENT,
                (code, p, ctx, name) -> {
                    if (code == Code.NODEEXISTS.intValue()) {
                        answer.complete(null);
                    } else {
                        complete(answer, code, p, () -> null);
                    }
                },
                null);
        return answer;
    }

    /** Makes a lasting node that only holders of the cluster secret may touch; no error when it is there already. */
    public CompletableFuture<Void> ensure(String path) {
        return ensure(path, ZooDefs.Ids.CREATOR_ALL_ACL);
    }

    /** Brings the server that this session is connected to up to date; reads asked afterwards see what is there now. */
    public CompletableFuture<Void> sync(String path) {
        var answer = new CompletableFuture<Void>();
        client.sync(path, (code, p, ctx) -> complete(answer, code, p, () -> null), null);
        return answer;
    }

    /** Watches a node, and with {@code below} all under it, until the session ends; reconnections are survived. */
    public CompletableFuture<Void> watch(String path, boolean below, Watcher watcher) {
        var answer = new CompletableFuture<Void>();
        client.addWatch(
                path,
                watcher,
                below ? AddWatchMode.PERSISTENT_RECURSIVE : AddWatchMode.PERSISTENT,
                (code, p, ctx) -> complete(answer, code, p, () -> null),
                null);
        return answer;
    }

    void authenticate(ClusterSecret secret) {
        client.addAuthInfo("digest", ("mware:" + secret.value()).getBytes(StandardCharsets.UTF_8));
    }

    private static <T extends @Nullable Object> void complete(
            CompletableFuture<T> answer, int code, String path, Supplier<T> value) {
        if (code == Code.OK.intValue()) {
            answer.complete(value.get());
        } else {
            answer.completeExceptionally(KeeperException.create(Code.get(code), path));
        }
    }

    /**
     * Waits for an answer.
     *
     * @throws KeeperException when ZooKeeper refused, or the connection was lost: it is not known then what was done
     * @throws TimeoutException when there was no answer within {@code millis}; not known either
     */
    public static <T> T await(CompletableFuture<T> answer, long millis)
            throws KeeperException, TimeoutException, InterruptedException {
        try {
            return answer.get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof CompletionException inner ? inner.getCause() : e.getCause();
            if (cause instanceof KeeperException refused) {
                throw refused;
            }
            throw new IllegalStateException(cause);
        }
    }

    @Override
    public String toString() {
        return "session " + Long.toHexString(id());
    }
}
