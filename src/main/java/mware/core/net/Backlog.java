package mware.core.net;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was read and not yet handled: bounded by bytes, emptied by one thread, in order and in batches as large as they
 * come, so that a burst waits here and not in the kernel's small buffer.
 */
public final class Backlog {

    /** Bytes that a waiting datagram takes besides its payload, when each comes from another sender than the one before. */
    private static final int OVERHEAD = 160;

    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    private final String name;
    private final long most;
    private final int batch;
    private final Consumer<List<Datagram>> work;
    private final Deque<Datagram> waiting = new ArrayDeque<>();
    private final List<Runnable> whenRoom = new ArrayList<>();
    private final Thread thread;
    private long bytes;
    private boolean stopping;
    private boolean closing;
    private boolean abandoned;

    /**
     * Prepares it.
     *
     * @param name the name of its thread
     * @param most bytes from which on it is full; one batch may go beyond
     * @param batch how many datagrams are handled at once, 1 or more
     * @param work handles a batch, on the thread of this backlog
     */
    public Backlog(String name, long most, int batch, Consumer<List<Datagram>> work) {
        this.name = name;
        this.most = most;
        this.batch = batch;
        this.work = work;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Adds what was read, full or not; whether there is room for more. */
    public synchronized boolean add(List<Datagram> list) {
        waiting.addAll(list);
        for (Datagram datagram : list) {
            bytes += datagram.data().length + OVERHEAD;
        }
        notifyAll();
        return bytes < most;
    }

    /** Waits until there is room; returns at once after {@link #letGo} or when this backlog is closing. */
    public synchronized void awaitRoom() throws InterruptedException {
        while (bytes >= most && !stopping && !closing) {
            wait();
        }
    }

    /** Whoever waits for room waits no longer: nothing more will be read. */
    public synchronized void letGo() {
        stopping = true;
        notifyAll();
    }

    /** Calls {@code reader} once, on any thread, when half of the room is free, or at once when it is. */
    public void whenRoom(Runnable reader) {
        synchronized (this) {
            if (bytes >= most / 2 && !closing) {
                whenRoom.add(reader);
                return;
            }
        }
        reader.run();
    }

    private void run() {
        List<Runnable> readers = new ArrayList<>();
        while (true) {
            List<Datagram> list;
            try {
                list = take(readers);
            } catch (InterruptedException e) {
                return;
            }
            if (list.isEmpty()) {
                return;
            }
            readers.forEach(this::wake);
            readers.clear();
            try {
                work.accept(list);
            } catch (RuntimeException e) {
                LOG.error("{}: {} messages were read but not handled", name, list.size(), e);
            }
        }
    }

    /** A reader that is gone by now must not end the thread that handles what the others read. */
    private void wake(Runnable reader) {
        try {
            reader.run();
        } catch (RuntimeException e) {
            LOG.debug("{}: a reader that waited for room is gone", name, e);
        }
    }

    /** The next batch; empty when this backlog is closed and nothing is left. */
    private synchronized List<Datagram> take(List<Runnable> readers) throws InterruptedException {
        while (waiting.isEmpty() && !closing) {
            wait();
        }
        List<Datagram> list = new ArrayList<>(Math.min(batch, waiting.size()));
        while (!abandoned && list.size() < batch && !waiting.isEmpty()) {
            Datagram next = waiting.remove();
            bytes -= next.data().length + OVERHEAD;
            list.add(next);
        }
        if (bytes < most / 2) {
            readers.addAll(whenRoom);
            whenRoom.clear();
            notifyAll();
        }
        return list;
    }

    /** Ends the thread when all is handled or {@code patience} is over; how many were given up. */
    public int close(Duration patience) {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        try {
            thread.join(patience.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            abandoned = true;
            int left = waiting.size();
            waiting.clear();
            bytes = 0;
            return left;
        }
    }
}
