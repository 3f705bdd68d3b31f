package mware.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a packaged node says to bombs, tricks and clients that are slow on purpose, and that it is well afterwards. */
class HostileClientsIT {

    private static final String SECRET = "a-secret-for-one-test";
    private static final String AUTH = "Authorization: Bearer " + SECRET + "\r\n";
    private static final String END = "Host: x\r\nConnection: close\r\n";
    private static final String TEST = "/api/syslogtrap/v1/test";
    private static final String STATE = "/api/monitor/v1/system/nodes";
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final long MEMORY_KIB = 700_000;

    @TempDir
    static Path folder;

    private static MwareNode node;

    @BeforeAll
    static void start() {
        node = MwareNode.in(folder)
                .http()
                .jvm("-Xmx256m")
                .set("cluster.secret", SECRET)
                .set("http.head-seconds", 3)
                .set("http.body-seconds", 3)
                .set("zookeeper.port", FreePorts.next())
                .set("syslog-trap.port", FreePorts.next())
                .set("udp-echo.port", FreePorts.next())
                .start()
                .awaitHealthy();
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
        try (Stream<Path> logs = Files.walk(node.data().resolve("log"))) {
            for (Path log : logs.filter(Files::isRegularFile).toList()) {
                assertThat(log).content().doesNotContain(SECRET).doesNotContain("the request failed");
            }
        }
    }

