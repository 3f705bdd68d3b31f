package mware.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Consumer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.Test;

class FullBacklogTest {

    @Test
    void a_full_backlog_of_tiny_messages_takes_no_more_memory_than_it_may() throws Exception {
        int most = 16 << 20;
        var backlog = new Backlog("test", most, 256, batch -> {});
        long before = usedMemory();

        int port = 0;
        boolean room = true;
        while (room) {
            List<Datagram> batch = new ArrayList<>();
            for (int i = 0; i < 256; i++) {
                byte[] address = {127, 0, (byte) (port >> 8), (byte) port++};
                batch.add(new Datagram(
                        new InetSocketAddress(InetAddress.getByAddress(address), 1 + port % 65_535), new byte[8]));
            }
            room = backlog.add(batch);
        }

        assertThat(usedMemory() - before).isBetween(most / 4L, most + most / 4L);
        assertThat(backlog.close(Duration.ofMillis(1))).isGreaterThan(50_000);
    }

    @Test
    void a_reader_that_is_gone_when_there_is_room_again_stops_nothing() throws Exception {
        var handled = new CountDownLatch(4);
        var backlog = new Backlog("test", 300, 1, batch -> handled.countDown());
        for (int i = 0; i < 4; i++) {
            backlog.add(List.of(new Datagram(new InetSocketAddress(1), new byte[10])));
        }
        backlog.whenRoom(() -> {
            throw new IllegalStateException("event executor terminated");
        });

        backlog.start();

        assertThat(handled.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(backlog.close(Duration.ofSeconds(1))).isZero();
    }

    @Test
    void a_listener_that_waits_for_room_does_not_hold_up_the_stop() throws Exception {
        var blocked = new CountDownLatch(1);
        var taken = new CountDownLatch(1);
        try (var camel = new DefaultCamelContext()) {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("datagram:0?key=test&batch=1&backlog=1000")
                            .routeId("test")
                            .process(batch -> {
                                taken.countDown();
                                blocked.await();
                            });
                }
            });
            camel.start();
            Consumer consumer = camel.getRoute("test").getConsumer();
            InetSocketAddress to =
                    camel.getComponent("datagram", DatagramComponent.class).local("test");
            try (var sender = new DatagramSocket()) {
                for (int i = 0; i < 50; i++) {
                    sender.send(new DatagramPacket(new byte[100], 100, to));
                }
                taken.await();
                await().until(() -> Thread.getAllStackTraces().entrySet().stream()
                        .filter(thread -> thread.getKey().getName().equals("test"))
                        .anyMatch(
                                thread -> List.of(thread.getValue()).toString().contains("awaitRoom")));
                long began = System.nanoTime();

                ServiceHelper.stopService(consumer);

                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
            } finally {
                blocked.countDown();
            }
        }
    }

    private static long usedMemory() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
