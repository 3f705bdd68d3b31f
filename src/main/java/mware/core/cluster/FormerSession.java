package mware.core.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session of this node's former process: ended at the start of the next, which then need not wait until it times
 * out.
 *
 * <p>Safe only where that process is dead for certain, since its lease could still stand: the caller holds the lock of
 * the data folder that the file is in, and a process holds that lock as long as it lives.
 */
final class FormerSession {

    private static final Logger LOG = LoggerFactory.getLogger("cluster");
    private static final long LONGEST_WAIT_MILLIS = 2000;

    private final Path file;

    FormerSession(Path file) {
        this.file = file;
    }

    /** Ends the session that the file names, if any; waits at most 2 s. */
    void end(String hosts, int timeoutMillis) {
        if (!Files.exists(file)) {
            return;
        }
        try {
            List<String> lines = Files.readAllLines(file);
            long id = Long.parseUnsignedLong(lines.get(0), 16);
            var known = new CountDownLatch(1);
            var client = new ZooKeeper(
                    hosts,
                    timeoutMillis,
                    event -> {
                        if (event.getState() == KeeperState.SyncConnected || event.getState() == KeeperState.Expired) {
                            known.countDown();
                        }
                    },
                    id,
                    HexFormat.of().parseHex(lines.get(1)));
            try {
                known.await(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
            } finally {
                client.close();
            }
            forget();
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            LOG.warn("{}: not usable, the former session ends by itself: {}", file, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps what it takes to end this session later; readable by its owner only. */
    void remember(ZooKeeper client) {
        try {
            Path next = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(next);
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(
                    next,
                    Long.toHexString(client.getSessionId()) + "\n"
                            + HexFormat.of().formatHex(client.getSessionPasswd()) + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("{}: cannot be written, a restart after a crash takes longer: {}", file, e.getMessage());
        }
    }

    /** The session was ended. */
    void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("left behind: {}", file, e);
        }
    }
}
