package mware.core.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A UDP socket with one thread that reads all there is, hands it on as a batch and sends the answers.
 *
 * <p>The next batch is read when the handler returns; meanwhile the kernel keeps up to the receive buffer. A socket
 * that cannot be bound, or breaks, is tried again every {@link #RETRY}.
 */
public final class DatagramListener implements AutoCloseable {

    /** How long a socket that could not be bound waits until the next try. */
    static final Duration RETRY = Duration.ofSeconds(5);

    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);
    private static final int LARGEST_PAYLOAD = 65_535;
    private static final Logger LOG = LoggerFactory.getLogger(DatagramListener.class);

    private final String name;
    private final InetSocketAddress address;
    private final int batch;
    private final int receiveBuffer;
    private final Handler handler;
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong unsent = new AtomicLong();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_PAYLOAD);
    private final Thread thread;
    private int expected = 1;
    private int full;
    private volatile boolean closed;
    private volatile @Nullable Open open;

    /**
     * Prepares a listener.
     *
     * @param name the name of its thread
     * @param address where to listen; port 0 takes a free one
     * @param batch how many datagrams a batch may hold, 1 or more
     * @param receiveBuffer bytes that the kernel is asked to keep for us; it grants up to net.core.rmem_max
     */
    public DatagramListener(String name, InetSocketAddress address, int batch, int receiveBuffer, Handler handler) {
        this.name = name;
        this.address = address;
        this.batch = batch;
        this.receiveBuffer = receiveBuffer;
        this.handler = handler;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Takes the datagrams and hears of the socket; all calls come on the listener's thread, but the first try's. */
    public interface Handler {

        /** Called with each batch; answers what is to be sent, or null. */
        @Nullable
        Datagrams received(Datagrams batch);

        /** The socket is bound. */
        default void bound(InetSocketAddress local) {}

        /** The socket could not be bound, or broke; it will be tried again. */
        default void failed(IOException why) {}
    }

    /** The socket while there is one. */
    private record Open(DatagramChannel channel, Selector selector, InetSocketAddress local) {

        void close() {
            for (AutoCloseable part : List.of(selector, channel)) {
                try {
                    part.close();
                } catch (Exception e) {
                    LOG.debug("closing {}: {}", part, e.toString());
                }
            }
        }
    }

    /** Binds, or reports why not, and starts the thread; datagrams that come in between wait in the kernel. */
    public void start() {
        bind();
        thread.start();
    }

    /** Where it listens now; null while it is not bound. */
    public @Nullable InetSocketAddress local() {
        Open now = open;
        return now == null ? null : now.local();
    }

    /** What went through so far. */
    public Counts counts() {
        Open now = open;
        long lost = now == null ? 0 : KernelDrops.of(now.local().getPort());
        return new Counts(received.get(), bytes.get(), sent.get(), unsent.get(), lost);
    }

    /**
     * What went through a listener since it was started.
     *
     * @param received datagrams read
     * @param bytes their payload
     * @param sent answers sent
     * @param unsent answers that the kernel refused or had no room for
     * @param lost datagrams that the kernel dropped since the receive buffer was full; of the present socket
     */
    public record Counts(long received, long bytes, long sent, long unsent, long lost) {}

    private void bind() {
        try {
            if (address.isUnresolved()) {
                throw new UnknownHostException(address.getHostString());
            }
            open = bound(address);
        } catch (IOException e) {
            handler.failed(e);
            return;
        }
        handler.bound(open.local());
    }

    private Open bound(InetSocketAddress where) throws IOException {
        DatagramChannel channel = DatagramChannel.open(family(where.getAddress()));
        Selector selector = null;
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
            channel.bind(where);
            channel.configureBlocking(false);
            selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            return new Open(channel, selector, (InetSocketAddress) channel.getLocalAddress());
        } catch (IOException e) {
            if (selector != null) {
                selector.close();
            }
            channel.close();
            throw e;
        }
    }

    /** Of the address itself: the default family would bind 0.0.0.0 as ::, and answer from mapped addresses. */
    private static StandardProtocolFamily family(InetAddress address) {
        return address instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    private void run() {
        while (!closed) {
            Open now = open;
            if (now == null) {
                LockSupport.parkNanos(RETRY.toNanos());
                if (!closed) {
                    bind();
                }
                continue;
            }
            try {
                now.selector().select();
                now.selector().selectedKeys().clear();
                while (!closed && pass(now)) {
                    // until nothing is left to read
                }
            } catch (IOException e) {
                now.close();
                open = null;
                if (!closed) {
                    handler.failed(e);
                }
            }
        }
        Open last = open;
        if (last != null) {
            last.close();
        }
    }

    /** Reads, hands on and answers one batch; whether there may be more. */
    private boolean pass(Open now) throws IOException {
        List<Datagram> list = read(now.channel());
        if (list.isEmpty()) {
            return false;
        }
        Datagrams answers;
        try {
            answers = handler.received(new Datagrams(now.local(), list));
        } catch (RuntimeException e) {
            LOG.error("{}: {} datagrams were read but not handled", name, list.size(), e);
            return true;
        }
        if (answers != null) {
            answers.list().forEach(answer -> send(now.channel(), answer));
        }
        return list.size() == batch;
    }

    /**
     * Reads on no further than the last batches went: to ask once more in vain costs as much as an answer, and the
     * selector asks anyway. Eight full ones in a row and it tries twice as many.
     */
    private void learn(int size) {
        if (size < expected) {
            expected = Math.max(1, size);
            full = 0;
        } else if (++full == 8) {
            expected = Math.min(batch, expected * 2);
            full = 0;
        }
    }

    private List<Datagram> read(DatagramChannel channel) throws IOException {
        List<Datagram> list = new ArrayList<>(expected);
        long total = 0;
        while (list.size() < expected) {
            buffer.clear();
            InetSocketAddress peer = (InetSocketAddress) channel.receive(buffer);
            if (peer == null) {
                break;
            }
            byte[] data = new byte[buffer.flip().remaining()];
            buffer.get(data);
            list.add(new Datagram(peer, data));
            total += data.length;
        }
        if (!list.isEmpty()) {
            received.lazySet(received.get() + list.size());
            bytes.lazySet(bytes.get() + total);
            learn(list.size());
        }
        return list;
    }

    /** One answer that cannot be sent (no route, no room, firewall) is counted, and does not stop the others. */
    private void send(DatagramChannel channel, Datagram answer) {
        boolean left;
        try {
            buffer.clear();
            buffer.put(answer.data()).flip();
            // nothing written means no room; an empty datagram also counts as 0 bytes written
            left = channel.send(buffer, answer.peer()) == answer.data().length;
        } catch (IOException e) {
            LOG.debug("{}: no answer to {}: {}", name, answer, e.toString());
            left = false;
        }
        AtomicLong counter = left ? sent : unsent;
        counter.lazySet(counter.get() + 1);
    }

    /** Ends the thread and frees the port; waits until the batch in hand is done, 5 s at most. */
    @Override
    public void close() {
        closed = true;
        Open now = open;
        if (now != null) {
            now.selector().wakeup();
        }
        LockSupport.unpark(thread);
        try {
            thread.join(LONGEST_STOP.toMillis());
            if (thread.isAlive()) {
                LOG.warn("{}: still busy after {} s", name, LONGEST_STOP.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
