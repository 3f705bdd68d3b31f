package mware.service.syslogtrap.snmp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import mware.core.config.DefaultSite;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import mware.testing.SnmpTrapd;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged product: syslog messages that came while the receiver was away arrive after the node was started anew. */
@Tag("long")
class OutboxOfNodeIT {

    private static final String SECRET = "a-secret-of-the-test-0123456789abcdef";
    private static final int MESSAGES = 300;
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    private final int syslog = FreePorts.next();
    private final int receiver = FreePorts.next();

    @Test
    void kill_minus_9_loses_none_that_has_waited_for_half_a_second() throws Exception {
        try (MwareNode node = node()) {
            node.start().awaitHealthy();
            sendMessages(node);
            await().pollDelay(Duration.ofMillis(500)).until(() -> true); // they are written within 0.2 s
            node.kill();

            node.start().awaitHealthy();

            allArrive();
            await().atMost(SOON).until(() -> node.process().said().contains("boots 2 from this term on") || said(node));
        }
    }

    @Test
    void a_graceful_stop_loses_none_at_all() throws Exception {
        try (MwareNode node = node()) {
            node.start().awaitHealthy();
            sendMessages(node);
            node.stop();

            node.start().awaitHealthy();

            allArrive();
        }
    }

    /** The engine's line stands in the service's own log file. */
    private static boolean said(MwareNode node) throws IOException {
        try (var files = Files.walk(node.data().resolve("log"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file).contains("boots 2 from this term on")) {
                    return true;
                }
            }
        }
        return false;
    }

    private void allArrive() {
        try (SnmpTrapd snmptrapd = SnmpTrapd.start(folder, receiver)) {
            await().atMost(SOON).until(() -> arrived(snmptrapd).size() == MESSAGES);
        }
    }

    private static Set<String> arrived(SnmpTrapd snmptrapd) {
        return snmptrapd.traps().stream()
                .filter(trap -> trap.contains("call "))
                .map(trap -> trap.replaceAll("(?s).*(call \\d+ dropped).*", "$1"))
                .collect(Collectors.toSet());
    }

    private MwareNode node() throws IOException {
        String site = new String(DefaultSite.text(), UTF_8)
                .replaceFirst(
                        "\"receivers\": \\[[^]]*]",
                        "\"receivers\": [{\"name\": \"nms\", \"host\": \"127.0.0.1\", \"port\": " + receiver
                                + ", \"inform\": true, \"timeout\": \"500ms\"}]");
        return MwareNode.in(folder)
                .http()
                .config(Files.writeString(folder.resolve("site.json"), site))
                .set("cluster.secret", SECRET)
                .set("syslog-trap.port", syslog)
                .set("udp-echo.port", FreePorts.next())
                .set("zookeeper.port", FreePorts.next());
    }

    private void sendMessages(MwareNode node) throws IOException {
        try (Socket socket = connect()) {
            for (int i = 0; i < MESSAGES; i++) {
                socket.getOutputStream()
                        .write(("<11>Nov 21 22:07:01 sbc01 kamailio[7]: call " + i + " dropped\n").getBytes(UTF_8));
            }
            socket.getOutputStream().flush();
            await().atMost(SOON).untilAsserted(() -> assertThat(metrics(node))
                    .containsPattern("syslog_trap_received(_total)? " + MESSAGES));
        }
    }

    /** A node is well before it is active, so the port may take a moment. */
    private Socket connect() {
        return await().atMost(SOON)
                .ignoreExceptionsInstanceOf(ConnectException.class)
                .until(() -> new Socket("127.0.0.1", syslog), Socket::isConnected);
    }

    private static String metrics(MwareNode node) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + node.httpAddress() + "/observe/metrics"))
                .header("Authorization", "Bearer " + SECRET)
                .timeout(Duration.ofSeconds(5))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
}
