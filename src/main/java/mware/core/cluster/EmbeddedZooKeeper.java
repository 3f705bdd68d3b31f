package mware.core.cluster;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.SyncRequestProcessor;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/** The ZooKeeper server of a site of one node: runs inside this process, reached on 127.0.0.1 only. */
public final class EmbeddedZooKeeper implements AutoCloseable {

    /** Short, since sessions are counted in ticks and the shortest session that may be asked for is 1 s. */
    private static final int TICK_MILLIS = 500;

    private static final int KEPT_SNAPSHOTS = 3;
    private static final String MOST_CONNECTIONS = "1000";
    private static final int TRANSACTIONS_A_SNAPSHOT = 20_000;
    private static final long LOG_FILE_STEP = 1 << 20;

    private final FileTxnSnapLog files;
    private final ZooKeeperServer server;
    private final ServerCnxnFactory listener;
    private final DatadirCleanupManager cleanUp;

    /**
     * Starts the server.
     *
     * @param folder where its data is kept; made when missing
     * @param port 1..65535, or 0 for a free one
     * @throws IOException when the port is taken (the message names it and its key) or the folder cannot be used
     */
    public EmbeddedZooKeeper(Path folder, int port) throws IOException {
        Files.createDirectories(folder);
        FileTxnLog.setPreallocSize(LOG_FILE_STEP);
        SyncRequestProcessor.setSnapCount(TRANSACTIONS_A_SNAPSHOT);
        System.setProperty("zookeeper.maxCnxns", MOST_CONNECTIONS); // else ZooKeeper warns that none is set
        listener = listen(port);
        try {
            files = new FileTxnSnapLog(folder.toFile(), folder.toFile());
            server = new Server(files);
            listener.startup(server);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            listener.shutdown();
            throw new IOException("interrupted while the embedded ZooKeeper started", e);
        } catch (IOException | RuntimeException e) {
            listener.shutdown();
            throw e;
        }
        cleanUp = new DatadirCleanupManager(files.getSnapDir(), files.getDataLogDir(), KEPT_SNAPSHOTS, 1);
        cleanUp.start();
    }

    private static ServerCnxnFactory listen(int port) throws IOException {
        var address = new InetSocketAddress("127.0.0.1", port);
        try {
            return ServerCnxnFactory.createFactory(address, 0);
        } catch (BindException e) {
            throw new IOException(
                    "zookeeper.port: port " + port + " of 127.0.0.1 is taken by another process; give another with"
                            + " --set zookeeper.port=PORT, or --zookeeper HOSTS to use a ZooKeeper that runs",
                    e);
        }
    }

    /** Where it is reached, as a client's connect string. */
    public String connectString() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        cleanUp.shutdown();
        listener.shutdown();
        files.close();
    }

    /** Without the beans of JMX, which cost start time and are for a server of its own. */
    private static final class Server extends ZooKeeperServer {

        Server(FileTxnSnapLog files) {
            super(files, TICK_MILLIS, 2 * TICK_MILLIS, 120 * TICK_MILLIS, -1, new ZKDatabase(files), "");
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
