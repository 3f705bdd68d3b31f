package mware.core.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one ZooKeeper session at a time and says when it is there, cut off, and ended.
 *
 * <p>The plain client, not Curator: Curator repeats an operation in the next session when the first one ends under it,
 * hands on "suspended" through a queue of its own, and its recipes keep state over both; a lease needs to know in which
 * session something happened, and to hear of a cut on the connection's own thread.
 */
public final class ZooKeeperConnection implements AutoCloseable {

    /** Below it lies all that a site keeps in ZooKeeper. */
    public static final String ROOT = SiteSecret.ROOT;

    private static final Logger LOG = LoggerFactory.getLogger("cluster");
    private static final String CATEGORY = "zookeeper";
    private static final String KEY = "connection";
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration SILENT_AT_START = Duration.ofSeconds(3);
    private static final Pattern SERVER = Pattern.compile("([\\w.-]+|\\[[0-9A-Fa-f:.]+])(:(\\d{1,5}))?");

    private final String hosts;
    private final Duration sessionTimeout;
    private final SiteSecret siteSecret;
    private final Deviations deviations;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService own = worker();

    private volatile @Nullable FormerSession former;
    private volatile boolean formerEnded;
    private volatile @Nullable ZooKeeper client;
    private volatile @Nullable Session current;
    private volatile boolean everConnected;
    private volatile String refusal = "";
    private volatile boolean closed;

    /**
     * Prepares a connection.
     *
     * @param hosts HOST:PORT[,HOST:PORT ...]
     * @param sessionTimeout what is asked for; the server may grant another
     * @param shared whether nodes without a secret of their operator share theirs in ZooKeeper: for an ensemble that
     *     others use too, not for a server inside this process
     */
    public ZooKeeperConnection(
            String hosts, Duration sessionTimeout, ClusterSecret secret, boolean shared, Deviations deviations) {
        this.hosts = hosts;
        this.sessionTimeout = sessionTimeout;
        this.siteSecret = new SiteSecret(secret, shared);
        this.deviations = deviations;
    }