    @AfterEach
    void the_node_is_well() {
        assertThat(node.isHealthy()).isTrue();
        assertThat(node.process().residentKib()).isLessThan(MEMORY_KIB);
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                // bombs
                row("a zip bomb", post("Content-Encoding: gzip\r\n", gzip(10 << 20)), "415"),
                row("a packed body of two kinds", post("Content-Encoding: gzip, br\r\n", bytes("x")), "415"),
                row("64 levels of JSON", post("", bytes("[".repeat(64) + "]".repeat(64))), "400"),
                row("65 levels of JSON", post("", bytes("[".repeat(65) + "]".repeat(65))), "400 .*deeper than 64"),
                row("100000 levels of JSON", post("", bytes("[".repeat(100_000))), "400 .*deeper than 64"),
                row("100000 levels of objects", post("", bytes("{\"a\":".repeat(100_000))), "400 .*deeper than 64"),
                row("10000 keys", post("", keys(10_000)), "400 .*is not a known key"),
                row("a key twice", post("", bytes("{\"line\":\"<13>a\",\"line\":\"<13>b\"}")), "400 .*twice.*line"),
                row("two values", post("", bytes("{\"line\":\"<13>a\"} {}")), "400 "),
                row("a number of 1000 digits", post("", bytes("9".repeat(1_000))), "400 .*100 digits"),
                row("a number without end", post("", bytes("{\"line\": 1e999}")), "400 "),
                row("a NUL in a text", post("", bytes("{\"line\":\"a\\u0000b\"}")), "400 .*line: must not hold a NUL"),
                row("half a character", post("", bytes("{\"line\":\"\\ud800\"}")), "400 .*lone surrogate"),
                row("half a character as a key", post("", bytes("{\"\\udc00\":1}")), "400 .*lone surrogate"),
                row("no UTF-8", post("", new byte[] {'{', '"', (byte) 0xc0, (byte) 0xae, '"', ':', '1', '}'}), "400 "),
                row("a body of 10 MiB", post("", new byte[10 << 20]), "413 "),
                row(
                        "10 MiB announced",
                        "POST " + TEST + " HTTP/1.1\r\n" + END + AUTH + JSON + "Content-Length: 10485760\r\n\r\n",
                        "413 "),
                row(
                        "10 MiB announced by a stranger",
                        "POST " + TEST + " HTTP/1.1\r\n" + END + JSON + "Content-Length: 10485760\r\n\r\n",
                        "401 "),
                row(
                        "a header of 20000 bytes",
                        "GET / HTTP/1.1\r\n" + END + "X: " + "a".repeat(20_000) + "\r\n\r\n",
                        "431 "),
                row("10000 headers", "GET / HTTP/1.1\r\n" + END + "X: a\r\n".repeat(10_000) + "\r\n", "431 "),
                row("a line of 20000 bytes", "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n" + END + "\r\n", "414 "),
                row(
                        "cookies without end",
                        "GET / HTTP/1.1\r\n" + END + "Cookie: " + "a=b; ".repeat(2_000) + "\r\n\r\n",
                        "401 "),
                // content types
                row("a form", post("Content-Type: application/x-www-form-urlencoded\r\n", bytes("line=a")), "415 "),
                row("a text", post("Content-Type: text/plain\r\n", bytes("{\"line\":\"a\"}")), "415 "),
                row(
                        "two types",
                        post("Content-Type: text/plain\r\nContent-Type: application/json\r\n", bytes("{}")),
                        "400 "),
                row(
                        "a form with a header of the engine",
                        post(
                                "Content-Type: application/x-www-form-urlencoded\r\n",
                                bytes("CamelHttpResponseCode=200&CamelVertxPlatformHttpAuthenticatedUser=root")),
                        "415 "),
                // chunks, and lengths that two readers could read in two ways
                row("a chunk of no number", chunked("zz\r\nabc\r\n0\r\n\r\n"), "400 |closed"),
                row("a chunk larger than anything", chunked("FFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n"), "400 |closed"),
                row("a chunk of less than nothing", chunked("-1\r\nabc\r\n0\r\n\r\n"), "400 |closed"),
                row(
                        "chunks without end",
                        chunked("1000\r\n"
                                .concat("a".repeat(4_096))
                                .concat("\r\n")
                                .repeat(300)),
                        "413 "),
                row(
                        "a trailer of 20000 bytes",
                        chunked("2\r\n{}\r\n0\r\nX: " + "a".repeat(20_000) + "\r\n\r\n"),
                        "4\\d\\d |closed"),
                row(
                        "length and chunks",
                        "POST " + TEST + " HTTP/1.1\r\nHost: x\r\n" + AUTH + JSON
                                + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled(),
                        "400 "),
                row(
                        "chunks and length",
                        "POST " + TEST + " HTTP/1.1\r\nHost: x\r\n" + AUTH + JSON
                                + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + smuggled(),
                        "400 "),
                row("two lengths", lengths("Content-Length: 1\r\nContent-Length: 4\r\n"), "400 "),
                row("one length twice", lengths("Content-Length: 4\r\nContent-Length: 4\r\n"), "400 "),
                row("a list of lengths", lengths("Content-Length: 4, 4\r\n"), "400 "),
                row("a length with a sign", lengths("Content-Length: +4\r\n"), "400 "),
                row("a length below zero", lengths("Content-Length: -4\r\n"), "400 "),
                row("a length in hex", lengths("Content-Length: 0x4\r\n"), "400 "),
                row("chunked in odd words", lengths("Transfer-Encoding: xchunked\r\n"), "400 "),
                row("chunked and identity", lengths("Transfer-Encoding: chunked, identity\r\n"), "400 "),
                row("chunked twice", lengths("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), "400 "),
                row("chunked behind a control", lengths("Transfer-Encoding:\u000bchunked\r\n"), "400 "),
                row("a space before the colon", lengths("Content-Length : 4\r\n"), "400 "),
                row(
                        "a folded header",
                        "GET " + STATE + " HTTP/1.1\r\n" + END + "X: a\r\n b\r\n" + AUTH + "\r\n",
                        "(200|400) "),
                // what is no HTTP, or of another time
                row("HTTP/0.9", "GET /observe/health\r\n", "400 "),
                row("HTTP/9.9", "GET /observe/health HTTP/9.9\r\n" + END + "\r\n", "4\\d\\d |50[15] |closed"),
                row("HTTP/1.0", "GET /observe/health HTTP/1.0\r\nHost: x\r\n\r\n", "200 "),
                row("HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400 |501 |closed"),
                row(
                        "TLS to a plain port",
                        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
                        "400 |closed"),
                row(
                        "an upgrade",
                        "GET /observe/health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
                        "200 "),
                row(
                        "a web socket",
                        "GET " + STATE
                                + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
                        "401 "),
                row(
                        "an odd expectation",
                        "POST " + TEST + " HTTP/1.1\r\n" + END + AUTH + JSON
                                + "Expect: miracles\r\nContent-Length: 2\r\n\r\n{}",
                        "4\\d\\d "),
                row("a control in a header", "GET / HTTP/1.1\r\n" + END + "X: a\u0000b\r\n\r\n", "400 "),
                // hosts and targets
                row("no host", "GET /observe/health HTTP/1.1\r\nConnection: close\r\n\r\n", "400 "),
                row(
                        "two hosts",
                        "GET /observe/health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
                        "400 "),
                row(
                        "a host that is none",
                        "GET /observe/health HTTP/1.1\r\nHost: a/../b@c\r\nConnection: close\r\n\r\n",
                        "400 "),
                row(
                        "another's host",
                        "GET /observe/health HTTP/1.1\r\nHost: evil.example:99\r\nConnection: close\r\n\r\n",
                        "200 "),
                row("an absolute target", "GET http://evil.example/observe/health HTTP/1.1\r\n" + END + "\r\n", "200 "),
                row(
                        "an absolute target of a stranger",
                        "GET http://x/observe/metrics HTTP/1.1\r\n" + END + "\r\n",
                        "401 "),
                row(
                        "an absolute target with dots",
                        "GET http://x/observe/health/../metrics HTTP/1.1\r\n" + END + "\r\n",
                        "400 "),
                row("a target without a path", "GET http://x HTTP/1.1\r\n" + END + "\r\n", "4\\d\\d "),
                row("a star", "OPTIONS * HTTP/1.1\r\n" + END + AUTH + "\r\n", "4\\d\\d "),
                row("CONNECT", "CONNECT 127.0.0.1:22 HTTP/1.1\r\n" + END + AUTH + "\r\n", "4\\d\\d "),
                row("TRACE", "TRACE " + STATE + " HTTP/1.1\r\n" + END + AUTH + "\r\n", "405 "),
                row("a method of no standard", "FOO " + STATE + " HTTP/1.1\r\n" + END + AUTH + "\r\n", "405 "),
                row("a method in small letters", "get " + STATE + " HTTP/1.1\r\n" + END + AUTH + "\r\n", "4\\d\\d "),
                row(
                        "a method of 5000 letters",
                        "A".repeat(5_000) + " " + STATE + " HTTP/1.1\r\n" + END + AUTH + "\r\n",
                        "4\\d\\d "),
                // injection
                row(
                        "a header by a parameter",
                        get("/api/syslogtrap/v1/status?domain=x%0d%0aSet-Cookie:%20a=b"),
                        "400 "),
                row("SQL by a parameter", get("/api/syslogtrap/v1/status?domain=x'%20OR%20'1'='1"), "400 "),
                row(
                        "a parameter twice",
                        get("/api/syslogtrap/v1/status?domain=mware.local&domain=mware.local"),
                        "400 "),
                row("a parameter that is no UTF-8", get("/api/syslogtrap/v1/status?domain=%ff"), "400 "),
                row("a parameter with NUL", get("/api/syslogtrap/v1/status?domain=a%00b"), "400 "),
                row("a parameter that is cut", get("/api/syslogtrap/v1/status?domain=%"), "400 "),
                row(
                        "a user of the engine by a parameter",
                        "GET " + STATE + "?CamelVertxPlatformHttpAuthenticatedUser=x HTTP/1.1\r\n" + END + "\r\n",
                        "401 "),
                row(
                        "a status of the engine by a header",
                        "GET " + STATE + " HTTP/1.1\r\n" + END + AUTH + "CamelHttpResponseCode: 500\r\n\r\n",
                        "200 "),
                row(
                        "a status of the engine by a parameter",
                        get(STATE + "?CamelHttpResponseCode=500"),
                        "400 .*is not a parameter"),
                row(
                        "a caller of one's own making",
                        "GET " + STATE + " HTTP/1.1\r\n" + END
                                + "X-Mware-Caller: {\"kind\":\"CLUSTER\"}\r\nX-Mware-Forwarded-By: mware2\r\n\r\n",
                        "401 "),
                row(
                        "a caller of one's own making, with the secret",
                        "GET " + STATE + " HTTP/1.1\r\n" + END + AUTH
                                + "X-Mware-Caller: {\"kind\":7}\r\nX-Mware-Forwarded-By: mware2\r\n\r\n",
                        "400 "),
                row(
                        "a request id that would write a log line",
                        "GET /observe/health HTTP/1.1\r\n" + END + "X-Request-Id: a b\t\"c\r\n\r\n",
                        "200 "));
    }

    static Stream<String> paths() {
        return Stream.of(
                "/observe/health/../metrics",
                "/observe/health/%2e%2e/metrics",
                "/observe/health/.%2E/metrics",
                "/observe/health/..%2fmetrics",
                "/observe/health%2f..%2fmetrics",
                "/observe//health",
                "//observe/health",
                "/observe/./health",
                "/observe/health\\..\\metrics",
                "/observe/health%00",
                "/observe/health%0d%0aX:1",
                "/observe/health%5c",
                "/observe/health%zz",
                "/observe/health%",
                "/observe/..",
                "/observe/%c0%ae%c0%ae/metrics",
                "/observe/%e0%80%ae/metrics",
                "/observe/%c0%af",
                "/observe/%f0%80%80%af",
                "/observe/%ed%a0%80",
                "/observe/%u002e%u002e/metrics",
                "/observe/\u00e9",
                "/observe/%ff",
                "/observe/..;/metrics");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void requests(String name, byte[] request, String expected) throws Exception {
        String answer = exchange(request);

        String told =
                answer.isEmpty() || answer.equals("<reset>") ? "closed" : answer.replaceFirst("^HTTP/\\d\\.\\d ", "");
        assertThat(told).matches("(?s)(?:" + expected + ").*");
        assertThat(answer.split("HTTP/1\\.1 \\d", -1).length - 1).as(answer).isLessThanOrEqualTo(1);
        assertThat(answer).doesNotContain(SECRET).doesNotContain("Exception").doesNotContain("Set-Cookie: a");
        if (told.matches("(?s)[45].*") && !told.startsWith("501 ")) {
            JsonNode error = new ObjectMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
            assertThat(error.path("error_message").asText()).as(answer).isNotBlank();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void paths(String path) throws Exception {
        assertThat(exchange(("GET " + path + " HTTP/1.1\r\n" + END + AUTH + "\r\n").getBytes(StandardCharsets.UTF_8)))
                .matches("(?s)HTTP/1\\.[01] (400|404) .*");
    }

    @Test
    void a_thousand_requests_in_a_row_are_answered_in_their_order() throws Exception {
        try (Socket socket = connect()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 1_000; i++) {
                all.append("GET /observe/health HTTP/1.1\r\nHost: x\r\nX-Request-Id: n")
                        .append(i)
                        .append(i == 999 ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n");
            }
            Thread sender = new Thread(() -> {
                try {
                    socket.getOutputStream().write(all.toString().getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // the reader sees it
                }
            });
            sender.start();
            String answers = read(socket.getInputStream());
            sender.join();

            List<String> ids = new ArrayList<>();
            answers.lines()
                    .filter(line -> line.startsWith("X-Request-Id: "))
                    .forEach(line -> ids.add(line.substring(15)));
            assertThat(ids).hasSize(1_000);
            assertThat(ids)
                    .isEqualTo(Stream.iterate(0, i -> i + 1)
                            .limit(1_000)
                            .map(String::valueOf)
                            .toList());
        }
    }

    @Test
    void slow_clients_are_cut_off_and_others_served_meanwhile() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                Socket socket = connect();
                slow.add(socket);
                String begin = i % 2 == 0
                        ? "GET /observe/health HTTP/1.1\r\nX: "
                        : "POST " + TEST + " HTTP/1.1\r\nHost: x\r\n" + AUTH + JSON + "Content-Length: 100000\r\n\r\n{";
                socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(node.isHealthy()).isTrue();
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> slow.stream().allMatch(HostileClientsIT::isClosedAfterOneMoreByte));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void what_answers_get_answers_head_and_options_alike() throws Exception {
        String document = exchange((get("/openapi.json")));
        JsonNode paths = new ObjectMapper()
                .readTree(document.substring(document.indexOf("\r\n\r\n") + 4))
                .path("paths");
        Map<String, String> wrong = new TreeMap<>();
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            String real = path.getKey().replaceAll("\\{[^}]*}", "nothing");
            String options = exchange(
                    ("OPTIONS " + real + " HTTP/1.1\r\n" + END + AUTH + "\r\n").getBytes(StandardCharsets.US_ASCII));
            if (real.startsWith("/observe/health")) {
                continue; // nobody but who is known learns more there, see FrontDoorTest
            }
            var allowed = new TreeSet<String>();
            options.lines()
                    .filter(line -> line.startsWith("Allow: "))
                    .forEach(line -> allowed.addAll(List.of(line.substring(7).split(","))));
            path.getValue().fieldNames().forEachRemaining(method -> {
                if (!method.equals("parameters") && !allowed.contains(method.toUpperCase(java.util.Locale.ROOT))) {
                    wrong.put(path.getKey(), "allows " + allowed + ", not " + method);
                }
            });
            if (path.getValue().has("get")) {
                String full = exchange(get(real));
                String head = exchange(new String(get(real), StandardCharsets.US_ASCII)
                        .replaceFirst("GET", "HEAD")
                        .getBytes(StandardCharsets.US_ASCII));
                if (!head.substring(0, 12).equals(full.substring(0, 12)) || !head.endsWith("\r\n\r\n")) {
                    wrong.put(path.getKey(), full.substring(0, 12) + " but HEAD " + head);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static Arguments row(String name, Object request, String expected) {
        return Arguments.of(
                name, request instanceof String text ? text.getBytes(StandardCharsets.ISO_8859_1) : request, expected);
    }

    private static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\n" + END + AUTH + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] post(String headers, byte[] body) {
        String type = headers.contains("Content-Type") ? "" : JSON;
        var all = new ByteArrayOutputStream();
        all.writeBytes(("POST " + TEST + " HTTP/1.1\r\n" + END + AUTH + type + headers + "Content-Length: "
                        + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(body);
        return all.toByteArray();
    }

    private static String chunked(String chunks) {
        return "POST " + TEST + " HTTP/1.1\r\n" + END + AUTH + JSON + "Transfer-Encoding: chunked\r\n\r\n" + chunks;
    }

    private static String lengths(String headers) {
        return "POST " + TEST + " HTTP/1.1\r\nHost: x\r\n" + AUTH + JSON + headers + "\r\n0\r\n\r\n" + smuggled();
    }

    /** A request that must never be taken for one. */
    private static String smuggled() {
        return "GET /observe/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    }

    private static byte[] keys(int number) {
        StringBuilder json = new StringBuilder("{\"line\":\"<13>a\"");
        for (int i = 0; i < number; i++) {
            json.append(",\"k").append(i).append("\":").append(i);
        }
        return bytes(json.append('}').toString());
    }

    private static byte[] gzip(int zeros) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[zeros]);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return packed.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Socket connect() throws IOException {
        int port = Integer.parseInt(node.httpAddress().replaceAll(".*:", ""));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(15_000);
        return socket;
    }

    private static String exchange(byte[] request) throws Exception {
        try (Socket socket = connect()) {
            Thread sender = new Thread(() -> {
                try {
                    OutputStream out = socket.getOutputStream();
                    out.write(request);
                    out.flush();
                } catch (IOException closedMeanwhile) {
                    // the answer may be there all the same
                }
            });
            sender.start();
            String answer = read(socket.getInputStream());
            sender.join(20_000);
            return answer;
        }
    }

    private static String read(InputStream in) {
        var bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[65_536];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes.write(buffer, 0, n);
            }
        } catch (SocketTimeoutException e) {
            bytes.writeBytes("<no end>".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException reset) {
            if (bytes.size() == 0) {
                return "<reset>";
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static boolean isClosedAfterOneMoreByte(Socket socket) {
        try {
            socket.getOutputStream().write('a');
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException closed) {
            return true;
        }
    }
}
