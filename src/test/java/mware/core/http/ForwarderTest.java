package mware.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes of group 1: requests to the passive one are answered by the active one. */
class ForwarderTest {

    private final Map<Integer, ActiveNodes.ActiveNode> active = new ConcurrentHashMap<>();
    private Door one;
    private Door two;

    @BeforeEach
    void start() throws Exception {
        one = node("mware1");
        two = node("mware2");
        activate("mware2", two.door.address().url());
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    @Test
    void the_active_node_answers_with_the_callers_identity() throws Exception {
        var answer = one.send(
                "GET",
                "/api/test/v1/who?domain=demo.mware.local",
                "user-token",
                "",
                Map.of("X-Request-Id", "r1", "X-Mware-Forwarded-By", "liar"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode who = json(answer.body());
        assertThat(who.path("node").asText()).isEqualTo("mware2");
        assertThat(who.path("caller").asText()).isEqualTo("ann");
        assertThat(who.path("kind").asText()).isEqualTo("USER");
        assertThat(who.path("domain").asText()).isEqualTo("demo.mware.local");
        assertThat(answer.headers().firstValue("X-Request-Id")).hasValue("r1");
        assertThat(answer.headers().allValues("Content-Type")).hasSize(1);
        assertThat(json(one.send("GET", "/api/test/v1/who", Door.SECRET).body())
                        .path("node")
                        .asText())
                .as("the master domain, when none is named")
                .isEqualTo("mware2");
    }

    @Test
    void a_body_goes_along_and_errors_come_back_as_they_are() throws Exception {
        String large = "\"" + "a".repeat(900) + "\"";
        assertThat(one.send("POST", "/api/test/v1/echo", Door.SECRET, large, Map.of())
                        .body())
                .isEqualTo(large);
        assertThat(one.send("POST", "/api/test/v1/echo", Door.SECRET, "a".repeat(5_000), Map.of())
                        .statusCode())
                .isEqualTo(413);
        assertThat(one.send("GET", "/api/test/v1/things/4", Door.SECRET).statusCode())
                .isEqualTo(409);
        assertThat(one.send("DELETE", "/api/test/v1/who", Door.SECRET).headers().firstValue("Allow"))
                .hasValue("GET,HEAD,POST,OPTIONS");
        for (int i = 0; i < 50; i++) { // connections are used again
            assertThat(one.send("GET", "/api/test/v1/who", Door.SECRET).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void nobody_active_is_503_with_the_reason_and_when_to_try_again() throws Exception {
        active.clear();

        var answer = one.send("GET", "/api/test/v1/who", Door.SECRET);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(json(answer.body()).path("error_message").asText()).isEqualTo("no node of group 1 is active now");
    }

    @Test
    void nodes_that_take_each_other_for_the_active_one_do_not_play_ball() throws Exception {
        try (Door three = new Door(
                Door.LIMITS, () -> new Health(List.of()), Optional.of(forwarder("mware3", "mware1")), "mware3")) {
            activate("mware3", three.door.address().url()); // but mware3 thinks that it is somebody else

            var answer = one.send("GET", "/api/test/v1/who", Door.SECRET);

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("mware1 forwarded this to mware3");
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        }
    }

    @Test
    void a_dead_active_node_is_503_soon_and_a_silent_one_504_in_time() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            activate("mware2", "http://127.0.0.1:" + silent.getLocalPort());
            long began = System.nanoTime();
            var answer = one.send("GET", "/api/test/v1/who", Door.SECRET);
            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(answer.body()).contains("mware2 is the active node of this domain's group, but");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
        }
        var answer = one.send("GET", "/api/test/v1/who", Door.SECRET);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(one.send("GET", "/observe/health", null).statusCode()).isEqualTo(200);
    }

    @Test
    void an_active_node_that_dies_in_the_middle_does_not_give_half_an_answer_for_a_whole() throws Exception {
        try (ServerSocket dying = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            activate("mware2", "http://127.0.0.1:" + dying.getLocalPort());
            Thread server = new Thread(() -> {
                try (Socket socket = dying.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nhalf"
                                    .getBytes());
                } catch (java.io.IOException e) {
                    // the test ends it
                }
            });
            server.start();
            String answer = one.raw(
                    "GET /api/test/v1/who HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + Door.SECRET + "\r\n\r\n");
            server.join();

            assertThat(
                            answer.contains("Content-Length: 100") || answer.contains("content-length: 100")
                                    ? answer.endsWith("half") || answer.endsWith("<reset>")
                                    : answer.contains(" 504 "))
                    .as(answer)
                    .isTrue();
        }
    }

    @Test
    void a_domain_must_be_one_and_a_name() throws Exception {
        assertThat(one.send("GET", "/api/test/v1/who?domain=a.b&domain=c.d", Door.SECRET)
                        .statusCode())
                .isEqualTo(400);
        assertThat(one.send("GET", "/api/test/v1/who?domain=a%20b", Door.SECRET).statusCode())
                .isEqualTo(400);
        assertThat(one.send("GET", "/api/test/v1/who?domain=", Door.SECRET).statusCode())
                .isEqualTo(400);
        assertThat(one.send("GET", "/api/test/v1/who?domain=else.where", Door.SECRET)
                        .statusCode())
                .isEqualTo(404);
        assertThat(one.send("GET", "/api/test/v1/who?domain=demo.mware.local", null)
                        .statusCode())
                .isEqualTo(401);
    }

    private Door node(String name) throws Exception {
        return new Door(Door.LIMITS, () -> new Health(List.of()), Optional.of(forwarder(name, name)), name);
    }

    private Forwarder forwarder(String name, String believed) {
        DomainGroups domains = new DomainGroups() {
            @Override
            public String masterDomain() {
                return "mware.local";
            }

            @Override
            public OptionalInt groupOf(String domain) {
                return domain.endsWith("mware.local") ? OptionalInt.of(1) : OptionalInt.empty();
            }
        };
        ActiveNodes nodes = group -> Optional.ofNullable(active.get(group));
        return new Forwarder(
                        new Forwarder.Node(
                                name,
                                1,
                                () -> active.containsKey(1)
                                        && active.get(1).node().equals(believed)),
                        domains,
                        nodes,
                        () -> Door.SECRET)
                .domainBound("/api/test/");
    }

    private void activate(String node, String url) {
        active.put(1, new ActiveNodes.ActiveNode(node, url, 1, Instant.EPOCH, "test"));
    }

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }
}
