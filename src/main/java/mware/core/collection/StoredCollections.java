package mware.core.collection;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import mware.core.collection.StoredCollection.StoreLimit;
import mware.core.config.ResourceFolder;
import mware.core.store.Store;
import mware.core.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All collections that have a schema file, filled from their stores and kept up to date by them. */
public final class StoredCollections implements Collections, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("collections");
    private static final Duration TOMBSTONES = Duration.ofDays(1);
    private static final long RETRY_MILLIS = 500;

    private final Map<String, StoredCollection> byPath = new TreeMap<>();
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "collections"));
    private final ReadyTexts ready = new ReadyTexts();
    private final StoreLimit limit;
    private final Clock clock;

    /**
     * Reads the schemas; {@link #start()} reads the entities.
     *
     * @param stores the store of a kind of {@code x-store}: {@code sql}, {@code zookeeper}; a collection whose kind is not
     *     there is left out
     * @param mostBytes what all may take of memory
     */
    public StoredCollections(Map<String, Store> stores, long mostBytes, Clock clock) {
        this(
                ResourceFolder.names("collections/", ".schema.json").stream()
                        .map(name -> CollectionSchema.of(name.replaceFirst("\\.", "/")))
                        .toList(),
                stores,
                mostBytes,
                clock);
    }

    /** With schemas from elsewhere. */
    StoredCollections(List<CollectionSchema> schemas, Map<String, Store> stores, long mostBytes, Clock clock) {
        this.clock = clock;
        limit = new StoreLimit(new AtomicLong(), mostBytes);
        for (CollectionSchema schema : schemas) {
            Store store = stores.get(schema.inZooKeeper() ? "zookeeper" : "sql");
            if (store != null) {
                byPath.put(schema.path(), new StoredCollection(schema, store, limit, clock));
            }
        }
    }

    /** Lets a collection do what is its own; before {@link #start()}. */
    public void use(String path, CollectionRules rules) {
        stored(path).use(rules);
    }

    /** Looks again at what is there besides what the stores keep, such as the domains of a new configuration. */
    public void stand() {
        byPath.values().stream().filter(StoredCollection::isLoaded).forEach(StoredCollection::stand);
    }

    /** The collections that have something of this domain. */
    public List<String> holding(String domain) {
        return byPath.values().stream()
                .filter(collection -> collection.rows().count(domain) > 0)
                .map(Collection::path)
                .toList();
    }

    @Override
    public Collection of(String path) {
        return stored(path);
    }

    @Nullable
    StoredCollection known(String path) {
        return byPath.get(path);
    }

    StoredCollection stored(String path) {
        StoredCollection found = byPath.get(path);
        if (found == null) {
            throw new IllegalArgumentException("there is no collection " + path);
        }
        return found;
    }

    @Override
    public List<Collection> all() {
        return List.copyOf(byPath.values());
    }

    /** The schema of a collection, as its file has it. */
    public CollectionSchema schema(String path) {
        return stored(path).schema();
    }

    /** What a reader is answered for an entity, in JSON. */
    byte[] shown(StoredCollection collection, Row row) {
        return ready(collection, row).json();
    }

    /** The same with the tag of its state. */
    ReadyTexts.Ready ready(StoredCollection collection, Row row) {
        return ready.of(collection, row);
    }

    /** What all entities take of memory, in bytes. */
    public long used() {
        return limit.used().get();
    }

    /** Begins to follow the stores, and to read from them as soon as that is possible. */
    public void start() {
        byPath.values().stream().map(StoredCollection::store).distinct().forEach(store -> {
            store.follow(this::told);
            store.onReturn(() -> load(of -> of.store() == store));
        });
        executor.execute(this::loadMissing);
        executor.scheduleWithFixedDelay(this::forget, 1, 1, TimeUnit.HOURS);
    }

    private void told(List<Store.Changed> changes) {
        for (Store.Changed change : changes) {
            StoredCollection of = byPath.get(change.collection());
            if (of != null) { // one of a newer version of mware is not known here
                of.told(change.entity());
            }
        }
    }

    private synchronized void load(Predicate<StoredCollection> which) {
        for (StoredCollection collection : new ArrayList<>(byPath.values())) {
            if (which.test(collection)) {
                collection.load();
            }
        }
    }

    private void loadMissing() {
        try {
            load(collection ->
                    !collection.isLoaded() && collection.store().outage().isEmpty());
        } catch (StoreException e) {
            LOG.debug("not read yet", e);
        } catch (RuntimeException e) {
            LOG.error("collections cannot be read", e);
        }
        if (byPath.values().stream().anyMatch(collection -> !collection.isLoaded())) {
            executor.schedule(this::loadMissing, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void forget() {
        long before = clock.millis() - TOMBSTONES.toMillis();
        byPath.values().forEach(collection -> collection.rows().forget(before));
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
