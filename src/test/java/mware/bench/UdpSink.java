package mware.bench;

import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import mware.core.net.KernelDrops;

/**
 * A process that counts datagrams and decodes nothing; each line that it reads from standard input is answered with what
 * came since the last one: count, the first and last arrival in ns of the system's monotonic clock, drops of its socket.
 */
public final class UdpSink {

    private UdpSink() {}

    private static volatile long count;
    private static volatile long first;
    private static volatile long last;

    public static void main(String[] args) throws Exception {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 32 << 20);
        channel.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
        Thread reader = new Thread(() -> read(channel), "sink");
        reader.setDaemon(true);
        reader.start();
        warmUp((InetSocketAddress) channel.getLocalAddress());
        System.out.println("READY");
        long told = count;
        long drops = KernelDrops.of(Integer.parseInt(args[0]));
        while (System.in.read() >= 0) { // one answer for each line
            long now = count;
            long dropped = KernelDrops.of(Integer.parseInt(args[0]));
            System.out.println((now - told) + " " + first + " " + last + " " + (dropped - drops));
            told = now;
            drops = dropped;
            first = 0;
        }
    }

    private static void warmUp(InetSocketAddress self) throws Exception {
        try (DatagramChannel sender = DatagramChannel.open()) {
            ByteBuffer nothing = ByteBuffer.allocate(300);
            for (int i = 0; i < 60_000; i++) {
                sender.send(nothing.clear(), self);
            }
        }
        long before = -1;
        while (before != count) {
            before = count;
            java.util.concurrent.locks.LockSupport.parkNanos(200_000_000);
        }
        first = 0;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    private static void read(DatagramChannel channel) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(65_535);
        try {
            while (true) {
                channel.receive(buffer.clear());
                long now = System.nanoTime();
                if (first == 0) {
                    first = now;
                }
                last = now;
                count++;
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
