package mware.core.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import mware.testing.PostgresServer;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Two packaged nodes on one PostgreSQL: what one wrote the other has, whatever dies meanwhile. */
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CollectionsIT {

    private static final String SECRET = "the-secret-of-this-test";
    private static final String SETTINGS = "/rest/v1/domain/settings";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static PostgresServer postgres;
    private static TestingServer zooKeeper;
    private static MwareNode one;
    private static MwareNode two;

    @BeforeAll
    static void start() throws Exception {
        postgres = PostgresServer.start();
        zooKeeper = new TestingServer();
        Path site = Files.writeString(
                folder.resolve("site.json"),
                """
                {"sites": [{"name": "main", "master": true}],
                 "servers": [{"name": "srv1", "site": "main", "ifaces": {"lo": "127.0.0.1"}}],
                 "domains": [{"name": "mware.local", "sites": ["main"]}],
                 "roles": [{"name": "mware1", "roletype": "mware", "iface": "lo", "group": 1, "order": 10},
                   {"name": "mware2", "roletype": "mware", "iface": "lo", "group": 1, "order": 20}],
                 "structure": [{"site": "main", "servers": [{"server": "srv1", "roles": ["mware1", "mware2"]}]}]}""");
        one = node("mware1", site).start();
        two = node("mware2", site).start();
        one.awaitHealthy();
        two.awaitHealthy();
    }

    private static MwareNode node(String name, Path site) {
        return MwareNode.in(folder.resolve(name))
                .node(name)
                .config(site)
                .http()
                .jvm("-Xmx256m")
                .zooKeeper(zooKeeper.getConnectString())
                .set("cluster.secret", SECRET)
                .set("database.url", postgres.url())
                .set("database.user", postgres.user())
                .set("syslog-trap.port", FreePorts.next())
                .set("udp-echo.port", FreePorts.next());
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable part : new AutoCloseable[] {one, two, zooKeeper, postgres}) {
            if (part != null) {
                part.close();
            }
        }
    }

    private static HttpResponse<String> send(MwareNode node, String method, String path, String body)
            throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://" + node.httpAddress() + path))
                        .timeout(Duration.ofSeconds(20))
                        .header("Authorization", "Bearer " + SECRET)
                        .header("Content-Type", "application/json")
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpResponse<String> make(MwareNode node, String key) throws IOException, InterruptedException {
        return send(node, "POST", SETTINGS, "{\"key\": \"" + key + "\", \"value\": 1}");
    }

    private static JsonNode state(MwareNode node) throws Exception {
        return JSON.readTree(
                send(node, "GET", "/api/monitor/v1/system/state", "").body());
    }

    @Test
    @Order(1)
    void an_edit_on_one_node_is_served_by_the_other_within_a_second() throws Exception {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            assertThat(make(one, "x_edit" + i).statusCode()).isEqualTo(200);
            long written = System.nanoTime();
            String path = SETTINGS + "/x_edit" + i;
            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> send(two, "GET", path, "").statusCode() == 200);
            millis.add((System.nanoTime() - written) / 1_000_000);
        }
        Collections.sort(millis);
        System.out.println("an edit is seen by the other node after, in ms: " + millis);
        assertThat(millis.get(2)).isLessThan(1_000);

        HttpResponse<String> read = send(two, "GET", SETTINGS + "/x_edit0", "");
        String tag = read.headers().firstValue("ETag").orElseThrow();
        assertThat(send(two, "PATCH", SETTINGS + "/x_edit0", "{\"value\": 2}").statusCode())
                .isEqualTo(200);
        assertThat(HTTP.send(
                                HttpRequest.newBuilder(
                                                URI.create("http://" + one.httpAddress() + SETTINGS + "/x_edit0"))
                                        .header("Authorization", "Bearer " + SECRET)
                                        .header("If-Match", tag)
                                        .DELETE()
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isIn(412, 409);
    }

    @Test
    @Order(2)
    void a_database_that_is_away_stops_no_read_and_needs_no_help_afterwards() throws Exception {
        postgres.stop();

        await().atMost(SOON).until(() -> make(two, "x_away").statusCode() == 503);
        HttpResponse<String> refused = make(two, "x_away");
        assertThat(refused.body()).contains("nothing was written").contains("PostgreSQL at 127.0.0.1");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(send(one, "GET", SETTINGS + "/x_edit0", "").statusCode()).isEqualTo(200);
        assertThat(send(two, "GET", SETTINGS, "").statusCode()).isEqualTo(200);
        await().atMost(SOON).until(() -> state(one).at("/data/database").size() == 2);

        postgres.resume();

        await().atMost(SOON).until(() -> make(two, "x_away").statusCode() == 200);
        await().atMost(SOON)
                .until(() -> send(one, "GET", SETTINGS + "/x_away", "").statusCode() == 200);
        await().atMost(SOON).until(() -> state(one).at("/data/database").isMissingNode());
    }

    @Test
    @Order(3)
    void what_was_answered_is_there_though_the_node_was_killed_in_mid_write() throws Exception {
        List<String> answered = Collections.synchronizedList(new ArrayList<>());
        var next = new AtomicInteger();
        ExecutorService writers = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 4; i++) {
            writers.submit(() -> {
                while (true) {
                    String key = "x_kill" + next.incrementAndGet();
                    if (make(one, key).statusCode() == 200) {
                        answered.add(key);
                    }
                }
            });
        }
        await().atMost(SOON).until(() -> answered.size() > 100);

        one.kill();

        writers.shutdownNow();
        writers.awaitTermination(20, TimeUnit.SECONDS);
        List<String> kept = List.copyOf(answered);
        assertThat(kept).hasSizeGreaterThan(100);
        await().atMost(SOON).untilAsserted(() -> assertThat(JSON.readTree(
                                send(two, "GET", SETTINGS + "?limit=1000", "").body())
                        .findValuesAsText("key"))
                .containsAll(kept));
    }

    @Test
    @Order(4)
    void tables_move_on_under_a_running_node_of_the_former_version() throws Exception {
        try (Connection connection = postgres.connect();
                var statement = connection.createStatement()) {
            statement.execute("alter table entity add column later text");
            statement.execute(
                    "insert into mware_schema select max(installed_rank) + 1, '99', 'later', 'SQL', 'V99__later.sql', 1,"
                            + " 'test', now(), 1, true from mware_schema");
        }

        assertThat(make(two, "x_later").statusCode()).isEqualTo(200);
        one.start().awaitHealthy();
        assertThat(send(one, "GET", SETTINGS + "/x_later", "").statusCode()).isEqualTo(200);
        assertThat(make(one, "x_later2").statusCode()).isEqualTo(200);
    }

    @Test
    @Order(5)
    void a_node_starts_while_the_database_is_away() throws Exception {
        two.kill();
        postgres.stop();

        two.start().awaitHealthy();

        assertThat(make(two, "x_early").statusCode()).isEqualTo(503);
        postgres.resume();
        await().atMost(SOON)
                .until(() -> send(two, "GET", SETTINGS + "/x_later2", "").statusCode() == 200);
    }
}
