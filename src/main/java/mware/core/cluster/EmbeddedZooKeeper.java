package mware.core.cluster;

import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import org.apache.zookeeper.server.PurgeTxnLog;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.SyncRequestProcessor;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ZooKeeper server of a site of one node: runs inside this process, reached on 127.0.0.1 only.
 *
 * <p>It outlives a full disk: see {@link DiskSpace} and {@link PatientLog}.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("cluster");

    /** Short, since sessions are counted in ticks and the shortest session that may be asked for is 1 s. */
    private static final int TICK_MILLIS = 500;

    private static final int KEPT_SNAPSHOTS = 3;
    private static final String MOST_CONNECTIONS = "1000";
    private static final int TRANSACTIONS_A_SNAPSHOT = 20_000;
    private static final long LOG_FILE_STEP = 1 << 20;
    private static final long RESERVE = 16 << 20;

    private final Deviations deviations;
    private final DiskSpace space;
    private final PatientLog files;
    private final ServerCnxnFactory listener;
    private final ScheduledExecutorService cleanUp = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "zookeeper-clean-up");
        thread.setDaemon(true);
        return thread;
    }); // not ZooKeeper's own, which stands still while the wall clock is behind
    private volatile boolean closing;

    /**
     * Starts the server.
     *
     * @param folder where its data is kept; made when missing
     * @param port 1..65535, or 0 for a free one
     * @param deviations told, under {@code zookeeper}, what is wrong with its files
     * @throws BindException when the port is taken; the message names it and its key
     * @throws IOException when the folder cannot be used
     */
    public EmbeddedZooKeeper(Path folder, int port, Deviations deviations) throws IOException {
        this(folder, port, RESERVE, deviations);
    }

    EmbeddedZooKeeper(Path folder, int port, long reserve, Deviations deviations) throws IOException {
        this.deviations = deviations;
        Files.createDirectories(folder);
        FileTxnLog.setPreallocSize(LOG_FILE_STEP);
        SyncRequestProcessor.setSnapCount(TRANSACTIONS_A_SNAPSHOT);
        System.setProperty("zookeeper.maxCnxns", MOST_CONNECTIONS); // else ZooKeeper warns that none is set
        listener = listen(port);
        DiskSpace opened = null;
        try {
            opened = new DiskSpace(folder, reserve, deviations);
            space = opened;
            files = serve(folder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abandon(opened);
            throw new IOException("interrupted while the embedded ZooKeeper started", e);
        } catch (IOException | RuntimeException e) {
            abandon(opened);
            throw e;
        }
        cleanUp.scheduleWithFixedDelay(this::removeOldFiles, 0, 1, TimeUnit.HOURS);
    }

    private void removeOldFiles() {
        try {
            PurgeTxnLog.purge(files.getDataLogDir(), files.getSnapDir(), KEPT_SNAPSHOTS);
        } catch (IOException | RuntimeException e) {
            LOG.warn("old files of ZooKeeper are left: {}", e.getMessage());
        }
    }

    private void abandon(@Nullable DiskSpace opened) {
        closing = true;
        if (opened != null) {
            opened.close();
        }
        listener.shutdown();
    }

    /** Reads the data and begins to answer; an end of the log that was not written completely is mended once. */
    private PatientLog serve(Path folder) throws IOException, InterruptedException {
        var first = new PatientLog(folder, space);
        try {
            listener.startup(new Server(first));
            return first;
        } catch (IOException e) {
            first.close();
            Optional<String> mended = LogTail.mend(first.getDataLogDir().toPath());
            if (mended.isEmpty()) {
                throw e;
            }
            LOG.warn("{}", mended.get());
        }
        var second = new PatientLog(folder, space);
        listener.startup(new Server(second));
        return second;
    }

    private static ServerCnxnFactory listen(int port) throws IOException {
        var address = new InetSocketAddress("127.0.0.1", port);
        try {
            return ServerCnxnFactory.createFactory(address, 0);
        } catch (BindException e) {
            throw new BindException("zookeeper.port: port " + port
                    + " of 127.0.0.1 is taken by another process; give another with --set zookeeper.port=PORT, or"
                    + " --zookeeper HOSTS to use a ZooKeeper that runs");
        }
    }

    /** Where it is reached, as a client's connect string. */
    public String connectString() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Why services' state must not be written now, in words; empty when it may. */
    public Optional<String> refusal() {
        return space.refusal();
    }

    @Override
    public void close() throws IOException {
        closing = true;
        cleanUp.shutdownNow();
        space.close();
        listener.shutdown();
        files.close();
    }

    /** Without the beans of JMX, which cost start time and are for a server of its own. */
    private final class Server extends ZooKeeperServer {

        Server(PatientLog files) {
            super(files, TICK_MILLIS, 2 * TICK_MILLIS, 120 * TICK_MILLIS, -1, new ZKDatabase(files), "");
        }

        /** Only shortens the next start; ZooKeeper would end the process when it cannot be written. */
        @Override
        public @Nullable File takeSnapshot(boolean sync, boolean severe) {
            if (!space.isWell()) {
                return null;
            }
            try {
                return super.takeSnapshot(sync, false);
            } catch (IOException e) {
                LOG.warn("no snapshot of ZooKeeper's data: {}; its log is kept and the next one tried", e.getMessage());
                return null;
            }
        }

        @Override
        protected void setState(State state) {
            super.setState(state);
            if (state == State.ERROR && !closing) {
                deviations.raise(
                        "zookeeper",
                        "server",
                        Status.ERROR,
                        "the embedded ZooKeeper has failed (the log says why): restart the node");
            }
        }

        @Override
        protected void registerJMX() {
            // see the class comment
        }

        @Override
        protected void unregisterJMX() {
            // see the class comment
        }
    }
}
