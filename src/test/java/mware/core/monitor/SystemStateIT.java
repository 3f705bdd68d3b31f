package mware.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes of the packaged product, one of them in trouble. */
@Tag("long")
class SystemStateIT {

    private static final String SITE =
            """
            {"sites": [{"name": "main", "master": true}],
             "servers": [{"name": "srv1", "site": "main", "ifaces": {"lo": "127.0.0.1"}}],
             "domains": [{"name": "mware.local", "sites": ["main"]}],
             "roles": [
               {"name": "mware1", "roletype": "mware", "iface": "lo", "group": 1, "order": 10},
               {"name": "mware2", "roletype": "mware", "iface": "lo", "group": 1, "order": 20}],
             "structure": [{"site": "main", "servers": [{"server": "srv1", "roles": ["mware1", "mware2"]}]}]}
            """;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path folder;

    private TestingServer zooKeeper;
    private MwareNode one;
    private MwareNode two;

    @BeforeEach
    void start() throws Exception {
        zooKeeper = new TestingServer();
        one = node("mware1").start();
        one.awaitHealthy();
        two = node("mware2").start();
        two.awaitHealthy();
    }

    @AfterEach
    void stop() throws Exception {
        one.close();
        two.close();
        zooKeeper.close();
    }

    @Test
    void each_node_knows_the_other_and_tells_when_it_hangs_or_is_gone() throws Exception {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            for (MwareNode node : new MwareNode[] {one, two}) {
                JsonNode system = ask(node, "nodes");
                assertThat(system.path("groups").path(0).path("active").asText())
                        .isEqualTo("mware1");
                assertThat(system.path("nodes").findValuesAsText("state")).containsExactly("active", "passive");
                assertThat(ask(node, "state").has("inactive_nodes")).isFalse();
            }
        });

        Command.Result status = status(two);
        assertThat(status.output()).contains("mware1", "active", "mware2", "passive");

        two.freeze();
        long began = System.nanoTime();
        JsonNode silent = ask(one, "state").path("inactive_nodes").path(0);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        assertThat(silent.path("nodes").path(0).asText()).isEqualTo("mware2@127.0.0.1");
        assertThat(silent.path("reason").asText()).contains("mware2: it did not answer within 3.0 s");
        two.thaw();
        await().atMost(Duration.ofSeconds(30)).until(() -> !ask(one, "state").has("inactive_nodes"));

        two.kill();
        await().atMost(Duration.ofSeconds(20)).until(() -> ask(one, "state")
                .at("/inactive_nodes/0/reason")
                .asText()
                .equals("mware2: it has not joined its group: not started, or cut off"));
        Command.Result bad = status(one);
        assertThat(bad.exitCode()).isEqualTo(1);
        assertThat(bad.output()).contains("inactive_nodes", "absent");
        assertThat(status(two).output()).contains("no node answers at http://" + two.httpAddress());
        assertThat(Files.list(one.data().resolve("log/mware1/node")).count()).isPositive();
    }

    private MwareNode node(String name) throws Exception {
        Path config =
                Files.writeString(Files.createDirectories(folder.resolve(name)).resolve("site.json"), SITE);
        return MwareNode.in(folder.resolve(name))
                .node(name)
                .config(config)
                .http()
                .zooKeeper(zooKeeper.getConnectString())
                .set("syslog-trap.port", FreePorts.next())
                .set("udp-echo.port", FreePorts.next());
    }

    private Command.Result status(MwareNode node) {
        String java = System.getProperty("java.home") + "/bin/java";
        Path dist = Path.of(System.getProperty("mware.dist", "target/mware")).toAbsolutePath();
        return Command.attempt(
                "",
                List.of(
                        java,
                        "-cp",
                        dist + "/lib/*",
                        "mware.Mware",
                        "status",
                        "--data",
                        node.data().toString()));
    }

    private JsonNode ask(MwareNode node, String what) throws Exception {
        String secret = Files.readAllLines(node.data().resolve("cluster.secret")).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .findFirst()
                .orElseThrow();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + node.httpAddress() + "/api/monitor/v1/system/" + what))
                .header("Authorization", "Bearer " + secret)
                .timeout(Duration.ofSeconds(10))
                .build();
        HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body()).path("data");
    }
}
