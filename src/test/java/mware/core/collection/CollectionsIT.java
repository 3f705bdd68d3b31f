package mware.core.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
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
    void a_database_that_is_stopped_for_60_seconds_stops_no_read_and_needs_no_help_afterwards() throws Exception {
        outage(postgres::stop, postgres::resume, Duration.ofSeconds(60), "x_away");
    }

    @Test
    @Order(3)
    void a_database_that_accepts_and_does_not_answer_stops_no_read_either() throws Exception {
        outage(postgres::freeze, postgres::thaw, Duration.ofSeconds(20), "x_frozen");
    }

    /** Reads and writes on both nodes all the time while the database is away, and looks at what is there afterwards. */
    private void outage(Runnable begin, Runnable end, Duration time, String prefix) throws Exception {
        String session = session(one);
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        List<String> kept = Collections.synchronizedList(new ArrayList<>());
        var reads = new AtomicInteger();
        var refused = new AtomicInteger();
        var slowest = new AtomicLong();
        var over = new AtomicBoolean();
        ExecutorService clients = Executors.newFixedThreadPool(4);
        for (MwareNode node : List.of(one, two)) {
            clients.submit(() -> {
                while (!over.get()) {
                    for (String path : List.of("/x_edit0", "?limit=5", "?filter=%7B%22key%22:%22x_edit1%22%7D")) {
                        long asked = System.nanoTime();
                        int status = readAs(session, node, SETTINGS + path);
                        slowest.accumulateAndGet((System.nanoTime() - asked) / 1_000_000, Math::max);
                        reads.incrementAndGet();
                        if (status != 200) {
                            wrong.add("GET " + path + ": " + status);
                        }
                    }
                }
                return null;
            });
            clients.submit(() -> {
                for (int i = 0; !over.get(); i++) {
                    String key = prefix + node.name() + i;
                    HttpResponse<String> made = make(node, key);
                    if (made.statusCode() == 200) {
                        kept.add(key);
                    } else if (made.statusCode() == 503
                            && made.body().contains("nothing was written")
                            && made.body().contains("PostgreSQL at 127.0.0.1")
                            && made.headers().firstValue("Retry-After").isPresent()) {
                        refused.incrementAndGet();
                    } else if (made.statusCode() != 504) { // it is not known whether it was written, and that is said
                        wrong.add("POST " + key + ": " + made.statusCode() + " " + made.body());
                    }
                    LockSupport.parkNanos(100_000_000);
                }
                return null;
            });
        }
        await().atMost(SOON).until(() -> kept.size() > 10);

        begin.run();
        try {
            await().atMost(SOON).until(() -> state(one).at("/data/database").size() == 2);
            int before = reads.get();
            await().during(time)
                    .atMost(time.plus(SOON))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> wrong.isEmpty() && one.isAlive() && two.isAlive());
            assertThat(session(two)).as("a log-in while the database is away").isNotEmpty();
            assertThat(reads.get() - before).isGreaterThan(500);
            assertThat(refused.get()).isGreaterThan(10);
            assertThat(state(two).at("/data/service").toString()).doesNotContain("syslog-trap");
        } finally {
            end.run();
        }

        int during = kept.size();
        await().atMost(SOON).until(() -> kept.size() > during + 10);
        over.set(true);
        clients.shutdown();
        assertThat(clients.awaitTermination(40, TimeUnit.SECONDS)).isTrue();
        System.out.println("database away for " + time + ": " + reads + " reads, the slowest " + slowest + " ms, "
                + refused + " writes refused, " + kept.size() + " written, wrong " + wrong);
        assertThat(wrong).isEmpty();
        for (MwareNode node : List.of(one, two)) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(keys(node, prefix)).containsAll(kept));
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(keys(one, prefix)).isEqualTo(keys(two, prefix)));
        await().atMost(SOON).until(() -> state(one).at("/data/database").isMissingNode());
        one.awaitHealthy();
        two.awaitHealthy();
    }

    private static Set<String> keys(MwareNode node, String prefix) throws Exception {
        String filter = URLEncoder.encode("{\"key\":{\"$like\":\"" + prefix + "%\"}}", StandardCharsets.UTF_8);
        return new TreeSet<>(JSON.readTree(send(node, "GET", SETTINGS + "?limit=1000&mask=key&filter=" + filter, "")
                        .body())
                .findValuesAsText("key"));
    }

    private static int readAs(String session, MwareNode node, String path) throws Exception {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create("http://" + node.httpAddress() + path))
                                .timeout(Duration.ofSeconds(10))
                                .header("Authorization", "Bearer " + session)
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }

    private static String session(MwareNode node) throws Exception {
        Path file = Stream.of(one, two)
                .map(of -> of.data().resolve("admin.properties"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        var admin = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            admin.load(reader);
        }
        String body = JSON.writeValueAsString(Map.of(
                "domain", admin.getProperty("domain"),
                "login", admin.getProperty("login"),
                "pwd", admin.getProperty("password"),
                "session_type", "token"));
        HttpResponse<String> answer = send(node, "POST", "/rest/v1/iam/sessions", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body()).path("session_token").asText();
    }

    @Test
    @Order(4)
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
    @Order(5)
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
    @Order(6)
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
