package routes;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import mware.core.cluster.Leadership;
import mware.core.cluster.ServiceRoutes;
import mware.core.state.RuntimeState;
import mware.core.state.StaleEpochException;
import mware.core.state.StateException;

/** Work that writes down when it was done, by which node and under which epoch, one line each (WorkLog reads them). */
public final class WorkRoutes extends ServiceRoutes {

    private static final int ENOUGH_REFUSALS = 5;

    private final AtomicLong lastEpoch = new AtomicLong();
    private Leadership leadership;
    private RuntimeState state;
    private FileChannel log;
    private long works;
    private long writerEpoch;
    private long value;
    private int refusals;
    private boolean mustRead;

    @Override
    public void configure() throws Exception {
        leadership = the(Leadership.class);
        state = the(RuntimeState.class);
        log = FileChannel.open(
            Path.of(System.getenv("WORK_LOG")), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        leadership.onChange((epoch, why) -> epoch.ifPresent(lastEpoch::set));

        // work like a trap that is sent: held back by nothing but the node's own view
        onActiveNode("work", "timer:work?period=5&delay=0")
            .process(exchange -> work());

        if ("true".equals(System.getenv("WORK_SLOWLY"))) {
            onActiveNode("slow", "timer:slow?period=250&delay=0")
                .process(exchange -> workSlowly());
        }

        // a writer that never asks whether its node is still active: only the fence can stop it
        Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "stubborn-writer");
            thread.setDaemon(true);
            return thread;
        }).scheduleWithFixedDelay(this::write, 0, 20, TimeUnit.MILLISECONDS);
    }

    private void work() {
        OptionalLong epoch = leadership.epoch();
        long now = now();
        line(epoch.isPresent() ? "WORK" : "IDLE", now, epoch.orElse(0), ++works, "DONE");
    }

    private void workSlowly() throws InterruptedException {
        long begin = now();
        OptionalLong epoch = leadership.epoch();
        if (epoch.isPresent()) {
            try {
                new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS);
            } finally {
                line("SLOW", begin, epoch.getAsLong(), ++works, "DONE");
            }
        }
    }

    private void write() {
        long epoch = lastEpoch.get();
        if (epoch != writerEpoch) {
            writerEpoch = epoch;
            refusals = 0;
            mustRead = true;
        }
        if (epoch == 0 || refusals >= ENOUGH_REFUSALS) {
            return;
        }
        long begin = now();
        try {
            if (mustRead) {
                value = state.get("work/count").map(WorkRoutes::number).orElse(0L);
                mustRead = false;
            }
            state.put(epoch, "work/count", Long.toString(value + 1).getBytes(StandardCharsets.UTF_8));
            value++;
            line("WRITE", begin, epoch, value, "DONE");
        } catch (StaleEpochException refused) {
            refusals++;
            line("WRITE", begin, epoch, value + 1, "REFUSED");
        } catch (StateException unanswered) {
            mustRead = true;
            line("WRITE", begin, epoch, value + 1, "UNKNOWN");
        } catch (RuntimeException unexpected) {
            unexpected.printStackTrace();
        }
    }

    private static long number(byte[] text) {
        return Long.parseLong(new String(text, StandardCharsets.UTF_8));
    }

    private static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    private void line(String kind, long begin, long epoch, long sequence, String outcome) {
        long end = kind.equals("WORK") ? begin : now();
        String line = kind + " " + begin + " " + end + " " + System.getenv("WORK_NODE") + " " + epoch + " " + sequence + " "
            + outcome + "\n";
        try {
            log.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
