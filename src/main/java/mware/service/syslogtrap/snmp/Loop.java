package mware.service.syslogtrap.snmp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that reads the answers of all receivers and wakes the sessions ten times a second. */
final class Loop implements AutoCloseable {

    /** How often {@code tick} runs. */
    static final Duration TICK = Duration.ofMillis(100);

    private static final Logger LOG = LoggerFactory.getLogger("syslog-trap");

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Runnable tick;
    private final Thread thread = new Thread(this::run, "snmp-loop");
    private volatile boolean closed;

    /** Runs {@code tick} regularly once started; it must not block. */
    Loop(Runnable tick) {
        this.tick = tick;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Runs {@code task} soon on the loop's thread; it must not block. */
    void execute(Runnable task) {
        tasks.add(task);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    /** Runs {@code readable} whenever {@code channel} has something to read, an ICMP error included. */
    void watch(DatagramChannel channel, Runnable readable) throws IOException {
        channel.register(selector, SelectionKey.OP_READ, readable);
        selector.wakeup();
    }

    private void run() {
        long nextTick = System.nanoTime();
        while (!closed) {
            try {
                long wait = (nextTick - System.nanoTime()) / 1_000_000 + 1;
                selector.select(key -> safely((Runnable) key.attachment()), Math.max(1, wait));
            } catch (IOException e) {
                LOG.error("snmp: waiting for answers failed", e);
                return;
            }
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                safely(task);
            }
            if (System.nanoTime() - nextTick >= 0) {
                nextTick = System.nanoTime() + TICK.toNanos();
                safely(tick);
            }
        }
    }

    /** One receiver's failure must not end the thread that serves all. */
    private static void safely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("snmp: an unexpected error, going on", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(2000);
            selector.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("snmp: {}", e.toString());
        }
    }
}
