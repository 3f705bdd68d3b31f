package mware.core.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.Request;
import org.apache.zookeeper.server.ServerStats;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.persistence.SnapStream;
import org.apache.zookeeper.server.persistence.Util;
import org.jspecify.annotations.Nullable;

/**
 * ZooKeeper's files, written again until they are written.
 *
 * <p>ZooKeeper's own server dies of the first write that fails, for good, and a failed write may leave half a
 * transaction that a later one is put behind. Here a batch that could not be written is cut off, and written anew into
 * the next file as soon as that is possible; nothing of it is acknowledged before.
 */
final class PatientLog extends FileTxnSnapLog {

    /** Hears how writing goes, on the writing thread. */
    interface Space {

        /** A batch was forced to the disk. */
        void written();

        /** It could not; returns when it should be tried again, throws when it should not. */
        void failed(IOException why) throws IOException;
    }

    private final Space space;
    private final List<Request> unwritten = new ArrayList<>(); // of the writing thread, as all but the log's size
    private volatile FileTxnLog log;
    private @Nullable ServerStats stats;
    private boolean broken;

    PatientLog(Path folder, Space space) throws IOException {
        super(folder.toFile(), folder.toFile());
        this.space = space;
        log = new FileTxnLog(getDataLogDir());
    }

    @Override
    public void setServerStats(ServerStats stats) {
        super.setServerStats(stats);
        this.stats = stats;
        log.setServerStats(stats);
    }

    @Override
    public boolean append(Request request) {
        if (request.getHdr() == null) {
            return false;
        }
        unwritten.add(request);
        attempt(() -> log.append(request));
        return true;
    }

    @Override
    public void rollLog() {
        attempt(log::rollLog);
    }

    private void attempt(Write write) {
        if (!broken) {
            try {
                write.run();
            } catch (IOException e) {
                broken = true; // the commit that follows writes it anew, and tells why if it cannot
            }
        }
    }

    private interface Write {
        void run() throws IOException;
    }

    @Override
    public void commit() throws IOException {
        while (true) {
            try {
                if (broken) {
                    writeAnew();
                }
                log.commit();
                break;
            } catch (IOException e) {
                broken = true;
                space.failed(e);
            }
        }
        unwritten.clear();
        space.written();
    }

    private void writeAnew() throws IOException {
        try {
            log.close();
        } catch (IOException e) {
            // what it held back is cut off below
        }
        if (!unwritten.isEmpty()) {
            LogTail.cut(getDataLogDir().toPath(), unwritten.get(0).getHdr().getZxid());
        }
        var next = new FileTxnLog(getDataLogDir());
        if (stats != null) {
            next.setServerStats(stats);
        }
        log = next;
        for (Request request : unwritten) {
            next.append(request);
        }
        broken = false;
    }

    /** A snapshot that cannot be written leaves nothing behind, least of all half of one in the place of a whole one. */
    @Override
    public File save(DataTree tree, ConcurrentHashMap<Long, Integer> sessions, boolean sync) throws IOException {
        var same = new File(getSnapDir(), Util.makeSnapshotName(tree.lastProcessedZxid));
        if (same.exists() && SnapStream.isValidSnapshot(same)) {
            return same;
        }
        Set<String> before = names();
        try {
            return super.save(tree, sessions, sync);
        } catch (IOException e) {
            for (String name : names()) {
                if (Util.isSnapshotFileName(name) && !before.contains(name)) {
                    new File(getSnapDir(), name).delete();
                }
            }
            throw e;
        }
    }

    private Set<String> names() {
        String[] names = getSnapDir().list();
        return new HashSet<>(names == null ? List.of() : Arrays.asList(names));
    }

    @Override
    public long getTxnLogElapsedSyncTime() {
        return log.getTxnLogSyncElapsedTime();
    }

    @Override
    public void setTotalLogSize(long size) {
        log.setTotalLogSize(size);
    }

    @Override
    public long getTotalLogSize() {
        return log.getTotalLogSize();
    }

    @Override
    public void close() throws IOException {
        try {
            if (!broken) {
                log.close();
            }
        } finally {
            super.close();
        }
    }
}
