package mware.service.pgcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service in a whole node, with a pair whose servers are not there. */
class PgControllerIT {

    private static final String PAIR = "/api/pg/v1/groups/general";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private static String site(int[] ports) {
        return """
                {"sites": [{"name": "main", "master": true}],
                 "servers": [{"name": "srv1", "site": "main", "ifaces": {"lo": "127.0.0.1"}}],
                 "domains": [{"name": "mware.local", "sites": ["main"]}],
                 "roles": [{"name": "mware1", "roletype": "mware", "iface": "lo", "group": 1, "order": 10,
                   "pg_controller": [{"key": "general", "servers": [
                     {"pg_host": "127.0.0.1", "pg_port": %d, "ssh_port": %d, "ssh_user": "postgres", "ssh_pwd": "hush-ssh",
                      "pg_replica_user": "r", "pg_replica_pwd": "hush-pg", "pg_data_folder": "/nowhere"},
                     {"pg_host": "127.0.0.1", "pg_port": %d, "ssh_port": %d, "ssh_user": "postgres", "ssh_pwd": "hush-ssh",
                      "pg_replica_user": "r", "pg_replica_pwd": "hush-pg", "pg_data_folder": "/nowhere"}]},
                     {"key": "wrong", "servers": []}]}],
                 "structure": [{"site": "main", "servers": [{"server": "srv1", "roles": ["mware1"]}]}]}
                """
                .formatted(ports[0], ports[1], ports[2], ports[3]);
    }

    @Test
    void a_pair_that_is_not_there_is_looked_at_and_told_of() throws Exception {
        int[] ports = {FreePorts.next(), FreePorts.next(), FreePorts.next(), FreePorts.next()};
        Path site = Files.writeString(folder.resolve("site.json"), site(ports));
        try (MwareNode node = MwareNode.in(folder.resolve("data"))
                .http()
                .config(site)
                .set("cluster.secret", "a-secret-of-the-pg-controller-test")
                .set("zookeeper.port", FreePorts.next())
                .set("syslog-trap.port", FreePorts.next())
                .set("udp-echo.port", FreePorts.next())) {
            node.start().awaitHealthy();
            String secret = "a-secret-of-the-pg-controller-test";

            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                            ask(node, "GET", PAIR, secret, "").path("state").asText())
                    .isEqualTo("no master"));
            JsonNode list = ask(node, "GET", "/api/pg/v1/groups", secret, "");
            assertThat(list.path("groups")).hasSize(1);
            assertThat(list.path("problems").toString()).contains("pg_controller[1].servers");
            assertThat(list.toString()).doesNotContain("hush");

            assertThat(code(node, "GET", PAIR, "")).isEqualTo(401);
            String health = PAIR + "/127.0.0.1:" + ports[0];
            assertThat(code(node, "GET", health + "/primary", "")).isEqualTo(503);
            assertThat(code(node, "HEAD", health + "/replica?lag=10MB", "")).isEqualTo(503);
            assertThat(code(node, "OPTIONS", health + "/read-only", "")).isEqualTo(204);
            assertThat(code(node, "POST", health + "/health", "")).isEqualTo(401);
            assertThat(code(node, "GET", PAIR + "/elsewhere/health", "")).isEqualTo(404);

            assertThat(ask(node, "POST", PAIR + "/pause", secret, "{\"reason\": \"a test\"}")
                            .path("paused")
                            .path("reason")
                            .asText())
                    .isEqualTo("a test");
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                            ask(node, "GET", PAIR, secret, "").path("rule").asText())
                    .isEqualTo("PAUSED"));
            assertThat(ask(node, "POST", PAIR + "/resume", secret, "")
                            .path("paused")
                            .isNull())
                    .isTrue();
            assertThat(ask(node, "POST", PAIR + "/failover", secret, "{\"to\": \"x\"}")
                            .path("error_message")
                            .asText())
                    .startsWith("force: must be true");
            String second = "127.0.0.1:" + ports[2];
            for (String[] asked : new String[][] {
                {"/failover", "{\"to\": \"" + second + "\", \"force\": true, \"reason\": \"a test\"}"},
                {"/reinit", "{\"server\": \"" + second + "\", \"reason\": \"a test\"}"}
            }) {
                ask(node, "POST", PAIR + "/pause", secret, ""); // so that it waits
                JsonNode waits = ask(node, "POST", PAIR + asked[0], secret, asked[1]);
                assertThat(waits.path("request").path("server").asText())
                        .as(waits.toString())
                        .isEqualTo(second);
                assertThat(code(node, "POST", PAIR + asked[0], asked[1], secret))
                        .as("a second request while one waits")
                        .isEqualTo(409);
                assertThat(ask(node, "POST", PAIR + "/cancel", secret, "")
                                .path("request")
                                .isNull())
                        .isTrue();
            }
            ask(node, "POST", PAIR + "/resume", secret, "");
            assertThat(ask(node, "GET", PAIR + "/check", secret, "")
                            .path("findings")
                            .toString())
                    .contains("nobody listens at 127.0.0.1:" + ports[0], "fix");
            assertThat(ask(node, "POST", PAIR + "/switchover", secret, "")
                            .path("error_message")
                            .asText())
                    .startsWith("no switchover: there is not exactly one master");
            for (String path : List.of("/history", "/check", "")) {
                assertThat(code(node, "GET", PAIR + path, "")).isEqualTo(401);
            }
            for (String path : List.of("/switchover", "/failover", "/reinit", "/pause", "/resume", "/cancel")) {
                assertThat(code(node, "POST", PAIR + path, "")).as(path).isEqualTo(401);
            }
            assertThat(ask(node, "GET", PAIR + "/history", secret, "").toString())
                    .contains("pause", "resume", "failover " + second, "reinit " + second, "cancel");
            assertThat(ask(node, "GET", "/api/monitor/v1/system/state", secret, "")
                            .path("data")
                            .path("pg")
                            .toString())
                    .contains("no master", "left out");
        }
    }

    private static HttpResponse<String> send(MwareNode node, String method, String path, String secret, String body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + node.httpAddress() + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!secret.isEmpty()) {
            request.header("Authorization", "Bearer " + secret);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int code(MwareNode node, String method, String path, String secret) throws Exception {
        return code(node, method, path, "", secret);
    }

    private static int code(MwareNode node, String method, String path, String body, String secret) throws Exception {
        return send(node, method, path, secret, body).statusCode();
    }

    private static JsonNode ask(MwareNode node, String method, String path, String secret, String body)
            throws Exception {
        return new ObjectMapper()
                .readTree(send(node, method, path, secret, body).body());
    }
}
