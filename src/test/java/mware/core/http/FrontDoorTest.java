package mware.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrontDoorTest {

    private static final String HOST = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    private static final String SECRET = "Authorization: Bearer " + Door.SECRET + "\r\n";

    private static Door door;

    @BeforeAll
    static void open() throws Exception {
        door = Door.plain();
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @ParameterizedTest(name = "{0} {1} as {2} -> {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "GET,  /observe/health,          -,                  200",
                "HEAD, /observe/health,          -,                  200",
                "GET,  /observe/health/live,     -,                  200",
                "GET,  /observe/health/ready,    -,                  200",
                "GET,  /observe/health,          wrong,              200",
                "GET,  /observe/health?data=true&exposureLevel=full, -, 200",
                "POST, /observe/health,          -,                  401",
                "POST, /observe/health,          the-cluster-secret, 405",
                "GET,  /observe/health/,         -,                  401",
                "GET,  /observe/health/routes,   -,                  401",
                "GET,  /observe/healthy,         -,                  401",
                "GET,  /OBSERVE/HEALTH,          -,                  401",
                "GET,  /observe/metrics,         -,                  401",
                "GET,  /observe/metrics,         wrong,              401",
                "GET,  /observe/metrics,         the-cluster-secret, 200",
                "POST, /observe/metrics,         the-cluster-secret, 405",
                "GET,  /,                        -,                  401",
                "GET,  /nothing,                 -,                  401",
                "GET,  /nothing,                 the-cluster-secret, 404",
                "GET,  /api/test/v1/who,         -,                  401",
                "GET,  /api/test/v1/who,         the-cluster-secre,  401",
                "GET,  /api/test/v1/who,         the-cluster-secret2,401",
                "GET,  /api/test/v1/who,         the-cluster-secret, 200",
                "GET,  /api/test/v1/who,         user-token,         200",
                "GET,  /api/test/v1/who,         admin-token,        200",
                "PUT,  /api/test/v1/who,         -,                  401",
                "PUT,  /api/test/v1/who,         the-cluster-secret, 405",
                "OPTIONS, /api/test/v1/who,      -,                  401",
                "OPTIONS, /api/test/v1/who,      the-cluster-secret, 204",
                "OPTIONS, /nothing,              the-cluster-secret, 404",
                "TRACE, /api/test/v1/who,        the-cluster-secret, 405",
                "HEAD, /api/test/v1/who,         the-cluster-secret, 200",
                "HEAD, /observe/metrics,         the-cluster-secret, 200",
                "GET,  /api/test/v1/fail,        the-cluster-secret, 500",
                "GET,  /api/test/v1/things/7,    the-cluster-secret, 409",
            })
    void who_may_do_what(String method, String path, String token, int status) throws Exception {
        var answer = door.send(method, path, token);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (status >= 400 && !method.equals("HEAD")) {
            assertError(answer.body());
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
        }
        if (status == 401) {
            assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
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
            })
    void path_tricks_are_refused_before_anything_looks_at_them(String path) throws Exception {
        String answer = door.raw("GET " + path + HOST + "\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 ");
        assertError(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }

    @Test
    void what_is_not_http_is_answered_with_400_and_closed() throws Exception {
        assertThat(door.raw("GET\r\n\r\n")).startsWith("HTTP/1.").contains(" 400 ");
        assertThat(door.raw("\u0016\u0003\u0001\u0002tls hello\r\n\r\n"))
                .startsWith("HTTP/1.")
                .contains(" 400 ");
        assertThat(door.raw("GET /observe/health HTTP/9.9\r\n\r\n")).doesNotContain(" 200 ");
        assertThat(door.raw("GET /observe/health HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.")
                .contains(" 400 "); // no Host
        assertThat(door.raw("GET /observe/health" + HOST + "Bad Header: x\r\n\r\n"))
                .startsWith("HTTP/1.")
                .contains(" 400 ");
        assertThat(door.raw("GET /observe/metrics" + HOST + SECRET + SECRET + "\r\n"))
                .startsWith("HTTP/1.")
                .contains(" 400 ");
    }

    @Test
    void heads_and_bodies_have_limits() throws Exception {
        assertThat(door.raw("GET /" + "a".repeat(5_000) + HOST + "\r\n"))
                .startsWith("HTTP/1.")
                .contains(" 414 ");
        String fat = door.raw("GET /observe/health" + HOST + "X: " + "a".repeat(5_000) + "\r\n\r\n");
        assertThat(fat).startsWith("HTTP/1.").contains(" 431 ");
        assertError(fat.substring(fat.indexOf("\r\n\r\n") + 4));
        var large = door.send("POST", "/api/test/v1/echo", Door.SECRET, "\"" + "a".repeat(2_000) + "\"", Map.of());
        assertThat(large.statusCode()).isEqualTo(413);
        assertError(large.body());
        String endless = door.raw("POST /api/test/v1/echo" + HOST + SECRET + "Transfer-Encoding: chunked\r\n\r\n"
                + ("100\r\n" + "a".repeat(256) + "\r\n").repeat(8));
        assertThat(endless).startsWith("HTTP/1.").contains(" 413 ");
    }

    @Test
    void broken_chunks_and_smuggled_lengths_do_not_reach_a_route() throws Exception {
        String post = "POST /api/test/v1/echo" + HOST + SECRET;
        assertThat(door.raw(post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n1\r\n0\r\n\r\n"))
                .doesNotContain(" 200 ");
        assertThat(door.raw(post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n12"))
                .startsWith("HTTP/1.")
                .contains(" 400 ");
        assertThat(door.raw(post + "Content-Length: -1\r\n\r\n"))
                .startsWith("HTTP/1.")
                .contains(" 400 ");
        assertThat(door.raw(post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n7\r\n0\r\n\r\n"))
                .doesNotContain("hunter2");
    }

    @Test
    void a_body_that_is_not_json_is_told_with_its_place() throws Exception {
        var answer = door.send("POST", "/api/test/v1/echo", Door.SECRET, "{\"a\":\n 1,,}", Map.of());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer.body()).at("/error_details/line").asInt()).isEqualTo(2);
        assertThat(door.send("POST", "/api/test/v1/echo", Door.SECRET).statusCode())
                .isEqualTo(400);
        assertThat(door.send("POST", "/api/test/v1/echo", Door.SECRET, "{\"a\":1}", Map.of())
                        .body())
                .isEqualTo("{\"a\":1}");
    }

    @Test
    void an_error_inside_tells_strangers_nothing() throws Exception {
        var answer = door.send("GET", "/api/test/v1/fail", Door.SECRET);

        assertThat(answer.body()).doesNotContain("hunter2", "Exception", "mware.core");
        assertThat(json(door.send("GET", "/api/test/v1/things/7", Door.SECRET).body()))
                .isEqualTo(
                        json(
                                "{\"error_code\":409,\"error_message\":\"no 7\",\"error_details\":{\"msg_code\":\"refused\",\"id\":7}}"));
    }

    @Test
    void a_wrong_method_is_told_the_right_ones() throws Exception {
        assertThat(door.send("DELETE", "/api/test/v1/who", Door.SECRET)
                        .headers()
                        .firstValue("Allow"))
                .hasValue("GET,HEAD,POST,OPTIONS");
        assertThat(door.send("DELETE", "/api/test/v1/things/9", Door.SECRET)
                        .headers()
                        .firstValue("Allow"))
                .hasValue("GET,HEAD,OPTIONS");
    }

    @Test
    void a_request_id_comes_back_and_secrets_go_no_further() throws Exception {
        var given = door.send("GET", "/api/test/v1/headers", Door.SECRET, "", Map.of("X-Request-Id", "abc-1"));
        assertThat(given.headers().firstValue("X-Request-Id")).hasValue("abc-1");
        assertThat(given.body()).doesNotContain(Door.SECRET).contains("abc-1");

        var odd = door.send("GET", "/nothing", Door.SECRET, "", Map.of("X-Request-Id", "a b\"<>"));
        assertThat(odd.headers().firstValue("X-Request-Id").orElseThrow()).matches("[0-9a-f]{16}");
    }

    @Test
    void a_caller_cannot_say_that_it_is_another() throws Exception {
        String root = new Caller(Caller.Kind.USER, "root", "mware.local", List.of("administrator")).toHeader();
        Map<String, String> forged = Map.of("X-Mware-Caller", root, "X-Mware-Forwarded-By", "mware2");

        assertThat(json(door.send("GET", "/api/test/v1/who", "user-token", "", forged)
                                .body())
                        .path("caller")
                        .asText())
                .isEqualTo("ann");
        assertThat(json(door.send("GET", "/api/test/v1/who", Door.SECRET, "", forged)
                                .body())
                        .path("caller")
                        .asText())
                .isEqualTo("root");
        assertThat(door.send("GET", "/api/test/v1/who", null, "", forged).statusCode())
                .isEqualTo(401);
        assertThat(door.send(
                                "GET",
                                "/api/test/v1/who",
                                Door.SECRET,
                                "",
                                Map.of("X-Mware-Caller", "{", "X-Mware-Forwarded-By", "mware2"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void a_connection_serves_the_next_request_after_every_error() throws Exception {
        try (Socket socket = door.connect()) {
            OutputStream out = socket.getOutputStream();
            for (String request : List.of(
                    "POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
                    "POST /nothing HTTP/1.1\r\nHost: x\r\n" + SECRET + "Content-Length: 3\r\n\r\nabc",
                    "PUT /api/test/v1/echo HTTP/1.1\r\nHost: x\r\n" + SECRET + "Content-Length: 3\r\n\r\nabc",
                    "GET /observe/health" + HOST + "\r\n")) {
                out.write(request.getBytes(StandardCharsets.US_ASCII));
            }
            String answers = Door.read(socket.getInputStream());
            assertThat(answers.split("HTTP/1.1 ")).hasSize(5);
            assertThat(answers).contains("HTTP/1.1 401", "HTTP/1.1 404", "HTTP/1.1 405", "{\"status\":\"UP\"}");
        }
    }

    @Test
    void a_slow_client_is_cut_off_however_it_drips() throws Exception {
        try (Socket head = door.connect();
                Socket body = door.connect()) {
            long began = System.nanoTime();
            body.getOutputStream()
                    .write(("POST /api/test/v1/echo HTTP/1.1\r\nHost: x\r\n" + SECRET + "Content-Length: 900\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            await().pollInterval(Duration.ofMillis(100))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> {
                        return isClosedAfterOneMoreByte(head) & isClosedAfterOneMoreByte(body);
                    });
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
        }
        await().until(() -> door.door.connections() <= 4);
    }

    @Test
    void a_client_that_drips_its_second_request_is_cut_off_too() throws Exception {
        try (Socket socket = door.connect()) {
            socket.getOutputStream()
                    .write("GET /observe/health HTTP/1.1\r\nHost: x\r\n\r\nGET /".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[15];
            assertThat(socket.getInputStream().readNBytes(answer, 0, 15)).isEqualTo(15);
            while (socket.getInputStream().available() > 0) {
                socket.getInputStream().read();
            }
            await().pollInterval(Duration.ofMillis(100))
                    .atMost(Duration.ofSeconds(4))
                    .until(() -> isClosedAfterOneMoreByte(socket));
        }
    }

    @Test
    void connections_beyond_the_limit_are_closed_and_others_go_on() throws Exception {
        List<Socket> many = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                many.add(door.connect());
            }
            await().until(() -> door.door.connections() <= 200);
            // within a second those that say nothing are gone, and there is room again
            await().atMost(Duration.ofSeconds(5)).until(() -> door.door.connections() < 50);
            assertThat(door.send("GET", "/observe/health", null).statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : many) {
                socket.close();
            }
        }
    }

    @Test
    void a_taken_port_is_an_error_that_names_address_and_option() {
        HttpAddress taken = door.door.address();
        FrontDoor second = new FrontDoor(
                taken, Door.LIMITS, List.of(), Closings.NONE, () -> new Health(List.of()), () -> "", Optional.empty());

        assertThatThrownBy(second::open)
                .isInstanceOf(PortTakenException.class)
                .hasMessage("cannot listen for HTTP on " + taken
                        + " (another process has this port): choose another with --http [HOST:]PORT");
    }

    @Test
    void health_tells_strangers_the_reason_without_secrets_and_runs_its_checks_once_for_all() throws Exception {
        AtomicInteger rounds = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        var health = new Health(List.of(
                new Health.Check("routes", false, Health.withoutSecrets("A.java:3 broken, token=abc\nat x")),
                new Health.Check("disk", true, null)));
        try (Door sick = new Door(
                Door.LIMITS,
                () -> {
                    rounds.incrementAndGet();
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return health;
                },
                Optional.empty(),
                "sick")) {
            List<java.util.concurrent.CompletableFuture<java.net.http.HttpResponse<String>>> asked = new ArrayList<>();
            var client = java.net.http.HttpClient.newHttpClient();
            for (int i = 0; i < 20; i++) {
                asked.add(client.sendAsync(
                        java.net.http.HttpRequest.newBuilder(sick.uri("/observe/health"))
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString()));
            }
            go.countDown();
            for (var one : asked) {
                assertThat(one.get().statusCode()).isEqualTo(503);
                assertThat(one.get().body())
                        .isEqualTo("{\"status\":\"DOWN\",\"reasons\":[\"routes: A.java:3 broken, token=***\"]}");
            }
            assertThat(rounds.get()).isLessThanOrEqualTo(5);
            assertThat(sick.send("GET", "/observe/health", Door.SECRET).body()).contains("\"disk\"");
            assertThat(sick.send("GET", "/observe/health", "wrong").body()).doesNotContain("\"disk\"");
        }
    }

    @Test
    void a_node_that_is_not_ready_says_so() throws Exception {
        door.door.refuse("the node is stopping");
        try {
            var answer = door.send("GET", "/api/test/v1/who", Door.SECRET);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(answer.body()).contains("the node is stopping");
        } finally {
            door.door.ready();
        }
    }

    private static boolean isClosedAfterOneMoreByte(Socket socket) {
        try {
            socket.getOutputStream().write('a');
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (java.io.IOException closed) {
            return true;
        }
    }

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }

    private static void assertError(String body) throws Exception {
        JsonNode error = json(body);
        assertThat(error.path("error_code").isInt()).isTrue();
        assertThat(error.path("error_message").asText()).isNotBlank();
        assertThat(error.path("error_details").path("msg_code").asText()).isNotBlank();
    }
}
