package mware.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/** A process that sends syslog messages: {@code tcp PORT COUNT} as fast as it can, {@code udp PORT COUNT RATE} paced. */
public final class SyslogSource {

    private static final long TICK = 1_000_000; // ns

    private SyslogSource() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[1]);
        int count = Integer.parseInt(args[2]);
        long start = System.nanoTime();
        if (args[0].equals("tcp")) {
            tcp(port, count);
        } else {
            udp(port, count, Integer.parseInt(args[3]));
        }
        System.out.println(count + " " + start + " " + System.nanoTime());
    }

    /** A message as a PBX writes it; of severity error, so that it leaves. */
    private static byte[] message(int i, String end) {
        return ("<131>Nov 21 10:00:00 pbx1 asterisk[1234]: ERROR[5678]: chan_sip.c:4321 in handle_response: Registration"
                        + " for trunk" + i + "@sip.example.com timed out, trying again" + end)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void tcp(int port, int count) throws IOException {
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))) {
            ByteBuffer chunk = ByteBuffer.allocateDirect(64 << 10);
            for (int i = 0; i < count; i++) {
                byte[] message = message(i, "\n");
                if (chunk.remaining() < message.length) {
                    write(channel, chunk);
                }
                chunk.put(message);
            }
            write(channel, chunk);
        }
    }

    private static void write(SocketChannel channel, ByteBuffer chunk) throws IOException {
        chunk.flip();
        while (chunk.hasRemaining()) {
            channel.write(chunk);
        }
        chunk.clear();
    }

    private static void udp(int port, int count, int rate) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(new InetSocketAddress("127.0.0.1", port));
            ByteBuffer buffer = ByteBuffer.allocateDirect(512);
            long start = System.nanoTime();
            int sent = 0;
            while (sent < count) {
                long due = Math.min(count, (System.nanoTime() - start) * rate / 1_000_000_000 + 1);
                while (sent < due) {
                    buffer.clear().put(message(sent++, "")).flip();
                    channel.write(buffer);
                }
                LockSupport.parkNanos(TICK);
            }
        }
    }
}
