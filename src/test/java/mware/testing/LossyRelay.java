package mware.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A path between one sender and a port of 127.0.0.1 that loses some of the datagrams, both ways. */
public final class LossyRelay implements AutoCloseable {

    private static final int BUFFER = 4 << 20;

    private final DatagramChannel front;
    private final DatagramChannel back;
    private final double loss;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong passed = new AtomicLong();
    private volatile SocketAddress sender = new InetSocketAddress(0);

    private LossyRelay(DatagramChannel front, DatagramChannel back, double loss, long seed) {
        this.front = front;
        this.back = back;
        this.loss = loss;
        start("there", () -> {
            var random = new Random(seed);
            var buffer = ByteBuffer.allocate(65_535);
            while (true) {
                sender = front.receive(buffer.clear());
                pass(random, () -> back.write(buffer.flip()));
            }
        });
        start("back", () -> {
            var random = new Random(~seed);
            var buffer = ByteBuffer.allocate(65_535);
            while (true) {
                back.read(buffer.clear());
                pass(random, () -> front.send(buffer.flip(), sender));
            }
        });
    }

    /** Leads to {@code port}; {@code loss} of 0.05 loses one datagram of twenty, which ones depends on the seed. */
    public static LossyRelay to(int port, double loss, long seed) {
        try {
            InetAddress here = InetAddress.getByName("127.0.0.1");
            DatagramChannel front = DatagramChannel.open();
            front.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
            front.bind(new InetSocketAddress(here, 0));
            DatagramChannel back = DatagramChannel.open();
            back.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
            back.connect(new InetSocketAddress(here, port));
            return new LossyRelay(front, back, loss, seed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the sender sends to. */
    public int port() {
        return front.socket().getLocalPort();
    }

    public long lost() {
        return lost.get();
    }

    public long passed() {
        return passed.get();
    }

    private void pass(Random random, Sending sending) throws IOException {
        if (random.nextDouble() < loss) {
            lost.incrementAndGet();
        } else {
            passed.incrementAndGet();
            sending.send();
        }
    }

    private interface Sending {
        void send() throws IOException;
    }

    private static void start(String name, Sending work) {
        var thread = new Thread(
                () -> {
                    try {
                        work.send();
                    } catch (IOException closed) {
                        // the end of the relay
                    }
                },
                "relay-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            front.close();
            back.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
