package mware.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatagramListenerTest {

    private final BlockingQueue<Datagrams> batches = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1500, 9000, 65_507})
    void a_datagram_of_any_size_comes_and_goes_whole(int size) throws Exception {
        DatagramListener listener = listener("127.0.0.1", 0, batch -> batch);
        byte[] data = new byte[size];
        Arrays.fill(data, (byte) 7);

        try (DatagramSocket socket = client()) {
            send(socket, listener, data);

            assertThat(answer(socket)).isEqualTo(data);
        }
        await().untilAsserted(
                        () -> assertThat(listener.counts()).isEqualTo(new DatagramListener.Counts(1, size, 1, 0, 0)));
    }

    @Test
    void it_listens_on_ipv6() throws Exception {
        DatagramListener listener = listener("::1", 0, batch -> batch);

        try (DatagramSocket socket = client()) {
            send(socket, listener, new byte[] {6});

            assertThat(answer(socket)).containsExactly(6);
        }
    }

    @Test
    void what_piles_up_while_the_handler_is_busy_comes_in_order_and_in_batches_that_grow_to_the_limit()
            throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        DatagramListener listener = listener("127.0.0.1", 0, batch -> {
            batches.add(batch);
            first.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return null;
        });
        try (DatagramSocket socket = client()) {
            send(socket, listener, new byte[] {0});
            first.await();
            for (byte i = 1; i <= 120; i++) {
                send(socket, listener, new byte[] {i});
            }
            go.countDown();

            await().until(() -> batches.stream().mapToInt(b -> b.list().size()).sum() == 121);
        }
        assertThat(batches.stream().map(b -> b.list().size()).distinct()).containsSubsequence(1, 2, 4, 8);
        assertThat(batches).allSatisfy(b -> assertThat(b.list()).hasSizeLessThanOrEqualTo(8));
        assertThat(batches.stream().flatMap(b -> b.list().stream()).map(d -> (int) d.data()[0]))
                .isSorted();
    }

    @Test
    void a_handler_that_throws_loses_its_batch_only() throws Exception {
        DatagramListener listener = listener("127.0.0.1", 0, batch -> {
            if (batch.list().get(0).data()[0] == 13) {
                throw new IllegalArgumentException("13");
            }
            return batch;
        });
        try (DatagramSocket socket = client()) {
            send(socket, listener, new byte[] {13});
            await().until(() -> listener.counts().received() == 1);
            send(socket, listener, new byte[] {14});

            assertThat(answer(socket)).containsExactly(14);
        }
    }

    @Test
    void an_answer_that_cannot_be_sent_is_counted_and_the_others_go() throws Exception {
        DatagramListener listener = listener("127.0.0.1", 0, batch -> {
            Datagram asked = batch.list().get(0);
            Datagram nowhere = new Datagram(new InetSocketAddress("255.255.255.255", 9), asked.data());
            return new Datagrams(batch.local(), List.of(nowhere, asked));
        });
        try (DatagramSocket socket = client()) {
            send(socket, listener, new byte[] {1});

            assertThat(answer(socket)).containsExactly(1);
        }
        await().until(() -> listener.counts().unsent() == 1 && listener.counts().sent() == 1);
    }

    @Test
    void a_taken_port_is_told_at_once_and_a_closed_one_is_free_again() throws Exception {
        DatagramListener holder = listener("127.0.0.1", 0, batch -> null);
        int port = holder.local().getPort();
        BlockingQueue<IOException> failures = new LinkedBlockingQueue<>();
        DatagramListener second = new DatagramListener(
                "second", new InetSocketAddress("127.0.0.1", port), 8, 1 << 16, new DatagramListener.Handler() {
                    @Override
                    public Datagrams received(Datagrams batch) {
                        return batch;
                    }

                    @Override
                    public void failed(IOException why) {
                        failures.add(why);
                    }
                });
        second.start();
        open.add(second);

        assertThat(failures).hasSize(1);
        assertThat(Ports.why("UDP", "127.0.0.1", port, "udp-echo.port", failures.peek()))
                .isEqualTo("UDP port " + port + " on 127.0.0.1 (udp-echo.port) is taken by another program");
        holder.close();
        await().atMost(DatagramListener.RETRY.toSeconds() + 5, TimeUnit.SECONDS).until(() -> second.local() != null);
    }

    @ParameterizedTest
    @CsvSource({"203.0.113.9, this machine has no address 203.0.113.9", "no.such.host.invalid, is not an address"})
    void what_is_wrong_with_an_address_is_said_in_words(String address, String words) throws Exception {
        BlockingQueue<IOException> failures = new LinkedBlockingQueue<>();
        DatagramListener listener = new DatagramListener(
                "x", new InetSocketAddress(address, 0), 8, 1 << 16, new DatagramListener.Handler() {
                    @Override
                    public Datagrams received(Datagrams batch) {
                        return batch;
                    }

                    @Override
                    public void failed(IOException why) {
                        failures.add(why);
                    }
                });
        listener.start();
        open.add(listener);

        assertThat(Ports.why("UDP", address, 0, "udp-echo.port", failures.take()))
                .contains(words)
                .contains("udp-echo.port");
    }

    @ParameterizedTest
    @CsvSource({"7007, 3", "5514, 0", "53, 40"})
    void kernel_drops_are_read_from_the_tables_of_the_system(int port, long drops) {
        List<String> table = List.of(
                "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
                "  108: 0100007F:1B5F 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 11 2 0000000000000000 3",
                "  109: 0100007F:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 12 2 0000000000000000 0",
                "  110: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 13 2 0000000000000000 30",
                "  111: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 14 2 0000000000000000 10");

        assertThat(KernelDrops.of(port, table)).isEqualTo(drops);
    }

    private DatagramListener listener(String address, int port, DatagramListener.Handler handler) {
        DatagramListener listener =
                new DatagramListener("test", new InetSocketAddress(address, port), 8, 1 << 20, handler);
        listener.start();
        open.add(listener);
        return listener;
    }

    private static DatagramSocket client() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("::"));
        socket.setSoTimeout(5000);
        return socket;
    }

    private static void send(DatagramSocket socket, DatagramListener to, byte[] data) throws IOException {
        socket.send(new DatagramPacket(data, data.length, to.local()));
    }

    private static byte[] answer(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }
}
