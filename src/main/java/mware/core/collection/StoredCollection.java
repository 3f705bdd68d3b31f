package mware.core.collection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import mware.core.config.Problem;
import mware.core.http.ApiException;
import mware.core.store.ConflictException;
import mware.core.store.Entity;
import mware.core.store.Store;
import mware.core.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A collection in memory, written through to its store; a write is seen by reads when it is on disk, not before. */
final class StoredCollection implements Collection {

    private static final Logger LOG = LoggerFactory.getLogger("collections");
    private static final Duration OTHERS_WRITE = Duration.ofSeconds(1);
    private static final int TRIES = 3;
    private static final int LOCKS = 64;

    private final CollectionSchema schema;
    private volatile CollectionRules rules = CollectionRules.NONE;
    private final Store store;
    private final Clock clock;
    private final StoreLimit limit;
    private final Rows rows;
    private final List<Consumer<Entity>> listeners = new CopyOnWriteArrayList<>();
    private final Object[] locks = new Object[LOCKS];
    private final Object changed = new Object();

    /** What is told while the collection is being read anew; null at other times. */
    private @Nullable List<Entity> meanwhile;

    private volatile boolean loaded;

    StoredCollection(CollectionSchema schema, Store store, StoreLimit limit, Clock clock) {
        this.schema = schema;
        this.store = store;
        this.clock = clock;
        this.limit = limit;
        rows = new Rows(schema.lookup(), limit.used());
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    CollectionSchema schema() {
        return schema;
    }

    CollectionRules rules() {
        return rules;
    }

    void use(CollectionRules rules) {
        this.rules = rules;
    }

    Rows rows() {
        return rows;
    }

    Store store() {
        return store;
    }

    @Override
    public String path() {
        return schema.path();
    }

    @Override
    public boolean isLoaded() {
        return loaded;
    }

    @Override
    public Optional<Entity> get(String domain, String id) {
        return Optional.ofNullable(rows.get(domain, id)).map(Row::entity);
    }

    @Override
    public Optional<Entity> find(String domain, String unique) {
        return Optional.ofNullable(rows.find(domain, unique)).map(Row::entity);
    }

    @Override
    public Stream<Entity> all() {
        return rows.all().map(Row::entity);
    }

    @Override
    public void onChange(Consumer<Entity> listener) {
        listeners.add(listener);
    }

    @Override
    public Entity create(Author author, String domain, ObjectNode body) {
        return make(author, domain, body).entity();
    }

    @Override
    public Entity patch(Author author, String domain, String id, ObjectNode changes, Optional<Instant> ifMatch) {
        return change(author, domain, id, changes, ifMatch).entity();
    }

    /** An entity as it was written, and what only the answer to this write holds. */
    record Written(Entity entity, Optional<ObjectNode> once) {}

    Written make(Author author, String domain, ObjectNode body) {
        ObjectNode given = body.deepCopy();
        String id = newId(given);
        schema.removeMade(given);
        List<String> fields = names(given);
        schema.check(given, false);
        ObjectNode whole = schema.filled(given);
        synchronized (lock(id)) {
            var present = rows.get(domain, id);
            if (present != null && present.version > 0) {
                throw new ApiException(409, path() + "/" + id + " is there already");
            }
            var kept = rules.write(author, domain, Optional.empty(), whole);
            String unique = freeUnique(domain, id, kept.body());
            long now = Math.max(clock.millis(), rows.ended(domain, id) + 1);
            var made = new Entity(
                    id, domain, unique, kept.body(), Instant.ofEpochMilli(now), Instant.ofEpochMilli(now), 1, false);
            limit.check(Row.of(made).size());
            write(author, "create", made, fields);
            return new Written(made, kept.once());
        }
    }

    private String newId(ObjectNode given) {
        String field = schema.idField();
        if (field != null) {
            JsonNode key = given.path(field);
            if (!key.isTextual() || key.asText().isEmpty()) {
                schema.check(given, false); // says so, if the schema requires it
                throw new ApiException(400, field + ": is required");
            }
            return key.asText();
        }
        JsonNode id = given.path("id");
        if (id.isMissingNode() || id.isNull()) {
            return UUID.randomUUID().toString();
        }
        if (!id.isTextual() || !id.asText().matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            throw CollectionSchema.refused(List.of(new Problem("id", "must be a UUID", null, Problem.Severity.ERROR)));
        }
        return id.asText().toLowerCase(java.util.Locale.ROOT);
    }

    Written change(Author author, String domain, String id, ObjectNode changes, Optional<Instant> ifMatch) {
        for (int tries = 1; ; tries++) {
            Row former;
            synchronized (lock(id)) {
                former = present(domain, id);
                match(former, ifMatch);
                try {
                    return change(author, former, changes);
                } catch (ConflictException e) {
                    refuseTaken(e);
                    if (tries == TRIES) {
                        throw changedMeanwhile(id);
                    }
                }
            }
            awaitOther(former);
        }
    }

    private Written change(Author author, Row former, ObjectNode changes) {
        ObjectNode given = changes.deepCopy();
        JsonNode id = given.path("id");
        String idField = schema.idField();
        if (!id.isMissingNode() && !id.asText().equalsIgnoreCase(former.id)
                || idField != null
                        && given.has(idField)
                        && !given.path(idField).asText().equals(former.id)) {
            throw new ApiException(400, (idField == null ? "id" : idField) + ": cannot be changed");
        }
        schema.removeMade(given);
        List<String> fields = names(given);
        Entity before = former.entity();
        ObjectNode whole = former.body();
        ObjectNode extras = schema.takeExtras(whole);
        merge(whole, given);
        schema.check(whole, true);
        extras.properties().forEach(extra -> whole.set(extra.getKey(), extra.getValue()));
        var kept = rules.write(author, former.domain, Optional.of(before), whole);
        return new Written(rewrite(author, former, kept.body(), fields), kept.once());
    }

    /** Writes another body without asking schema and rules: for what the engine itself keeps with an entity. */
    Entity rewrite(Author author, Row former, ObjectNode body, List<String> fields) {
        String unique = freeUnique(former.domain, former.id, body);
        long now = Math.max(clock.millis(), former.modified + 1);
        var next = new Entity(
                former.id,
                former.domain,
                unique,
                body,
                Instant.ofEpochMilli(former.version == 0 ? now : former.created),
                Instant.ofEpochMilli(now),
                former.version + 1,
                false);
        limit.check(Row.of(next).size() - former.size());
        write(author, former.version == 0 ? "create" : "change", next, fields);
        return next;
    }

    Object lock(String id) {
        return locks[Math.floorMod(id.hashCode(), LOCKS)];
    }

    @Override
    public void delete(Author author, String domain, String id, Optional<Instant> ifMatch) {
        for (int tries = 1; ; tries++) {
            Row former;
            synchronized (lock(id)) {
                former = present(domain, id);
                match(former, ifMatch);
                Entity before = former.entity();
                rules.delete(author, before);
                long now = Math.max(clock.millis(), former.modified + 1);
                var end = new Entity(
                        id,
                        domain,
                        null,
                        before.body().objectNode(),
                        before.created(),
                        Instant.ofEpochMilli(now),
                        former.version + 1,
                        true);
                try {
                    write(author, "delete", end, List.of());
                    return;
                } catch (ConflictException e) {
                    if (tries == TRIES) {
                        throw changedMeanwhile(id);
                    }
                }
            }
            awaitOther(former);
        }
    }

    Row present(String domain, String id) {
        if (!loaded) {
            throw notRead();
        }
        Row row = rows.get(domain, id);
        if (row == null) {
            throw new ApiException(404, path() + "/" + id + " is not there in " + domain);
        }
        return row;
    }

    /** Says why nothing can be told yet. */
    ApiException notRead() {
        return new ApiException(
                503,
                path() + " has not been read yet"
                        + store.outage().map(why -> ": " + why).orElse(""));
    }

    static void match(Row row, Optional<Instant> ifMatch) {
        if (ifMatch.isPresent() && ifMatch.get().toEpochMilli() != row.modified) {
            throw new ApiException(
                    412,
                    "it has changed: ext.lwt is " + Times.text(row.modified) + ", not " + Times.text(ifMatch.get()));
        }
    }

    private void write(Author author, String action, Entity entity, List<String> fields) {
        String who = author.caller().label();
        try {
            store.write(List.of(new Store.Write(
                    path(), entity, new Store.Trace(who, author.address(), author.request(), action, fields))));
        } catch (ConflictException e) {
            if (entity.version() == 1 && !action.equals("delete")) {
                refuseTaken(e);
                throw new ApiException(409, path() + "/" + entity.id() + " is there already");
            }
            throw e;
        } catch (StoreException e) {
            throw new ApiException(
                    e.isUnknown() ? 504 : 503,
                    e.isUnknown()
                            ? "it is not known whether this was written: " + e.getMessage()
                            : "nothing was written: " + e.getMessage());
        }
        told(entity); // on disk: visible at once, whatever the store tells and when
    }

    private @Nullable String freeUnique(String domain, String id, ObjectNode body) {
        String unique = schema.unique(body);
        if (unique != null) {
            Row other = rows.find(domain, unique);
            if (other != null && !other.id.equals(id)) {
                throw taken();
            }
        }
        return unique;
    }

    private ApiException taken() {
        return new ApiException(
                409,
                schema.uniqueFields() + ": must be unique in the domain, and another of " + path() + " has the same",
                Map.of("fields", schema.uniqueFields()));
    }

    private void refuseTaken(ConflictException conflict) {
        if (conflict.kind() == ConflictException.Kind.TAKEN) {
            throw taken();
        }
    }

    private ApiException changedMeanwhile(String id) {
        return new ApiException(409, path() + "/" + id + " is being changed by others; read it again");
    }

    /** Another node wrote first: waits until it is known what. */
    void awaitOther(Row former) {
        long until = System.nanoTime() + OTHERS_WRITE.toNanos();
        synchronized (changed) {
            while (rows.get(former.domain, former.id) == former) {
                long left = (until - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw changedMeanwhile(former.id);
                }
                try {
                    changed.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new ApiException(503, "the node is stopping");
                }
            }
        }
    }

    /** Takes in what the store tells. */
    void told(Entity entity) {
        boolean news;
        synchronized (changed) {
            if (meanwhile != null) {
                meanwhile.add(entity);
            }
            news = rows.put(entity);
            changed.notifyAll();
        }
        if (news) {
            tell(entity);
        }
    }

    /** Reads everything anew; throws {@link StoreException} when that is not possible now. */
    void load() {
        synchronized (changed) {
            meanwhile = new ArrayList<>();
        }
        try {
            Set<String> kept = new HashSet<>();
            var news = new ArrayList<Row>();
            store.load(path(), entity -> {
                kept.add(Rows.key(entity.domain(), entity.id()));
                if (rows.replace(entity)) {
                    news.add(rows.get(entity.domain(), entity.id()));
                }
            });
            List<Row> gone;
            synchronized (changed) {
                for (Entity entity : meanwhile == null ? List.<Entity>of() : meanwhile) {
                    kept.add(Rows.key(entity.domain(), entity.id()));
                    rows.put(entity);
                }
                gone = rows.retain(kept);
                rows.stand(rules.standing());
                changed.notifyAll();
            }
            loaded = true;
            news.forEach(row -> tell(row.entity()));
            gone.forEach(row -> tell(ended(row)));
        } finally {
            synchronized (changed) {
                meanwhile = null;
            }
        }
    }

    private static Entity ended(Row row) {
        Entity last = row.entity();
        return new Entity(
                last.id(), last.domain(), null, last.body(), last.created(), last.modified(), last.version() + 1, true);
    }

    /** Looks again at what is there besides what the store keeps. */
    void stand() {
        rows.stand(rules.standing());
    }

    private void tell(Entity entity) {
        for (Consumer<Entity> listener : listeners) {
            try {
                listener.accept(entity);
            } catch (RuntimeException e) {
                LOG.error("{}: a listener failed on {}", path(), entity, e);
            }
        }
    }

    private static List<String> names(ObjectNode given) {
        var names = new TreeSet<String>();
        given.properties().forEach(entry -> {
            if (entry.getValue() instanceof ObjectNode below && !below.isEmpty()) {
                below.fieldNames().forEachRemaining(name -> names.add(entry.getKey() + "." + name));
            } else {
                names.add(entry.getKey());
            }
        });
        return List.copyOf(names);
    }

    /** Objects key by key, null removes, all else replaces. */
    private static void merge(ObjectNode into, ObjectNode changes) {
        changes.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value instanceof NullNode) {
                into.remove(entry.getKey());
            } else if (value instanceof ObjectNode below) {
                ObjectNode at =
                        into.get(entry.getKey()) instanceof ObjectNode there ? there : into.putObject(entry.getKey());
                merge(at, below);
            } else {
                into.set(entry.getKey(), value);
            }
        });
    }

    /**
     * How much all collections may take of memory together.
     *
     * @param used what they take, in bytes
     */
    record StoreLimit(AtomicLong used, long most) {
        void check(int more) {
            if (more > 0 && used.get() + more > most) {
                throw new ApiException(
                        507,
                        "the collections take " + (used.get() >> 20) + " of " + (most >> 20)
                                + " MiB of memory: delete something, or raise the key store.max-mib");
            }
        }
    }
}
