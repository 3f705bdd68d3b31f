package mware.core.cluster;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the embedded ZooKeeper does when its disk is full: first it lives on a reserve, half of which is for the election
 * alone, then it waits. Both are told, and end by themselves when there is space again.
 */
final class DiskSpace implements PatientLog.Space, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("cluster");
    private static final String CATEGORY = "zookeeper";
    private static final String KEY = "disk";
    private static final long MB = 1 << 20;
    private static final long STEP = MB / 2;

    /** With less than that a start is refused: it would end in a node that is never active. */
    private static final long LEAST = 4 * MB;

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Path folder;
    private final Reserve reserve;
    private final Deviations deviations;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "zookeeper-disk");
        thread.setDaemon(true);
        return thread;
    });
    private volatile long left;
    private volatile String stuck = "";
    private volatile boolean well;

    /**
     * Makes the reserve, as far as there is space.
     *
     * @param bytes how large it is to be
     * @throws IOException when there is not even enough for the election
     */
    DiskSpace(Path folder, long bytes, Deviations deviations) throws IOException {
        this.folder = folder;
        this.deviations = deviations;
        reserve = new Reserve(folder.resolve("reserve"), bytes);
        boolean whole = reserve.fill(MB);
        left = reserve.left();
        if (!whole && left + reserve.free() < LEAST) {
            throw new FileSystemException(
                    folder.toString(),
                    null,
                    "the disk is full: " + reserve.free() / MB + " MB are free, " + bytes / MB + " MB are needed");
        }
        well = whole;
        tell();
        looks.scheduleWithFixedDelay(this::look, 1, LOOK_EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    /** Whether the reserve is whole; while it is not, only what must be is written. */
    boolean isWell() {
        return well;
    }

    /** Why services' state is not written now, in words; empty when it is. */
    Optional<String> refusal() {
        return left >= reserve.size() / 2
                ? Optional.empty()
                : Optional.of("the disk of " + folder + " is full, what is left of its reserve is for the election");
    }

    @Override
    public void written() {
        if (!stuck.isEmpty()) {
            stuck = "";
            LOG.info("ZooKeeper's files in {} can be written again", folder);
            tell();
        }
    }

    @Override
    public void failed(IOException why) throws IOException {
        if (well) {
            well = false;
            LOG.warn("ZooKeeper's files in {} cannot be written ({}), their reserve is used", folder, why.getMessage());
        }
        boolean more = reserve.release(STEP);
        left = reserve.left();
        if (!more) {
            if (stuck.isEmpty()) {
                LOG.error("ZooKeeper's files in {} cannot be written ({}), its clients wait", folder, why.getMessage());
            }
            stuck = String.valueOf(why.getMessage());
        }
        tell();
        if (!more && hasClosedWithin(RETRY)) {
            throw why;
        }
    }

    private boolean hasClosedWithin(Duration pause) {
        try {
            return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void look() {
        if (well) {
            return;
        }
        try {
            boolean whole = stuck.isEmpty() && reserve.fill(reserve.size());
            left = reserve.left();
            if (whole) {
                well = true;
                LOG.info("the disk of {} has space again", folder);
            }
        } catch (IOException e) {
            left = reserve.left(); // tried again; what is wrong stands in the system state
        }
        tell();
    }

    private synchronized void tell() {
        String full = "the disk of " + folder + " is full";
        if (!stuck.isEmpty()) {
            deviations.raise(
                    CATEGORY,
                    KEY,
                    Status.ERROR,
                    "nothing can be written in " + folder + " (" + stuck + "): no node can be active until that ends");
        } else if (!well) {
            deviations.raise(
                    CATEGORY,
                    KEY,
                    Status.ERROR,
                    full + ": a reserve is used, of which " + left / MB + " MB of " + reserve.size() / MB
                            + " are left; when half of it is gone, what services keep is no longer written");
        } else {
            deviations.clear(CATEGORY, KEY);
        }
    }

    /** Ends a wait for space. */
    @Override
    public void close() {
        closed.countDown();
        looks.shutdownNow();
        deviations.clear(CATEGORY, KEY);
    }
}
