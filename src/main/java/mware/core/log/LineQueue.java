package mware.core.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Carries lines from any thread to the one that writes them. Adding never blocks and never throws: when the writer is
 * too slow, lines are dropped, and the writer is told how many.
 *
 * @param <T> a line
 */
final class LineQueue<T> implements AutoCloseable {

    private static final long TICK_MILLIS = 1_000;
    private static final long SECONDS_TO_CLOSE = 2;
    private static final long GATHER_NANOS = 5_000_000;

    /** The writing side, always called on the same thread. */
    interface Writer<T> {
        /** Writes some lines; {@code dropped} were lost before them. */
        void write(List<T> lines, long dropped);

        /** Called about once a second. */
        void tick();

        /** The last call. */
        void close();
    }

    private final BlockingQueue<T> queue;
    private final AtomicLong dropped = new AtomicLong();
    private final Writer<T> writer;
    private final Thread thread;
    private volatile boolean closing;

    LineQueue(String name, int capacity, Writer<T> writer) {
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.writer = writer;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    void add(T line) {
        if (closing || !queue.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    /** How many lines were lost and not yet told of. */
    long dropped() {
        return dropped.get();
    }

    /** Writes what has been added, for up to two seconds, and ends the thread. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(SECONDS_TO_CLOSE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<T> lines = new ArrayList<>();
        long ticked = System.nanoTime();
        while (!closing || !queue.isEmpty()) {
            try {
                T first = queue.poll(closing ? 0 : 200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    lines.add(first);
                    queue.drainTo(lines, 4_096);
                }
                if (!lines.isEmpty()) {
                    writer.write(lines, dropped.getAndSet(0));
                    if (!closing) {
                        LockSupport.parkNanos(GATHER_NANOS); // else each line of many would have to wake this thread
                    }
                }
                if (System.nanoTime() - ticked >= TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS)) {
                    ticked = System.nanoTime();
                    writer.tick();
                }
            } catch (InterruptedException e) {
                closing = true;
            } catch (RuntimeException e) {
                // a log that breaks must not end with its first mistake, and has nobody to tell but the console
                System.err.println("mware: a log line could not be written: " + e);
            } finally {
                lines.clear();
            }
        }
        writer.close();
    }
}
