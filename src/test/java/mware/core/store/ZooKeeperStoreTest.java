package mware.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mware.core.cluster.ClusterSecret;
import mware.core.cluster.Ensemble;
import mware.core.cluster.ZooKeeperConnection;
import mware.core.monitor.Deviations;
import mware.core.store.ConflictException.Kind;
import mware.core.store.Store.Changed;
import mware.core.store.Store.Trace;
import mware.core.store.Store.Write;
import mware.testing.TcpLink;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store of ZooKeeper, on a real server. */
class ZooKeeperStoreTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIGURATIONS = "master/configurations";
    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");
    private static final Trace TRACE = new Trace("admin@mware.local", "", "", "create", List.of());

    @TempDir
    Path data;

    private TestingServer zooKeeper;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void startZooKeeper() throws Exception {
        zooKeeper = Ensemble.server();
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        zooKeeper.close();
    }

    private ZooKeeperStore store(String hosts) {
        return store(hosts, LIMIT);
    }

    private ZooKeeperStore store(String hosts, Duration limit) {
        try {
            var secret = ClusterSecret.load(data.resolve("node" + open.size()), Optional.of("a secret of this test"));
            var connection = new ZooKeeperConnection(
                    hosts, Duration.ofSeconds(1), secret, true, new Deviations(Clock.systemUTC()));
            open.add(connection);
            var store = new ZooKeeperStore(connection, limit, Optional::empty);
            open.add(store);
            connection.start();
            store.load(CONFIGURATIONS);
            return store;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private ZooKeeperStore store() {
        return store(zooKeeper.getConnectString());
    }

    private static Entity entity(String id, long version, String state) {
        return entity(id, version, state, JSON.createObjectNode().put("of", id));
    }

    private static Entity entity(String id, long version, String state, JsonNode content) {
        ObjectNode body = JSON.createObjectNode().put("state", state);
        body.set("content", content);
        return new Entity(id, "mware.local", null, body, NOW, NOW.plusMillis(version), version, false);
    }

    private static Entity ended(Entity last) {
        return new Entity(last.id(), last.domain(), null, last.body(), NOW, NOW, last.version() + 1, true);
    }

    private static Write write(Entity entity) {
        return new Write(CONFIGURATIONS, entity, TRACE);
    }

    private static Map<String, String> states(ZooKeeperStore store) {
        var states = new ConcurrentHashMap<String, String>();
        store.load(CONFIGURATIONS)
                .forEach(entity ->
                        states.put(entity.id(), entity.body().path("state").asText() + " " + entity.version()));
        return states;
    }

    /** What a listener knows, as the cache of a collection would. */
    private static Map<String, Entity> follow(Store store) {
        var cache = new ConcurrentHashMap<String, Entity>();
        store.follow(changes -> {
            for (Changed change : changes) {
                cache.merge(
                        change.entity().id(), change.entity(), (was, is) -> is.version() >= was.version() ? is : was);
            }
        });
        return cache;
    }

    @Test
    void what_one_node_writes_every_node_hears_and_has() {
        var first = store();
        var second = store();
        var heard = follow(second);

        first.write(List.of(write(entity("a", 1, "initial"))));

        assertThat(states(first)).containsEntry("a", "initial 1");
        await().atMost(Duration.ofSeconds(1)).until(() -> heard.containsKey("a"));
        Entity there = heard.get("a");
        assertThat(there.created()).isEqualTo(NOW);
        assertThat(there.modified()).isEqualTo(NOW.plusMillis(1));
        assertThat(Packed.field(there.body(), "content"))
                .isEqualTo(JSON.createObjectNode().put("of", "a"));

        first.write(List.of(write(ended(there))));

        await().atMost(Duration.ofSeconds(1)).until(() -> heard.get("a").deleted());
        assertThat(states(second)).isEmpty();
        assertThat(states(store())).isEmpty();
    }

    @Test
    void who_writes_on_top_of_what_it_has_not_seen_is_refused_and_nothing_is_written() {
        var first = store();
        var second = store();
        first.write(List.of(write(entity("a", 1, "active")), write(entity("b", 1, "validated"))));
        second.write(List.of(write(entity("a", 2, "archived")), write(entity("b", 2, "active"))));

        assertThatThrownBy(
                        () -> first.write(List.of(write(entity("c", 1, "active")), write(entity("a", 2, "archived")))))
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.kind()).isEqualTo(Kind.VERSION))
                .hasMessage("a has changed meanwhile");
        assertThatThrownBy(() -> second.write(List.of(write(entity("a", 1, "initial")))))
                .hasMessage("a exists already");
        assertThatThrownBy(() -> second.write(List.of(write(entity("d", 2, "initial")))))
                .hasMessage("d is gone");
        assertThat(states(first)).containsOnly(Map.entry("a", "archived 2"), Map.entry("b", "active 2"));
    }

    @Test
    void what_must_be_unique_in_a_domain_is_refused_a_second_time() {
        var store = store();
        var one = new Entity("a", "mware.local", "night", JSON.createObjectNode(), NOW, NOW, 1, false);
        var twin = new Entity("b", "mware.local", "night", JSON.createObjectNode(), NOW, NOW, 1, false);
        var elsewhere = new Entity("b", "other.local", "night", JSON.createObjectNode(), NOW, NOW, 1, false);
        store.write(List.of(write(one)));

        assertThatThrownBy(() -> store.write(List.of(write(twin))))
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TAKEN));
        store.write(List.of(write(elsewhere)));
        assertThat(store.load(CONFIGURATIONS)).hasSize(2);
    }

    @Test
    void of_many_nodes_that_make_another_one_active_at_once_exactly_one_wins_each_time() throws Exception {
        var stores = List.of(store(), store(), store());
        stores.get(0).write(List.of(write(entity("token", 1, "0"))));
        await().until(() ->
                stores.stream().noneMatch(store -> store.known(CONFIGURATIONS).isEmpty()));
        var won = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (ZooKeeperStore store : stores) {
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 15; i++) {
                        Entity seen = store.known(CONFIGURATIONS).get(0);
                        try {
                            store.write(List.of(write(entity(
                                    "token",
                                    seen.version() + 1,
                                    String.valueOf(1 + seen.body().path("state").asInt())))));
                            won.incrementAndGet();
                        } catch (ConflictException e) {
                            // somebody else did
                        }
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(won.get()).isPositive();
        await().untilAsserted(() ->
                assertThat(states(stores.get(1))).containsEntry("token", won.get() + " " + (won.get() + 1)));
    }

    @Test
    void what_is_larger_than_a_request_may_be_is_kept_in_parts_that_go_when_nobody_needs_them() {
        var store = store();
        var random = new byte[1_500_000];
        new Random(1).nextBytes(random);
        ObjectNode content = JSON.createObjectNode()
                .put("noise", java.util.Base64.getEncoder().encodeToString(random));

        store.write(List.of(write(entity("big", 1, "initial", content))));
        store.write(List.of(write(entity("big", 2, "validated", content)), write(entity("small", 1, "initial"))));

        var other = store();
        Entity read = other.load(CONFIGURATIONS).stream()
                .filter(entity -> entity.id().equals("big"))
                .findFirst()
                .orElseThrow();
        assertThat(Packed.field(read.body(), "content")).isEqualTo(content);
        await().until(() -> children(other, "parts") == 4);

        other.write(List.of(write(ended(read))));

        await().until(() -> children(other, "parts") == 1);
    }

    private int children(ZooKeeperStore store, String below) throws Exception {
        ZooKeeperConnection connection = (ZooKeeperConnection) open.get(open.indexOf(store) - 1);
        return connection
                .session()
                .children(StoreTree.BASE + "/" + below)
                .get(5, TimeUnit.SECONDS)
                .size();
    }

    @Test
    void a_store_that_was_cut_off_past_its_session_catches_up_and_writes_again() throws Exception {
        var link = new TcpLink(zooKeeper.getPort());
        open.add(link);
        var cut = store(link.address());
        var heard = follow(cut);
        var other = store();
        other.write(List.of(write(entity("a", 1, "initial")), write(entity("gone", 1, "initial"))));
        await().until(() -> heard.size() == 2);

        link.silence();
        await().until(() -> cut.outage().isPresent());
        other.write(List.of(write(entity("a", 2, "validated"))));
        other.write(List.of(write(ended(heard.get("gone")))));
        assertThatThrownBy(() -> cut.load(CONFIGURATIONS)).isInstanceOf(StoreException.class);
        assertThat(cut.known(CONFIGURATIONS)).hasSize(2);
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true); // its session is over
        link.mend();

        await().atMost(Duration.ofSeconds(15))
                .until(() -> heard.get("a").version() == 2 && heard.get("gone").deleted());
        cut.write(List.of(write(entity("a", 3, "active"))));
        assertThat(states(other)).containsEntry("a", "active 3");
    }

    @Test
    void while_ZooKeeper_is_away_a_write_says_so_and_afterwards_all_is_there() throws Exception {
        var store = store(zooKeeper.getConnectString(), Duration.ofSeconds(1));
        store.write(List.of(write(entity("a", 1, "initial"))));

        zooKeeper.stop();
        await().until(() -> store.outage().isPresent());

        assertThatThrownBy(() -> store.write(List.of(write(entity("b", 1, "initial")))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("ZooKeeper at")
                .hasMessageContaining("is not connected");
        assertThat(store.known(CONFIGURATIONS)).extracting(Entity::id).containsExactly("a");

        zooKeeper.restart();
        await().atMost(Duration.ofSeconds(15)).until(() -> store.outage().isEmpty());
        store.write(List.of(write(entity("b", 1, "initial"))));
        assertThat(states(store)).containsOnlyKeys("a", "b");
    }

    @Test
    void a_write_under_which_the_connection_is_cut_is_done_once_or_told_as_uncertain() throws Exception {
        var link = new TcpLink(zooKeeper.getPort());
        open.add(link);
        var store = store(link.address());
        var watching = store();
        var written = new ArrayList<String>();
        var thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> writer = thread.submit(() -> {
                for (int i = 0; i < 60; i++) {
                    try {
                        store.write(List.of(write(entity("e" + i, 1, "initial"))));
                        written.add("e" + i);
                    } catch (StoreException e) {
                        // may or may not be there
                    }
                }
            });
            for (int i = 0; i < 4 && !writer.isDone(); i++) {
                await().pollDelay(Duration.ofMillis(150)).until(() -> true);
                link.blip();
            }
            writer.get(60, TimeUnit.SECONDS);
        } finally {
            thread.shutdownNow();
        }
        assertThat(written).hasSizeGreaterThan(40);
        assertThat(states(watching).keySet()).containsAll(written);
    }

    @Test
    void an_entity_never_shows_its_body() {
        assertThat(entity("a", 1, "initial").toString()).isEqualTo("a of mware.local, version 1");
        assertThat(Packed.of(JSON.createObjectNode().put("pwd", "geheim")).toString())
                .startsWith("packed, ")
                .doesNotContain("geheim");
    }
}