    /**
     * The servers of an ensemble as they are given, when they can be: HOST:PORT[,HOST:PORT ...], and a path below which
     * all is kept, as ZooKeeper's own clients take it.
     *
     * @throws IllegalArgumentException with the rule
     */
    public static String checked(String hosts) {
        int path = hosts.indexOf('/');
        for (String server : (path < 0 ? hosts : hosts.substring(0, path)).split(",", -1)) {
            var parts = SERVER.matcher(server.strip());
            String port = parts.matches() ? parts.group(3) : "0";
            if (port != null && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535)) {
                throw new IllegalArgumentException("must be HOST:PORT[,HOST:PORT ...], got " + hosts);
            }
        }
        return hosts;
    }

    /**
     * Keeps the session's key in {@code file}, and at the start ends the session that a former process left there.
     *
     * <p>Call before {@link #start()}, and only while this process holds the lock of the folder: see {@link
     * FormerSession}.
     */
    public void rememberSession(Path file) {
        former = new FormerSession(file);
    }

    private static ScheduledExecutorService worker() {
        var executor = new ScheduledThreadPoolExecutor(1, work -> {
            var thread = new Thread(work, "zookeeper-connection");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(
                false); // what waits for its time does not hold up the end
        return executor;
    }

    /** Starts to connect and returns at once; until there is a session, {@link #session()} throws. */
    public void start() {
        String reason = "not connected yet to ZooKeeper at " + hosts;
        raise(reason);
        own.execute(this::open);
        Runnable tell = () -> {
            if (!everConnected) {
                LOG.warn("{}", reason); // the operator may have mistyped it, and sees the console only
            }
        };
        own.schedule(tell, SILENT_AT_START.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Adds a listener; one that comes while there is a session hears of it at once, on this thread. */
    public void onChange(Listener listener) {
        synchronized (listeners) { // so that it hears of each session and of each end, in their order
            listeners.add(listener);
            Session session = current;
            if (session != null) {
                listener.connected(session);
            }
        }
    }

    /** The session, while it is connected. */
    public Session session() throws NotConnected {
        Session session = current;
        if (session == null) {
            throw new NotConnected("ZooKeeper at " + hosts + " is not connected");
        }
        return session;
    }

    /** Hears of the session, on ZooKeeper's event thread: it must not block. */
    public interface Listener {

        /** The session can be used: for the first time, or again after a cut. */
        void connected(Session session);

        /** The connection is cut, or the session over: nothing that it proved holds any more. */
        void disconnected();

        /** The session is over, told after {@link #disconnected()}: what comes next begins anew. */
        default void ended() {
            // most do not mind whether a cut was a short one
        }
    }

    /** There is no connected session now. */
    public static final class NotConnected extends Exception {
        private static final long serialVersionUID = 1L;

        NotConnected(String message) {
            super(message);
        }
    }

    private void open() {
        if (closed) {
            return;
        }
        var config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        FormerSession left = former;
        if (left != null && !formerEnded) {
            left.end(hosts, Math.toIntExact(sessionTimeout.toMillis()));
            formerEnded = true;
        }
        var states = new States();
        try {
            var opened = new ZooKeeper(hosts, Math.toIntExact(sessionTimeout.toMillis()), states, config);
            client = opened;
            states.opened.complete(opened);
        } catch (IOException | IllegalArgumentException e) {
            raise("cannot use " + hosts + ": " + e.getMessage());
            later(this::open);
        }
    }

    private void remember(ZooKeeper connected) {
        FormerSession file = former;
        if (file != null) {
            file.remember(connected);
        }
    }

    private void later(Runnable work) {
        try {
            own.schedule(work, PAUSE_AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed meanwhile", e);
        }
    }

    /** Ends this client and begins a new session. */
    private void renew(ZooKeeper old, boolean pause) {
        current = null;
        Runnable work = () -> {
            closeQuietly(old);
            open();
        };
        if (pause) {
            later(work);
        } else if (!closed) {
            try {
                own.execute(work);
            } catch (RejectedExecutionException e) {
                LOG.debug("closed meanwhile", e);
            }
        }
    }

    private void raise(String reason) {
        if (!closed) {
            deviations.raise(CATEGORY, KEY, Status.ERROR, reason);
        }
    }

    /** Turns the client's states into those of the listeners; one for each client, all on its event thread. */
    private final class States implements Watcher {

        private final CompletableFuture<ZooKeeper> opened = new CompletableFuture<>();
        private @Nullable Session prepared;
        private boolean preparing;

        @Override
        public void process(WatchedEvent event) {
            if (event.getType() != Event.EventType.None) {
                return;
            }
            switch (event.getState()) {
                case SyncConnected -> connected(opened.join());
                case Disconnected -> {
                    cut();
                    String reason = "the connection to ZooKeeper at " + hosts + " is cut";
                    if (!closed) {
                        LOG.warn("{}", reason);
                    }
                    raise(reason);
                }
                case Expired -> {
                    cut();
                    listeners.forEach(Listener::ended);
                    LOG.warn("the ZooKeeper session is over, a new one begins");
                    renew(opened.join(), false);
                }
                default -> LOG.debug("{}", event);
            }
        }

        private void cut() {
            synchronized (listeners) {
                current = null;
                listeners.forEach(Listener::disconnected);
            }
        }

        private void connected(ZooKeeper connected) {
            if (prepared != null) {
                LOG.info("connected to ZooKeeper again, {}", prepared);
                ready(prepared);
            } else if (!preparing) {
                preparing = true;
                prepare(connected);
            }
        }

        private void prepare(ZooKeeper connected) {
            var session = new Session(connected);
            siteSecret.enter(session).whenComplete((done, failure) -> {
                if (failure == null) {
                    prepared = session;
                    refusal = "";
                    everConnected = true;
                    own.execute(() -> remember(connected));
                    LOG.info(
                            "connected to ZooKeeper at {}, {}, time-out {} ms",
                            hosts,
                            session,
                            session.timeoutMillis());
                    if (session.timeoutMillis() != sessionTimeout.toMillis()) {
                        LOG.warn(
                                "cluster.session-timeout: asked for {} ms, ZooKeeper grants {} ms",
                                sessionTimeout.toMillis(),
                                session.timeoutMillis());
                    }
                    ready(session);
                } else {
                    String reason = SiteSecret.reason(failure);
                    if (!reason.equals(refusal)) {
                        LOG.warn("cannot enter ZooKeeper at {}: {}; tried again and again", hosts, reason);
                    }
                    refusal = reason;
                    everConnected = true;
                    raise("cannot enter ZooKeeper at " + hosts + ": " + reason);
                    renew(connected, true);
                }
            });
        }

        private void ready(Session session) {
            if (closed) {
                return;
            }
            synchronized (listeners) {
                current = session;
                deviations.clear(CATEGORY, KEY);
                listeners.forEach(listener -> listener.connected(session));
            }
        }
    }

    /** Ends the session, which frees all its places at once where ZooKeeper can be reached; waits at most 2 s. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        current = null;
        own.execute(() -> {
            closeQuietly(client);
            FormerSession file = former;
            if (file != null) {
                file.forget();
            }
        });
        own.shutdown();
        try {
            if (!own.awaitTermination(2, TimeUnit.SECONDS)) {
                LOG.warn("ZooKeeper did not confirm the end of the session; its places are free after the time-out");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        deviations.clear(CATEGORY, KEY);
    }

    private static void closeQuietly(@Nullable ZooKeeper old) {
        try {
            if (old != null) {
                old.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How a failed answer of ZooKeeper is told. */
    public static String told(Throwable failure) {
        if (failure instanceof KeeperException refused) {
            return refused.code().toString().toLowerCase(Locale.ROOT)
                    + (refused.getPath() == null ? "" : " at " + refused.getPath());
        }
        return failure instanceof TimeoutException ? "no answer in time" : String.valueOf(failure.getMessage());
    }
}
