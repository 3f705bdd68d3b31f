package mware.service.udpecho;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.net.DatagramComponent;
import mware.core.net.DatagramListener;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckAware;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import routes.UdpEchoRoutes;

/** The route file on real sockets. */
class UdpEchoRoutesTest {

    private final Deviations deviations = new Deviations(Clock.systemUTC());
    private final ActiveConfiguration configuration = new ActiveConfiguration(configuration("{}"));
    private final Echo echo = new Echo(configuration, deviations, System::nanoTime);
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void datagrams_of_all_sizes_come_back_unchanged_and_are_counted() throws Exception {
        int port = port(node("127.0.0.1", 0));
        try (DatagramSocket socket = client()) {
            for (int size : new int[] {0, 1, 172, 1472, 1473, 9000, 65_507}) {
                byte[] data = new byte[size];
                Arrays.fill(data, (byte) size);

                send(socket, port, data);

                assertThat(receive(socket)).isEqualTo(data);
            }
        }
        assertThat(echo.counts().packets()).isEqualTo(7);
        assertThat(echo.counts().answered()).isEqualTo(7);
        assertThat(echo.counts().bytes()).isEqualTo(1 + 172 + 1472 + 1473 + 9000 + 65_507);
        assertThat(echo.counts().sources()).isEqualTo(1);
    }

    @Test
    void it_answers_over_ipv6() throws Exception {
        int port = port(node("[::1]", 0));
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("::1"))) {
            socket.setSoTimeout(5000);
            socket.send(new DatagramPacket(new byte[] {1, 2}, 2, InetAddress.getByName("::1"), port));

            assertThat(receive(socket)).containsExactly(1, 2);
        }
    }

    @Test
    void a_new_configuration_holds_from_the_next_datagram_on() throws Exception {
        int port = port(node("127.0.0.1", 0));
        try (DatagramSocket socket = client()) {
            configuration.apply(configuration("{\"udp_echo\":{\"networks\":[\"10.0.0.0/8\"]}}"));
            send(socket, port, new byte[] {1});
            await().until(() -> echo.counts().dropped().get(Verdict.FOREIGN_NETWORK) == 1);

            configuration.apply(configuration("{\"udp_echo\":{\"packets_per_second\":3}}"));
            for (int i = 0; i < 100; i++) {
                send(socket, port, new byte[] {2});
            }
            await().until(() -> echo.counts().packets() == 101);
            assertThat(echo.counts().answered()).isBetween(3L, 4L);

            configuration.apply(configuration("{\"udp_echo\":{\"networks\":[\"nowhere\"]}}"));
            assertThat(deviations.open())
                    .extracting(Deviation::reason)
                    .singleElement()
                    .asString()
                    .contains("nowhere");
            configuration.apply(configuration("{}"));
            assertThat(deviations.open()).isEmpty();
        }
    }

    @Test
    void a_source_on_a_system_port_gets_no_answer() throws Exception {
        int port = port(node("127.0.0.1", 0));
        try (DatagramSocket socket = systemPort()) {
            send(socket, port, new byte[] {1});
            socket.setSoTimeout(300);

            assertThatThrownBy(() -> receive(socket)).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(echo.counts().dropped()).containsEntry(Verdict.SYSTEM_PORT, 1L);
    }

    @Test
    void a_taken_port_is_an_error_that_names_port_and_key_and_is_tried_again() throws Exception {
        DatagramSocket holder = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        open.add(holder);

        CamelContext node = node("127.0.0.1", holder.getLocalPort());

        assertThat(deviations.open()).singleElement().satisfies(deviation -> {
            assertThat(deviation.category()).isEqualTo("listeners");
            assertThat(deviation.key()).isEqualTo("udp-echo.port");
            assertThat(deviation.reason())
                    .isEqualTo("UDP port " + holder.getLocalPort()
                            + " on 127.0.0.1 (udp-echo.port) is taken by another program");
        });
        assertThat(health(node)).isEqualTo(HealthCheck.State.DOWN);

        holder.close();
        await().atMost(15, TimeUnit.SECONDS).until(() -> deviations.open().isEmpty());
        assertThat(health(node)).isEqualTo(HealthCheck.State.UP);
        try (DatagramSocket socket = client()) {
            send(socket, port(node), new byte[] {5});
            assertThat(receive(socket)).containsExactly(5);
        }
    }

    @Test
    void two_echoes_that_are_set_on_each_other_by_a_forged_source_end_by_themselves() throws Exception {
        Echo other = new Echo(configuration, deviations, System::nanoTime);
        CountDownLatch secondIsThere = new CountDownLatch(1);
        DatagramListener first = listener(0, batch -> {
            try {
                secondIsThere.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return echo.answers(batch);
        });
        int secondPort;
        try (DatagramSocket forger = client()) { // gives its address up to the second echo before the first answers
            secondPort = forger.getLocalPort();
            send(forger, first.local().getPort(), new byte[] {42});
        }
        listener(secondPort, other::answers);
        secondIsThere.countDown();

        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> echo.counts().dropped().get(Verdict.LOOP)
                                + other.counts().dropped().get(Verdict.LOOP)
                        == 1);
        long went = echo.counts().packets();
        assertThat(went).isBetween(9_000L, 10_100L);
        await().during(300, TimeUnit.MILLISECONDS).until(() -> echo.counts().packets() == went);
    }

    private static Configuration configuration(String settings) {
        try {
            return new Configuration(
                    List.of(), List.of(), List.of(), List.of(), List.of(), new ObjectMapper().readTree(settings));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private CamelContext node(String address, int port) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        open.add(context);
        context.getRegistry().bind("echo", echo);
        context.getRegistry().bind("deviations", deviations);
        context.getPropertiesComponent().addInitialProperty("udp-echo.address", address);
        context.getPropertiesComponent().addInitialProperty("udp-echo.port", String.valueOf(port));
        context.addRoutes(new UdpEchoRoutes());
        context.start();
        return context;
    }

    private static int port(CamelContext context) {
        return context.getComponent("datagram", DatagramComponent.class)
                .local("udp-echo.port")
                .getPort();
    }

    private static HealthCheck.State health(CamelContext context) {
        HealthCheckAware consumer =
                (HealthCheckAware) context.getRoute("udp-echo").getConsumer();
        return consumer.getHealthCheck().call().getState();
    }

    private DatagramListener listener(int port, DatagramListener.Handler handler) {
        DatagramListener listener =
                new DatagramListener("echo", new InetSocketAddress("127.0.0.1", port), 8, 1 << 20, handler);
        listener.start();
        open.add(listener);
        return listener;
    }

    private static DatagramSocket client() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        socket.setSoTimeout(5000);
        return socket;
    }

    private static DatagramSocket systemPort() {
        for (int port = 1023; port > 600; port--) {
            try {
                return new DatagramSocket(port, InetAddress.getByName("127.0.0.1"));
            } catch (IOException e) {
                // taken, or not allowed
            }
        }
        return abort("this user may not bind a port below 1024");
    }

    private static void send(DatagramSocket socket, int port, byte[] data) throws IOException {
        socket.send(new DatagramPacket(data, data.length, InetAddress.getByName("127.0.0.1"), port));
    }

    private static byte[] receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }
}
