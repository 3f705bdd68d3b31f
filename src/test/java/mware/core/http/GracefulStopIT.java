package mware.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A packaged node that is told to stop answers what is under way, and tells others why it does not. */
class GracefulStopIT {

    private static final String SECRET = "a-secret-for-one-test";
    private static final String AUTH = "Host: x\r\nAuthorization: Bearer " + SECRET + "\r\n";

    @TempDir
    Path folder;

    @Test
    void a_request_in_flight_is_answered_and_the_next_one_sent_away() throws Exception {
        try (MwareNode node = MwareNode.in(folder)
                        .http()
                        .set("cluster.secret", SECRET)
                        .set("zookeeper.port", FreePorts.next())
                        .set("syslog-trap.port", FreePorts.next())
                        .set("udp-echo.port", FreePorts.next())
                        .start()
                        .awaitHealthy();
                Socket under = connect(node);
                Socket next = connect(node)) {
            String body = "{\"line\": \"<13>Nov 21 12:00:00 srv1 app: a line\"}";
            send(
                    under,
                    "POST /api/syslogtrap/v1/test HTTP/1.1\r\n" + AUTH
                            + "Content-Type: application/json\r\nContent-Length: " + body.length()
                            + "\r\nExpect: 100-continue\r\n\r\n");
            assertThat(answer(under)).as("its head has arrived").startsWith("HTTP/1.1 100");

            node.process().terminate();
            await().atMost(Duration.ofSeconds(2))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        send(next, "GET /api/monitor/v1/system/nodes HTTP/1.1\r\n" + AUTH + "\r\n");
                        return answer(next).startsWith("HTTP/1.1 503");
                    });
            send(under, body);

            assertThat(answer(under)).startsWith("HTTP/1.1 200").containsIgnoringCase("connection: close");
            assertThat(node.process().waitFor(Duration.ofSeconds(20))).isTrue();
        }
    }

    private static Socket connect(MwareNode node) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(),
                Integer.parseInt(node.httpAddress().replaceAll(".*:", "")));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    /** Head and body of one answer. */
    private static String answer(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int c = socket.getInputStream().read();
            if (c < 0) {
                return text.toString();
            }
            text.append((char) c);
        }
        java.util.regex.Matcher length =
                java.util.regex.Pattern.compile("(?i)content-length: (\\d+)").matcher(text);
        if (length.find()) {
            text.append(new String(
                    socket.getInputStream().readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8));
        }
        return text.toString();
    }
}
