package mware.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the door does besides letting in: packing, a second address, the end of a stop, the end of a wait. */
class DoorFeaturesTest {

    @Test
    void large_answers_to_get_are_packed_for_whoever_asks() throws Exception {
        try (Door door = Door.plain()) {
            var packed = bytes(door, "GET", "/api/test/v1/large", "gzip");
            assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
            assertThat(packed.headers().firstValue("Vary")).hasValue("Accept-Encoding");
            assertThat(packed.body().length).isLessThan(200);
            assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes())
                    .hasSize(5_002);
            // an answer to POST may hold a secret that is shown once, and its length must not tell of it
            for (var plain : List.of(
                    bytes(door, "POST", "/api/test/v1/large", "gzip"),
                    bytes(door, "GET", "/api/test/v1/large", "br"),
                    bytes(door, "GET", "/api/test/v1/large", "gzip;q=0"),
                    bytes(door, "GET", "/api/test/v1/who", "gzip"))) {
                assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
                assertThat(plain.headers().firstValue("Content-Length")).isPresent();
            }
        }
    }

    @Test
    void every_answer_is_nothing_but_data_to_a_browser_and_kept_by_nobody() throws Exception {
        try (Door door = Door.plain()) {
            for (var answer : List.of(
                    door.send("GET", "/api/test/v1/who", Door.SECRET),
                    door.send("GET", "/api/test/v1/fail", Door.SECRET),
                    door.send("GET", "/observe/health", null),
                    door.send("GET", "/nothing", null))) {
                assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                        .hasValue("nosniff");
                assertThat(answer.headers()
                                .firstValue("Content-Security-Policy")
                                .orElseThrow())
                        .contains("default-src 'none'");
                assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            }
            assertThat(door.raw("GET\r\n\r\n")).contains("X-Content-Type-Options: nosniff", "Cache-Control: no-store");
        }
    }

    @ParameterizedTest(name = "{0} {1} as {2} -> {3}, operators {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                "GET,  /observe/health,                -,                  200, 200",
                "GET,  /observe/metrics,               the-cluster-secret, 200, 200",
                "GET,  /observe/metrics,               program-token,      200, 200",
                "GET,  /api/test/v1/who,               -,                  401, 401",
                "GET,  /api/test/v1/who,               the-cluster-secret, 200, 200",
                "GET,  /api/test/v1/who,               program-token,      200, 200",
                "GET,  /api/test/v1/who,               user-token,         403, 200",
                "GET,  /api/test/v1/who,               admin-token,        403, 200",
                "GET,  /rest/v1/iam/users,             admin-token,        403, 200",
                "GET,  /rest/v1/iam/users,             program-token,      403, 200",
                "GET,  /rest/v1/iam/users,             the-cluster-secret, 200, 200",
                "GET,  /rest/v1/master/configurations, program-token,      403, 200",
                "POST, /rest/v1/iam/sessions,          -,                  403, 200",
            })
    void the_first_address_is_for_programs_where_operators_have_their_own(
            String method, String path, String token, int first, int operators) throws Exception {
        try (Door door = new Door(
                Door.LIMITS,
                () -> new Health(List.of()),
                Optional.empty(),
                "a",
                one -> one.operators(new HttpAddress("127.0.0.1", 0)))) {
            assertThat(status(door.door.address(), method, path, token)).isEqualTo(first);
            assertThat(status(door.door.operatorsAddress().orElseThrow(), method, path, token))
                    .isEqualTo(operators);
        }
    }

    @Test
    void a_caller_that_another_node_passes_on_is_let_in_at_the_first_address() throws Exception {
        try (Door door = new Door(
                Door.LIMITS,
                () -> new Health(List.of()),
                Optional.empty(),
                "a",
                one -> one.operators(new HttpAddress("127.0.0.1", 0)))) {
            String root = new Caller(Caller.Kind.USER, "root", "mware.local", List.of("administrator")).toHeader();

            var answer = door.send(
                    "GET",
                    "/api/test/v1/who",
                    Door.SECRET,
                    "",
                    Map.of("X-Mware-Caller", root, "X-Mware-Forwarded-By", "mware2"));

            assertThat(answer.body()).contains("\"caller\":\"root\"");
        }
    }

    @Test
    void a_stop_waits_for_what_is_under_way_and_tells_others_to_go_elsewhere() throws Exception {
        try (Door door = Door.plain()) {
            var slow = CompletableFuture.supplyAsync(() -> {
                try {
                    return door.send("GET", "/api/test/v1/slow", Door.SECRET);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            door.inside.await();
            var drained =
                    CompletableFuture.runAsync(() -> door.door.drain("the node is stopping", Duration.ofSeconds(10)));
            HttpResponse<String> refused = door.send("GET", "/api/test/v1/who", Door.SECRET);
            while (refused.statusCode() != 503) {
                refused = door.send("GET", "/api/test/v1/who", Door.SECRET);
            }
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(refused.headers().firstValue("Connection")).hasValue("close");
            assertThat(drained).isNotDone();

            door.go.countDown();

            assertThat(slow.get().body()).isEqualTo("{\"waited\":true}");
            assertThat(slow.get().headers().firstValue("Connection")).hasValue("close");
            drained.get();
        }
    }

    @Test
    void a_stop_does_not_wait_for_ever() throws Exception {
        try (Door door = Door.plain()) {
            var slow = CompletableFuture.runAsync(() -> {
                try {
                    door.send("GET", "/api/test/v1/slow", Door.SECRET);
                } catch (Exception cut) {
                    // as it should be
                }
            });
            door.inside.await();
            long began = System.nanoTime();
            door.door.drain("the node is stopping", Duration.ofMillis(300));
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(250), Duration.ofSeconds(3));
            door.go.countDown();
            slow.get();
        }
    }

    @Test
    void a_wait_for_a_frozen_node_ends_when_another_has_taken_over() throws Exception {
        Map<Integer, ActiveNodes.ActiveNode> active = new ConcurrentHashMap<>();
        DomainGroups domains = new DomainGroups() {
            @Override
            public String masterDomain() {
                return "mware.local";
            }

            @Override
            public OptionalInt groupOf(String domain) {
                return OptionalInt.of(1);
            }
        };
        var patient = new HttpLimits(
                1_000, 4_096, Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20), 200);
        Forwarder forwarder = new Forwarder(
                        new Forwarder.Node("mware3", 1, () -> false),
                        domains,
                        group -> Optional.ofNullable(active.get(group)),
                        () -> Door.SECRET)
                .domainBound("/api/test/");
        try (ServerSocket frozen = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Door door = new Door(patient, () -> new Health(List.of()), Optional.of(forwarder), "mware3")) {
            active.put(1, node("mware1", 1, frozen.getLocalPort()));
            var asked = CompletableFuture.supplyAsync(() -> {
                try {
                    return door.send("POST", "/api/test/v1/echo", Door.SECRET, "{}", Map.of());
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            frozen.accept();
            active.put(1, node("mware1", 2, frozen.getLocalPort())); // a new term of the same node changes nothing
            long began = System.nanoTime();

            active.put(1, node("mware2", 3, 1));

            var answer = asked.get();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("0");
            var error = new ObjectMapper().readTree(answer.body());
            assertThat(error.path("error_message").asText())
                    .contains("mware2 has taken over", "mware1 may or may not have done what was asked");
            assertThat(error.path("error_details").path("taken_over_by").asText())
                    .isEqualTo("mware2");
        }
    }

    private static ActiveNodes.ActiveNode node(String name, long epoch, int port) {
        return new ActiveNodes.ActiveNode(name, "http://127.0.0.1:" + port, epoch, Instant.EPOCH, "test");
    }

    private static HttpResponse<byte[]> bytes(Door door, String method, String path, String encoding) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(door.uri(path))
                                .header("Authorization", "Bearer " + Door.SECRET)
                                .header("Accept-Encoding", encoding)
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
    }

    private static int status(HttpAddress address, String method, String path, String token) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(address.url() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
