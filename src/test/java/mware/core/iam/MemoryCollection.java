package mware.core.iam;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import mware.core.collection.Author;
import mware.core.collection.Collection;
import mware.core.collection.CollectionRules;
import mware.core.http.ApiException;
import mware.core.store.Entity;

/** A collection that keeps its entities in memory only, without a schema. */
final class MemoryCollection implements Collection {

    private final String path;
    private final String uniqueField;
    private final Map<String, Entity> entities = new ConcurrentHashMap<>();
    private final List<Consumer<Entity>> listeners = new ArrayList<>();
    private final Clock clock = Clock.systemUTC();
    CollectionRules rules = CollectionRules.NONE;
    boolean loaded = true;
    Optional<ObjectNode> once = Optional.empty();

    MemoryCollection(String path, String uniqueField) {
        this.path = path;
        this.uniqueField = uniqueField;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public boolean isLoaded() {
        return loaded;
    }

    @Override
    public Optional<Entity> get(String domain, String id) {
        return Optional.ofNullable(entities.get(domain + "/" + id));
    }

    @Override
    public Optional<Entity> find(String domain, String unique) {
        return all().filter(entity -> entity.domain().equals(domain) && unique.equals(entity.unique()))
                .findFirst();
    }

    @Override
    public Stream<Entity> all() {
        return entities.values().stream();
    }

    @Override
    public Entity create(Author author, String domain, ObjectNode body) {
        if (find(domain, body.path(uniqueField).asText()).isPresent()) {
            throw new ApiException(409, "taken");
        }
        return put(author, domain, UUID.randomUUID().toString(), Optional.empty(), body, 1);
    }

    @Override
    public Entity patch(Author author, String domain, String id, ObjectNode changes, Optional<Instant> ifMatch) {
        Entity former = get(domain, id).orElseThrow(() -> new ApiException(404, "not there"));
        ObjectNode whole = former.body().deepCopy();
        changes.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                whole.remove(field.getKey());
            } else {
                whole.set(field.getKey(), field.getValue());
            }
        });
        return put(author, domain, id, Optional.of(former), whole, former.version() + 1);
    }

    private Entity put(
            Author author, String domain, String id, Optional<Entity> former, ObjectNode body, long version) {
        var written = rules.write(author, domain, former, body);
        once = written.once();
        Instant now = clock.instant();
        String unique = written.body().path(uniqueField).asText();
        var entity = new Entity(id, domain, unique, written.body(), now, now, version, false);
        entities.put(domain + "/" + id, entity);
        listeners.forEach(listener -> listener.accept(entity));
        return entity;
    }

    @Override
    public void delete(Author author, String domain, String id, Optional<Instant> ifMatch) {
        Entity former = get(domain, id).orElseThrow(() -> new ApiException(404, "not there"));
        rules.delete(author, former);
        entities.remove(domain + "/" + id);
        var end = new Entity(id, domain, null, former.body().objectNode(), former.created(), clock.instant(), 9, true);
        listeners.forEach(listener -> listener.accept(end));
    }

    @Override
    public void onChange(Consumer<Entity> listener) {
        listeners.add(listener);
    }
}
