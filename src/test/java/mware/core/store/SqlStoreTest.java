package mware.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import mware.core.config.Secret;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.store.Store.Trace;
import mware.core.store.Store.Write;
import mware.testing.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a store promises, on both databases; and what only PostgreSQL can show. */
class SqlStoreTest {

    private static final String THINGS = "test/things";
    private static final Trace TRACE = new Trace("admin@mware.local", "10.0.0.9", "r1", "create", List.of("name"));
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00.123Z");

    /** What both keep. */
    abstract static class Contract {

        final Deviations deviations = new Deviations(Clock.systemUTC());
        final List<SqlStore> open = new ArrayList<>();

        abstract DatabaseSettings settings();

        abstract Path folder();

        SqlStore store() {
            var store = new SqlStore(settings(), folder(), Optional::empty, deviations, Clock.systemUTC());
            open.add(store);
            return store;
        }

        SqlStore started() throws InterruptedException {
            SqlStore store = store();
            store.start();
            assertThat(store.awaitFirstTry(Duration.ofSeconds(30))).isTrue();
            assertThat(store.outage()).isEmpty();
            return store;
        }

        @AfterEach
        void close() {
            open.forEach(SqlStore::close);
        }

        @Test
        void what_was_written_is_read_by_the_next_process() throws Exception {
            SqlStore store = started();
            store.write(List.of(write(entity("a", 1, "one")), write(entity("b", 1, "two"))));
            store.write(List.of(write(entity("a", 2, "one"))));
            store.close();

            SqlStore next = started();

            assertThat(next.load(THINGS)).containsExactlyInAnyOrder(entity("a", 2, "one"), entity("b", 1, "two"));
            assertThat(next.load("test/others")).isEmpty();
        }

        @Test
        void more_than_a_page_is_read_whole() throws Exception {
            SqlStore store = started();
            List<Write> many = new ArrayList<>();
            for (int i = 0; i < 2_345; i++) {
                many.add(write(entity("e" + i, 1, "u" + i)));
            }
            store.write(many);

            assertThat(store.load(THINGS)).hasSize(2_345);
        }

        @Test
        void all_is_written_or_nothing() throws Exception {
            SqlStore store = started();
            store.write(List.of(write(entity("a", 1, "one"))));

            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> store.write(List.of(write(entity("b", 1, "two")), write(entity("c", 1, "one")))))
                    .matches(e -> e.kind() == ConflictException.Kind.TAKEN);
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> store.write(List.of(write(entity("d", 1, null)), write(entity("a", 3, "one")))))
                    .matches(e -> e.kind() == ConflictException.Kind.VERSION);

