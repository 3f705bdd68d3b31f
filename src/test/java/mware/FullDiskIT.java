package mware;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mware.core.config.DefaultSite;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import mware.testing.SmallDisk;
import mware.testing.SnmpTrapd;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged node while its disk is full: it says so, works on, and is well again when there is space. */
@Tag("long")
class FullDiskIT {

    private static final String SECRET = "a-secret-of-the-test-0123456789abcdef";
    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    Path folder;

    private final int syslog = FreePorts.next();
    private final int echo = FreePorts.next();
    private final int traps = FreePorts.next();
    private final int informs = FreePorts.next();
    private int sent;

    @Test
    void all_services_go_on_while_the_disk_is_full_and_what_waited_survives_a_kill() throws Exception {
        try (var disk = SmallDisk.of(folder.resolve("data"), 64);
                var receiver = SnmpTrapd.start(folder.resolve("traps"), traps);
                var node = node().start().awaitHealthy()) {
            awaitActive(node);
            send(20);
            awaitTraps(receiver, sent);

            disk.fill();
            for (int round = 0; round < 20; round++) { // informs that nobody acknowledges are written as they come
                send(10);
                assertThat(echoes()).isTrue();
                await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            }

            awaitTraps(receiver, sent);
            await().atMost(SOON).untilAsserted(() -> assertThat(systemState(node))
                    .contains("the disk of " + disk.folder() + " is full")
                    .contains("a reserve is used"));
            assertThat(node.isHealthy()).isTrue();
            assertThat(active(node)).isTrue();
            assertThat(node.process().said()).contains("their reserve is used").doesNotContain("\tat ");

            disk.free();

            await().atMost(SOON).untilAsserted(() -> assertThat(systemState(node))
                    .doesNotContain("is full")
                    .doesNotContain("reserve"));
            assertThat(node.process().said()).contains("has space again");
            node.kill();
            node.start().awaitHealthy();
            try (var late = SnmpTrapd.start(folder.resolve("informs"), informs)) {
                awaitTraps(late, sent);
            }
        }
    }

    @Test
    void with_nothing_in_reserve_echoes_go_on_and_the_node_is_active_again_soon_after_there_is_space()
            throws Exception {
        try (var disk = SmallDisk.of(folder.resolve("data"), 64);
                var receiver = SnmpTrapd.start(folder.resolve("traps"), traps);
                var node = node().start().awaitHealthy()) {
            awaitActive(node);
            send(20);
            awaitTraps(receiver, sent);
            String epoch = epoch(node);

            Files.delete(disk.folder().resolve("zookeeper/reserve"));
            disk.fill();
            int before = sent;
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                send(100);
                return !active(node);
            });

            assertThat(echoes()).isTrue();
            await().atMost(SOON).untilAsserted(() -> assertThat(systemState(node))
                    .contains("No space left on device")
                    .contains("no node can be active until that ends"));
            assertThat(node.process().said()).doesNotContain("\tat ");

            disk.free();

            await().atMost(SOON).until(() -> active(node));
            assertThat(sent).isGreaterThan(before);
            await().atMost(SOON)
                    .until(
                            () -> { // the port may open a moment later
                                send(1);
                                return arrived(receiver).contains("line " + sent);
                            });
            assertThat(epoch).isNotEmpty();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(systemState(node)).doesNotContain("No space left on device"));
            await().atMost(SOON).until(node::isHealthy);
        }
    }

    private MwareNode node() throws IOException {
        String site = new String(DefaultSite.text(), UTF_8)
                .replaceFirst(
                        "\"receivers\": \\[[^]]*]",
                        "\"receivers\": ["
                                + "{\"name\": \"traps\", \"host\": \"127.0.0.1\", \"port\": " + traps + "},"
                                + "{\"name\": \"informs\", \"host\": \"127.0.0.1\", \"port\": " + informs
                                + ", \"inform\": true, \"timeout\": \"500ms\"}]")
                .replaceFirst(
                        "\"settings\": \\{",
                        "\"settings\": {\"log\": {\"min_free_mb\": 0}, \"state\": {\"disk_free_mb\": 0},");
        return MwareNode.in(folder)
                .http()
                .config(Files.writeString(folder.resolve("site.json"), site))
                .set("cluster.secret", SECRET)
                .set("monitor.period", "1s")
                .set("syslog-trap.port", syslog)
                .set("udp-echo.port", echo)
                .set("zookeeper.port", FreePorts.next());
    }

    /** Sends so many more lines, each with a number. */
    private void send(int lines) throws IOException {
        try (var socket = new DatagramSocket()) {
            for (int i = 0; i < lines; i++) {
                byte[] line = ("<11>Nov 21 22:07:01 sbc01 kamailio[7]: line " + ++sent).getBytes(UTF_8);
                socket.send(new DatagramPacket(line, line.length, InetAddress.getLoopbackAddress(), syslog));
            }
        }
    }

    private void awaitTraps(SnmpTrapd receiver, int last) {
        Set<String> wanted =
                IntStream.rangeClosed(1, last).mapToObj(i -> "line " + i).collect(Collectors.toSet());
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(arrived(receiver)).containsAll(wanted));
    }

    private static Set<String> arrived(SnmpTrapd receiver) {
        return receiver.traps().stream()
                .filter(trap -> trap.contains("line "))
                .map(trap -> trap.replaceAll("(?s).*(line \\d+).*", "$1"))
                .collect(Collectors.toSet());
    }

    private boolean echoes() throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(2000);
            byte[] asked = "there?".getBytes(UTF_8);
            socket.send(new DatagramPacket(
                    asked, asked.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), echo)));
            var answer = new DatagramPacket(new byte[100], 100);
            socket.receive(answer);
            return answer.getLength() == asked.length;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private void awaitActive(MwareNode node) {
        await().atMost(SOON).until(() -> active(node) && SnmpTrapd.listens(syslog));
    }

    private static boolean active(MwareNode node) {
        return !epoch(node).isEmpty();
    }

    /** The epoch that the node is active under; empty while it is not. */
    private static String epoch(MwareNode node) {
        String said = node.process().said();
        int active = said.lastIndexOf("cluster: active: epoch=");
        return active > said.lastIndexOf("cluster: passive")
                ? said.substring(active).split("[= ]")[3]
                : "";
    }

    private static String systemState(MwareNode node) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://" + node.httpAddress() + "/api/monitor/v1/system/state"))
                .header("Authorization", "Bearer " + SECRET)
                .timeout(Duration.ofSeconds(5))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
}
