package mware.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import mware.core.tls.PemFiles;
import mware.testing.Certificates;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import mware.testing.Peers;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes of the packaged product that speak TLS, and whose certificate is renewed. */
@Tag("long")
class SecureNodesIT {

    private static final String SECRET = "a-secret-for-one-test";
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

    @TempDir
    private Path folder;

    private Certificates certificates;
    private PemFiles authority;
    private PemFiles shown;
    private TestingServer zooKeeper;
    private MwareNode one;
    private MwareNode two;

    @BeforeEach
    void start() throws Exception {
        Peers.need("curl", "curl");
        certificates = new Certificates(folder);
        authority = certificates.authority("authority");
        shown = certificates.signed("site", "DNS:site.example", authority);
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
    void nodes_and_commands_speak_tls_and_follow_a_renewal() throws Exception {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(ask(two, "/api/monitor/v1/system/nodes")
                            .at("/data/nodes")
                            .findValuesAsText("state"))
                    .containsExactly("active", "passive");
            assertThat(ask(two, "/api/monitor/v1/system/state").path("data").has("inactive_nodes"))
                    .isFalse();
        });
        assertThat(ask(two, "/api/syslogtrap/v1/status").path("node").asText())
                .as("passed on to the active node")
                .isEqualTo("mware1");
        Command.Result status = Command.attempt(
                "",
                List.of(
                        "env",
                        "-u",
                        "MWARE_CLUSTER_SECRET",
                        "MWARE_CLUSTER_SECRET=" + SECRET,
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        Path.of(System.getProperty("mware.dist", "target/mware"))
                                        .toAbsolutePath() + "/lib/*",
                        "mware.Mware",
                        "status",
                        "--data",
                        two.data().toString()));
        assertThat(status.output()).contains("mware1", "active", "mware2", "passive");

        assertThat(ask(one, "/api/monitor/v1/system/state")
                        .at("/data/certificate/0/status")
                        .asText())
                .as("it ends in two days")
                .isEqualTo("error");
        Files.writeString(shown.certificate(), "half a certificate");
        await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> assertThat(ask(one, "/api/monitor/v1/system/state")
                        .at("/data/certificate")
                        .findValuesAsText("reason"))
                .hasSize(2)
                .allMatch(reason -> reason.contains("holds no certificate")));
        assertThat(subject(one)).contains("CN = site");

        PemFiles next = certificates.signed("next", "DNS:site.example", authority);
        Files.copy(next.key(), shown.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(next.certificate(), shown.certificate(), StandardCopyOption.REPLACE_EXISTING);
        await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
            assertThat(subject(one)).contains("CN = next");
            assertThat(subject(two)).contains("CN = next");
        });
        assertThat(ask(two, "/api/monitor/v1/system/state").path("data").has("inactive_nodes"))
                .isFalse();
        assertThat(ask(two, "/api/syslogtrap/v1/status").path("node").asText()).isEqualTo("mware1");
        assertThat(two.isHealthy()).isTrue();
    }

    private static String subject(MwareNode node) {
        return Command.attempt("", List.of("openssl", "s_client", "-connect", node.httpAddress()))
                .output();
    }

    private JsonNode ask(MwareNode node, String path) throws Exception {
        return new ObjectMapper()
                .readTree(Command.run(
                        "curl",
                        "-s",
                        "-k",
                        "-m",
                        "10",
                        "-H",
                        "Authorization: Bearer " + SECRET,
                        "https://" + node.httpAddress() + path));
    }

    private MwareNode node(String name) throws Exception {
        Path home = Files.createDirectories(folder.resolve(name));
        Path config = Files.writeString(home.resolve("site.json"), SITE);
        return MwareNode.in(home)
                .http()
                .tls(shown)
                .node(name)
                .zooKeeper(zooKeeper.getConnectString())
                .config(config)
                .set("http.trusted", authority.certificate())
                .set("cluster.secret", SECRET)
                .set("syslog-trap.port", FreePorts.next())
                .set("udp-echo.port", FreePorts.next());
    }
}
