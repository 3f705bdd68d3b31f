package mware.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final InetSocketAddress PEER = new InetSocketAddress("127.0.0.1", 1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CountDownLatch go = new CountDownLatch(1);
    private final List<List<Datagram>> handled = new CopyOnWriteArrayList<>();
    private final Backlog backlog = new Backlog("test", 10_000, 8, list -> {
        handled.add(list);
        try {
            go.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    });

    @BeforeEach
    void start() {
        backlog.start();
    }

    @AfterEach
    void end() {
        go.countDown();
        backlog.close(PATIENCE);
    }

    @Test
    void what_waits_is_handled_in_order_in_batches() {
        backlog.add(datagrams(0, 1));
        await().until(() -> handled.size() == 1);
        backlog.add(datagrams(1, 20));
        go.countDown();

        await().until(() -> count() == 21);
        assertThat(handled).extracting(List::size).containsExactly(1, 8, 8, 4);
        assertThat(handled.stream().flatMap(List::stream).map(d -> (int) d.data()[0]))
                .isSorted();
    }

    @Test
    void it_says_when_it_is_full_and_calls_back_when_half_of_it_is_free() {
        AtomicBoolean room = new AtomicBoolean();
        backlog.add(datagrams(0, 1));
        await().until(() -> handled.size() == 1);

        assertThat(backlog.add(datagrams(1, 50))).isTrue();
        assertThat(backlog.add(datagrams(51, 60))).isFalse();
        backlog.whenRoom(() -> room.set(true));
        assertThat(room).isFalse();
        go.countDown();

        await().untilTrue(room);
    }

    @Test
    void a_reader_waits_while_it_is_full() throws Exception {
        backlog.add(datagrams(0, 1));
        await().until(() -> handled.size() == 1);
        backlog.add(datagrams(1, 120));
        Thread reader = new Thread(() -> {
            try {
                backlog.awaitRoom();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        reader.start();
        await().until(() -> reader.getState() == Thread.State.WAITING);
        go.countDown();

        await().until(() -> !reader.isAlive());
    }

    @Test
    void what_is_not_handled_in_time_at_the_end_is_counted() {
        backlog.add(datagrams(0, 1));
        await().until(() -> handled.size() == 1);
        backlog.add(datagrams(1, 30));

        assertThat(backlog.close(Duration.ofMillis(50))).isEqualTo(30);
        go.countDown();
    }

    @Test
    void what_can_be_handled_in_time_at_the_end_is() {
        go.countDown();
        backlog.add(datagrams(0, 100));

        assertThat(backlog.close(PATIENCE)).isZero();
        assertThat(count()).isEqualTo(100);
    }

    private int count() {
        return handled.stream().mapToInt(List::size).sum();
    }

    private static List<Datagram> datagrams(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> new Datagram(PEER, new byte[] {(byte) i}))
                .map(d -> new Datagram(d.peer(), java.util.Arrays.copyOf(d.data(), 36)))
                .toList();
    }
}
