package mware.core.rollout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import mware.core.store.Entity;
import mware.core.store.Packed;
import mware.core.store.Store;
import mware.core.store.StoreException;
import mware.core.store.ZooKeeperStore;

/**
 * The store as the engine of collections sees it: configurations without their contents, of which it keeps a digest
 * instead. So the contents are in memory once, compressed, and lists do not drag them along.
 */
public final class ConfigurationsStore implements Store {

    /** The digest of the content, in a body without it. */
    static final String PACKED = "packed";

    private final ZooKeeperStore store;

    /** Contents that are about to be written. */
    private final Map<String, Packed> pending = new ConcurrentHashMap<>();

    public ConfigurationsStore(ZooKeeperStore store) {
        this.store = store;
    }

    /** Takes a content into a body that is about to be written; {@link #forget} lets go of it. */
    void put(ObjectNode body, Packed content) {
        pending.put(content.digest(), content);
        body.remove(Revision.CONTENT);
        body.put(PACKED, content.digest());
    }

    /** All configurations, contents included, as they were last seen. */
    List<Revision> revisions() {
        return store.known(Revision.COLLECTION).stream().map(Revision::new).toList();
    }

    Optional<Revision> revision(String id) {
        return revisions().stream().filter(one -> one.id().equals(id)).findFirst();
    }

    /** Writes whole entities past the engine, which hears of them from the store. */
    void writeWhole(List<Write> writes) {
        store.write(writes);
    }

    @Override
    public List<Entity> load(String collection) {
        return store.load(collection).stream()
                .map(entity -> without(collection, entity))
                .toList();
    }

    @Override
    public void write(List<Write> writes) {
        try {
            store.write(writes.stream()
                    .map(one -> new Write(one.collection(), whole(one), one.trace()))
                    .toList());
        } finally {
            writes.forEach(
                    one -> pending.remove(one.entity().body().path(PACKED).asText()));
        }
    }

    @Override
    public void follow(Consumer<List<Changed>> listener) {
        store.follow(changes -> listener.accept(changes.stream()
                .map(one -> new Changed(one.collection(), without(one.collection(), one.entity())))
                .toList()));
    }

    @Override
    public Optional<String> outage() {
        return store.outage();
    }

    /** The store below is closed by whoever opened it. */
    @Override
    public void close() {
        pending.clear();
    }

    private static Entity without(String collection, Entity entity) {
        if (!collection.equals(Revision.COLLECTION) || !entity.body().has(Revision.CONTENT)) {
            return entity;
        }
        ObjectNode body = entity.body().objectNode();
        entity.body().properties().stream()
                .filter(field -> !field.getKey().equals(Revision.CONTENT))
                .forEach(field -> body.set(field.getKey(), field.getValue()));
        body.put(PACKED, new Revision(entity).content().digest());
        return with(entity, body);
    }

    private Entity whole(Write write) {
        Entity entity = write.entity();
        if (!write.collection().equals(Revision.COLLECTION) || entity.deleted()) {
            return entity;
        }
        ObjectNode body = entity.body().deepCopy();
        String digest = body.path(PACKED).asText();
        body.remove(PACKED);
        Packed content = Optional.ofNullable(pending.get(digest))
                .or(() -> revision(entity.id()).map(Revision::content).filter(one -> one.digest()
                        .equals(digest)))
                .orElseThrow(() -> new StoreException(
                        "the configuration has changed meanwhile", new IllegalStateException(digest)));
        body.set(Revision.CONTENT, content.asNode());
        return with(entity, body);
    }

    private static Entity with(Entity entity, ObjectNode body) {
        return new Entity(
                entity.id(),
                entity.domain(),
                entity.unique(),
                body,
                entity.created(),
                entity.modified(),
                entity.version(),
                entity.deleted());
    }
}
