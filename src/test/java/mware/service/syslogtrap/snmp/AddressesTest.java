package mware.service.syslogtrap.snmp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import mware.service.syslogtrap.snmp.Receiver.Community;
import mware.testing.MemoryState;
import org.junit.jupiter.api.Test;

class AddressesTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final AtomicLong ahead = new AtomicLong();

    @Test
    void a_name_service_that_hangs_holds_nobody_up_and_what_waits_leaves_when_it_answers() throws Exception {
        var answer = new CountDownLatch(1);
        try (var socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
                var node = node(host -> {
                    try {
                        answer.await();
                    } catch (InterruptedException e) {
                        throw new UnknownHostException(host);
                    }
                    return new InetAddress[] {InetAddress.getLoopbackAddress()};
                })) {
            node.sender.apply(
                    Samples.only(named(socket.getLocalPort()), Samples.plain("other", socket.getLocalPort())));
            node.send("nms", "waits");
            node.send("other", "goes");

            assertThat(receive(socket)).contains("goes");
            assertThat(node.status("nms").waiting()).isEqualTo(1);
            ahead.set(Addresses.PATIENCE.toNanos());
            await().atMost(SOON).until(() -> node.deviation("nms")
                    .equals("nms.test cannot be resolved: no answer from the name service"));

            answer.countDown();

            assertThat(receive(socket)).contains("waits");
            await().atMost(SOON).until(() -> node.deviation("nms").isEmpty());
        }
    }

    @Test
    void a_name_that_is_not_known_is_told_and_asked_again() throws Exception {
        try (var socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
                var node = node(host -> {
                    if (ahead.get() == 0) {
                        throw new UnknownHostException(host);
                    }
                    return new InetAddress[] {InetAddress.getLoopbackAddress()};
                })) {
            node.sender.apply(Samples.only(named(socket.getLocalPort())));
            await().atMost(SOON)
                    .until(() -> node.deviation("nms").equals("nms.test cannot be resolved: the name is not known"));

            ahead.set(Addresses.RETRY.toNanos());

            await().atMost(SOON).until(() -> node.deviation("nms").isEmpty());
        }
    }

    @Test
    void a_receiver_that_moves_is_followed() throws Exception {
        try (var before = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
                var after = new DatagramSocket(new InetSocketAddress("127.0.0.2", before.getLocalPort()));
                var node = node(host ->
                        new InetAddress[] {InetAddress.getByName(ahead.get() == 0 ? "127.0.0.1" : "127.0.0.2")})) {
            node.sender.apply(Samples.only(named(before.getLocalPort())));
            node.send("nms", "first");
            assertThat(receive(before)).contains("first");

            ahead.set(Addresses.REFRESH.toNanos());

            after.setSoTimeout(100);
            await().atMost(SOON).until(() -> {
                node.send("nms", "second");
                return receive(after).contains("second");
            });
        }
    }

    private TestNode node(Addresses.Lookup lookup) {
        return new TestNode(new MemoryState(), () -> System.nanoTime() + ahead.get(), lookup);
    }

    private static Receiver named(int port) {
        return new Receiver(
                "nms", "nms.test", port, new Community("public"), false, Duration.ofSeconds(1), 0, 1000, 1000, true);
    }

    private static String receive(DatagramSocket socket) {
        var packet = new DatagramPacket(new byte[2000], 2000);
        try {
            if (socket.getSoTimeout() == 0) {
                socket.setSoTimeout(10_000);
            }
            socket.receive(packet);
        } catch (IOException e) {
            return "";
        }
        return new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
    }
}