            assertThat(store.load(THINGS)).containsExactly(entity("a", 1, "one"));
        }

        @Test
        void nobody_writes_over_what_was_not_seen() throws Exception {
            SqlStore store = started();
            store.write(List.of(write(entity("a", 1, null))));
            store.write(List.of(write(entity("a", 2, null))));

            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> store.write(List.of(write(entity("a", 2, null)))))
                    .matches(e -> e.kind() == ConflictException.Kind.VERSION);
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> store.write(List.of(write(entity("a", 1, null)))))
                    .matches(e -> e.kind() == ConflictException.Kind.VERSION);
        }

        @Test
        void what_ended_is_gone_and_its_name_and_id_are_free() throws Exception {
            SqlStore store = started();
            store.write(List.of(write(entity("a", 1, "one"))));
            Entity end = new Entity("a", "d.local", null, body(0), NOW, NOW.plusMillis(7), 2, true);
            store.write(List.of(write(end)));

            assertThat(store.load(THINGS)).isEmpty();
            store.write(List.of(write(entity("b", 1, "one"))));
            Entity again = new Entity("a", "d.local", null, body(1), NOW.plusMillis(8), NOW.plusMillis(8), 1, false);
            store.write(List.of(write(again)));
            assertThat(store.load(THINGS)).containsExactlyInAnyOrder(again, entity("b", 1, "one"));
        }

        @Test
        void own_writes_are_told_at_once() throws Exception {
            SqlStore store = store();
            List<Entity> told = new ArrayList<>();
            store.follow(changes -> changes.forEach(change -> told.add(change.entity())));
            store.start();
            store.awaitFirstTry(Duration.ofSeconds(30));

            store.write(List.of(write(entity("a", 1, null))));

            assertThat(told).contains(entity("a", 1, null));
        }

        @Test
        void any_text_is_kept_as_it_is() throws Exception {
            SqlStore store = started();
            ObjectNode body = body(1).put("text", "'; drop table entity; -- \u0000 \ud83d\ude00 :#name # ? $1");
            Entity odd = new Entity("x'y:#z", "d.local", "u'#?", body, NOW, NOW, 1, false);
            store.write(List.of(write(odd)));

            assertThat(store.load(THINGS)).containsExactly(odd);
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_METHOD)
    class OnH2 extends Contract {

        @TempDir
        Path folder;

        @Override
        DatabaseSettings settings() {
            return DatabaseSettings.h2();
        }

        @Override
        Path folder() {
            return folder;
        }

        @Test
        void a_site_of_two_nodes_is_refused() throws Exception {
            var store = new SqlStore(
                    settings(), folder, () -> Optional.of("2 nodes need PostgreSQL"), deviations, Clock.systemUTC());
            open.add(store);
            store.start();
            store.awaitFirstTry(Duration.ofSeconds(30));

            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> store.write(List.of(write(entity("a", 1, null)))))
                    .withMessage("2 nodes need PostgreSQL");
            assertThat(deviations.open()).extracting(Deviation::category).containsExactly("database");
        }
    }

    @Nested
    class OnPostgres extends Contract {

        private static PostgresServer server;

        @TempDir
        Path folder;

        static synchronized PostgresServer server() {
            if (server == null) {
                server = PostgresServer.start();
            }
            return server;
        }

        @AfterAll
        static void stop() {
            if (server != null) {
                server.close();
                server = null;
            }
        }

        @Override
        DatabaseSettings settings() {
            return new DatabaseSettings(
                    Optional.of(server().url()), server().user(), Secret.of(""), Duration.ofSeconds(5));
        }

        @Override
        Path folder() {
            return folder;
        }

        @AfterEach
        void clear() throws Exception {
            open.forEach(SqlStore::close);
            server().clear();
        }

        private Map<String, Long> followed(SqlStore store) throws InterruptedException {
            Map<String, Long> seen = new ConcurrentHashMap<>();
            store.follow(changes -> changes.forEach(
                    change -> seen.merge(change.entity().id(), change.entity().version(), Math::max)));
            store.start();
            store.awaitFirstTry(Duration.ofSeconds(30));
            return seen;
        }

        @Test
        void another_node_hears_of_it_within_a_second() throws Exception {
            SqlStore one = started();
            Map<String, Long> seen = followed(store());

            one.write(List.of(write(entity("a", 1, null))));

            await().atMost(Duration.ofSeconds(5)).until(() -> seen.containsKey("a"));
        }

        @Test
        void commits_out_of_order_are_not_missed_and_nobody_waits_for_a_long_one() throws Exception {
            Map<String, Long> seen = followed(store());
            try (Connection first = server().connect();
                    Connection second = server().connect()) {
                first.setAutoCommit(false);
                second.setAutoCommit(false);
                insert(first, "first");
                insert(second, "second");
                second.commit();
                await().atMost(Duration.ofSeconds(5)).until(() -> seen.containsKey("second"));
                assertThat(seen).doesNotContainKey("first");
                insert(second, "third");
                second.commit();
                await().atMost(Duration.ofSeconds(5)).until(() -> seen.containsKey("third"));

                first.commit();

                await().atMost(Duration.ofSeconds(5)).until(() -> seen.containsKey("first"));
            }
        }

        private static void insert(Connection connection, String id) throws Exception {
            try (var statement = connection.prepareStatement(
                    "insert into entity (collection, domain, id, body, ct, lwt, version, deleted)"
                            + " values ('test/things', 'd.local', ?, '{}', now(), now(), 1, false)")) {
                statement.setString(1, id);
                statement.execute();
            }
        }

        @Test
        void it_may_go_away_and_come_back() throws Exception {
            SqlStore store = started();
            List<Boolean> reloads = new ArrayList<>();
            store.onReturn(() -> reloads.add(true));
            store.write(List.of(write(entity("a", 1, null))));

            server().stop();

            await().atMost(Duration.ofSeconds(10)).until(() -> store.outage().isPresent());
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> store.write(List.of(write(entity("b", 1, null)))))
                    .matches(e -> !e.isUnknown())
                    .withMessageContaining("PostgreSQL at 127.0.0.1:");
            assertThat(deviations.open()).extracting(Deviation::category).containsExactly("database");

            server().resume();

            await().atMost(Duration.ofSeconds(10)).until(() -> store.outage().isEmpty());
            store.write(List.of(write(entity("b", 1, null))));
            assertThat(reloads).hasSize(1);
            assertThat(deviations.open()).isEmpty();
            assertThat(store.load(THINGS)).hasSize(2);
        }

        @Test
        void what_a_restored_backup_brings_is_told_once() throws Exception {
            SqlStore store = started();
            store.write(List.of(write(entity("a", 1, null))));
            store.close();
            try (Connection connection = server().connect();
                    var statement = connection.createStatement()) {
                statement.execute("update entity set tx = '9999999999'");
            }
            List<Entity> told = new ArrayList<>();
            SqlStore next = store();
            next.follow(changes -> changes.forEach(change -> told.add(change.entity())));
            next.start();
            next.awaitFirstTry(Duration.ofSeconds(30));
            next.write(List.of(write(entity("b", 1, null))));

            await().atMost(Duration.ofSeconds(5)).until(() -> told.size() >= 2);
            assertThat(told).extracting(Entity::id).containsOnly("b");
        }
    }

    private static ObjectNode body(int number) {
        return JsonNodeFactory.instance.objectNode().put("number", number);
    }

    private static Entity entity(String id, long version, String unique) {
        return new Entity(id, "d.local", unique, body((int) version), NOW, NOW.plusMillis(version - 1), version, false);
    }

    private static Write write(Entity entity) {
        return new Write(THINGS, entity, TRACE);
    }
}
