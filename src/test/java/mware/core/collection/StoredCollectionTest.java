package mware.core.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import mware.core.config.Schema;
import mware.core.http.ApiException;
import mware.core.store.Entity;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoredCollectionTest {

    static final String SCHEMA =
            """
            {"type": "object", "required": ["name", "secret"], "additionalProperties": false,
             "x-unique": ["name"], "x-lookup": ["kind"],
             "properties": {
               "name": {"type": "string", "minLength": 1, "maxLength": 20},
               "kind": {"type": "string"},
               "level": {"type": "integer", "minimum": 1, "maximum": 9, "default": 5},
               "secret": {"type": "string", "minLength": 4, "x-mode": "in"},
               "made": {"type": "string", "x-mode": "out"},
               "opts": {"type": "object", "properties": {"title": {"type": "string"}, "note": {"type": "string"}}},
               "ext": {"type": "object"}}}""";

    private static final String HOME = "demo.local";
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-25T10:00:00Z"), ZoneOffset.UTC);

    private final MemoryStore store = new MemoryStore();
    private final List<StoredCollections> open = new ArrayList<>();
    private final StoredCollection things = collection(64 << 20);

    private StoredCollection collection(long most) {
        var schema = new CollectionSchema("test/things", Schema.of(SCHEMA));
        var collections = new StoredCollections(List.of(schema), Map.of("sql", store), most, CLOCK);
        open.add(collections);
        StoredCollection collection = collections.stored("test/things");
        collection.use(new CollectionRules() {
            @Override
            public Written write(Author author, String domain, Optional<Entity> former, ObjectNode body) {
                if (body.has("secret")) {
                    body.put("hash", "#" + body.remove("secret").asText());
                }
                return new Written(body, Optional.empty());
            }
        });
        collections.start();
        await().until(collection::isLoaded);
        return collection;
    }

    @AfterEach
    void close() {
        open.forEach(StoredCollections::close);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Entity make(String name) {
        return things.create(Author.NODE, HOME, json("{'name': '" + name + "', 'secret': 'abcd'}"));
    }

    private static ApiException refused(int status, ThrowingCallable call) {
        var thrown =
                assertThatExceptionOfType(ApiException.class).isThrownBy(call).actual();
        assertThat(thrown.status()).as(thrown.getMessage()).isEqualTo(status);
        return thrown;
    }

    @Test
    void what_is_made_has_an_id_times_and_defaults_and_shows_no_secret() {
        Entity made = things.create(
                Author.NODE,
                HOME,
                json("{'name': 'a', 'secret': 'abcd', 'made': 'by me', 'ext': {'ct': 'x', 'mine': 1}}"));

        assertThat(made.id()).hasSize(36);
        assertThat(Showing.of(things, Row.of(made)))
                .isEqualTo(json("{'id': '" + made.id() + "', 'name': 'a', 'level': 5, 'ext': {'mine': 1,"
                        + " 'ct': '2026-11-25T10:00:00.000Z', 'lwt': '2026-11-25T10:00:00.000Z'}}"));
        assertThat(made.body().path("hash").asText()).isEqualTo("#abcd");
        assertThat(store.written.get(0).trace().fields()).containsExactly("ext.mine", "name", "secret");
    }

    @Test
    void every_mistake_of_a_body_is_told_at_once() {
        ApiException told = refused(
                400,
                () -> things.create(Author.NODE, HOME, json("{'nme': 'a', 'level': 12, 'secret': 'x', 'kind': 5}")));

        assertThat(told).hasMessageContaining("level: must be 1..9, got 12").hasMessageContaining("nearest is name");
        assertThat((List<?>) told.details().get("problems")).hasSize(4);
        assertThat(told.toString()).doesNotContain("\"x\"");
    }

    @Test
    void a_change_merges_and_leaves_alone_what_it_does_not_name() {
        Entity made = things.create(
                Author.NODE, HOME, json("{'name': 'a', 'secret': 'abcd', 'opts': {'title': 't', 'note': 'n'}}"));

        Entity changed = things.patch(
                Author.NODE, HOME, made.id(), json("{'opts': {'title': null}, 'level': 7}"), Optional.empty());

        assertThat(changed.body().path("opts")).isEqualTo(json("{'note': 'n'}"));
        assertThat(changed.body().path("hash").asText()).isEqualTo("#abcd");
        assertThat(changed.body().path("level").asInt()).isEqualTo(7);
        assertThat(changed.modified()).isAfter(made.modified());
        assertThat(changed.version()).isEqualTo(2);
        refused(400, () -> things.patch(Author.NODE, HOME, made.id(), json("{'level': 0}"), Optional.empty()));
        refused(400, () -> things.patch(Author.NODE, HOME, made.id(), json("{'name': null}"), Optional.empty()));
        refused(400, () -> things.patch(Author.NODE, HOME, made.id(), json("{'id': 'x'}"), Optional.empty()));
    }

    @Test
    void an_edit_of_something_older_is_refused() {
        Entity made = make("a");
        Entity changed = things.patch(Author.NODE, HOME, made.id(), json("{'level': 2}"), Optional.of(made.modified()));

        refused(
                412,
                () -> things.patch(Author.NODE, HOME, made.id(), json("{'level': 3}"), Optional.of(made.modified())));
        refused(412, () -> things.delete(Author.NODE, HOME, made.id(), Optional.of(made.modified())));
        things.delete(Author.NODE, HOME, made.id(), Optional.of(changed.modified()));
        assertThat(things.get(HOME, made.id())).isEmpty();
    }

    @Test
    void a_name_is_there_once_in_a_domain() {
        Entity first = make("a");
        make("b");

        refused(409, () -> make("a"));
        refused(409, () -> things.patch(Author.NODE, HOME, first.id(), json("{'name': 'b'}"), Optional.empty()));
        things.create(Author.NODE, "other.local", json("{'name': 'a', 'secret': 'abcd'}"));
        things.patch(Author.NODE, HOME, first.id(), json("{'name': 'c'}"), Optional.empty());
        make("a");
        assertThat(things.find(HOME, "c")).map(Entity::id).contains(first.id());
    }

    @Test
    void a_given_id_is_kept_and_can_come_back_after_its_end() {
        String id = "6a0e1a5c-0f6d-4b7e-9d2b-1f2e3d4c5b6a";
        things.create(Author.NODE, HOME, json("{'id': '" + id.toUpperCase() + "', 'name': 'a', 'secret': 'abcd'}"));
        refused(
                409,
                () -> things.create(Author.NODE, HOME, json("{'id': '" + id + "', 'name': 'b', 'secret': 'abcd'}")));
        things.delete(Author.NODE, HOME, id, Optional.empty());

        things.create(Author.NODE, HOME, json("{'id': '" + id + "', 'name': 'a', 'secret': 'abcd'}"));

        assertThat(things.get(HOME, id)).isPresent();
        refused(400, () -> things.create(Author.NODE, HOME, json("{'id': '../x', 'name': 'z', 'secret': 'abcd'}")));
        refused(404, () -> things.delete(Author.NODE, HOME, "nothing", Optional.empty()));
    }

    @Test
    void while_the_store_is_away_reads_go_on_and_writes_say_why() {
        Entity made = make("a");
        store.away = "PostgreSQL at 10.0.0.1: connection refused";

        assertThat(refused(503, () -> make("b"))).hasMessageContaining("connection refused");
        refused(503, () -> things.delete(Author.NODE, HOME, made.id(), Optional.empty()));
        assertThat(things.get(HOME, made.id())).contains(made);

        store.away = "";
        make("b");
    }

    @Test
    void what_others_write_meanwhile_is_seen_and_merged_not_written_over() {
        Entity made = make("a");
        StoredCollection elsewhere = collection(64 << 20);
        store.silent = true;
        elsewhere.patch(Author.NODE, HOME, made.id(), json("{'level': 8}"), Optional.empty());

        var change = CompletableFuture.supplyAsync(
                () -> things.patch(Author.NODE, HOME, made.id(), json("{'kind': 'x'}"), Optional.empty()));
        await().pollDelay(Duration.ofMillis(100)).until(() -> !change.isDone());
        store.tell();

        assertThat(change.join().body().path("level").asInt()).isEqualTo(8);
        assertThat(change.join().version()).isEqualTo(3);
    }

    @Test
    void older_states_that_are_told_late_change_nothing() {
        Entity made = make("a");
        Entity changed = things.patch(Author.NODE, HOME, made.id(), json("{'level': 8}"), Optional.empty());
        things.told(made);
        assertThat(things.get(HOME, made.id())).contains(changed);

        things.delete(Author.NODE, HOME, made.id(), Optional.empty());
        things.told(changed);
        assertThat(things.get(HOME, made.id())).isEmpty();
    }

    @Test
    void listeners_hear_of_each_change_once() {
        List<String> heard = new ArrayList<>();
        things.onChange(entity -> heard.add(entity.version() + (entity.deleted() ? " ended" : "")));

        Entity made = make("a");
        things.patch(Author.NODE, HOME, made.id(), json("{'level': 8}"), Optional.empty());
        things.delete(Author.NODE, HOME, made.id(), Optional.empty());

        assertThat(heard).containsExactly("1", "2", "3 ended");
    }

    @Test
    void beyond_the_bound_of_memory_nothing_more_is_made() {
        StoredCollection small = collection(2_000);
        for (int i = 0; i < 4; i++) {
            small.create(Author.NODE, HOME, json("{'name': 'n" + i + "', 'secret': 'abcd'}"));
        }

        assertThat(refused(507, () -> {
                    for (int i = 4; i < 9; i++) {
                        small.create(Author.NODE, HOME, json("{'name': 'n" + i + "', 'secret': 'abcd'}"));
                    }
                }))
                .hasMessageContaining("store.max-mib");
        Entity first = small.find(HOME, "n0").orElseThrow();
        small.delete(Author.NODE, HOME, first.id(), Optional.empty());
        small.create(Author.NODE, HOME, json("{'name': 'last', 'secret': 'abcd'}"));
    }

    @Test
    void what_is_asked_for_often_is_found_by_its_index() {
        Entity x = things.create(Author.NODE, HOME, json("{'name': 'a', 'secret': 'abcd', 'kind': 'x'}"));
        things.create(Author.NODE, HOME, json("{'name': 'b', 'secret': 'abcd', 'kind': 'y'}"));
        assertThat(things.rows().having(HOME, "kind", List.of("x")).orElseThrow())
                .extracting(row -> row.id)
                .containsExactly(x.id());

        things.patch(Author.NODE, HOME, x.id(), json("{'kind': 'y'}"), Optional.empty());
        assertThat(things.rows().having(HOME, "kind", List.of("x")).orElseThrow())
                .isEmpty();
        assertThat(things.rows().having(HOME, "kind", List.of("y", "x")).orElseThrow())
                .hasSize(2);
        things.delete(Author.NODE, HOME, x.id(), Optional.empty());
        assertThat(things.rows().having(HOME, "kind", List.of("y")).orElseThrow())
                .hasSize(1);
    }

    @Test
    void the_query_of_a_list_tells_every_mistake() {
        Map<String, String> given = Map.of(
                "filter", "{\"secret\": \"abcd\", \"hash\": 1}",
                "order", "nothing",
                "limit", "1001",
                "offset", "-1",
                "mask", "name,secret",
                "flat", "maybe");

        ApiException told = refused(
                400, () -> ListQuery.read(name -> Optional.ofNullable(given.get(name)), things.schema(), List.of()));

        assertThat((List<?>) told.details().get("problems")).hasSize(7);
    }
}
