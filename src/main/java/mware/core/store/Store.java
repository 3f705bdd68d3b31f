package mware.core.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps entities for good, for all nodes of a site.
 *
 * <p>Its methods block; never call them on an event-loop or ZooKeeper thread. Each has a time limit of its own.
 */
public interface Store extends AutoCloseable {

    /** All living entities of a collection; throws {@link StoreException} when they cannot be read now. */
    List<Entity> load(String collection);

    /** As {@link #load(String)}, one by one, for what would not fit into memory twice; all as at one moment. */
    default void load(String collection, Consumer<Entity> each) {
        load(collection).forEach(each);
    }

    /**
     * Runs {@code reload} when the store can be read for the first time and whenever it could not be for a while: what it
     * keeps may be anything then and must be loaded anew. It is run on a thread of the store's own; a {@link
     * StoreException} that it throws means that it is run again. A store that tells of everything by itself never runs it.
     */
    default void onReturn(Runnable reload) {}

    /**
     * Writes all or none; when it returns they are on disk.
     *
     * @throws ConflictException when an entity has another version than the one before the written one, or its
     *     {@code unique} text is taken; nothing was written
     * @throws StoreException when the store cannot be reached; {@link StoreException#isUnknown} tells whether the write
     *     may have happened all the same
     */
    void write(List<Write> writes);

    /**
     * Tells of every entity that any node has written or deleted since {@link #load}, within a second, on a thread of the
     * store's own; one may be told more than once, never an older version after a newer one for good.
     */
    void follow(Consumer<List<Changed>> listener);

    /** Why the store cannot be used now, in words for an operator; empty when it can. */
    Optional<String> outage();

    @Override
    void close();

    /**
     * One entity to write; a version of 1 makes it, {@code deleted} ends it.
     *
     * @param collection such as {@code iam/users}
     * @param trace what the audit log says of it
     */
    record Write(String collection, Entity entity, Trace trace) {}

    /** One entity as it is now. */
    record Changed(String collection, Entity entity) {}

    /**
     * Who wrote, for the audit log.
     *
     * @param who such as {@code admin@mware.local}, {@code cluster}, {@code mware}
     * @param from the address it came from; empty for the node itself
     * @param request the id of the request; empty for the node itself
     * @param action {@code create}, {@code change}, {@code delete}
     * @param fields the names of the fields that were given, never their values
     */
    record Trace(String who, String from, String request, String action, List<String> fields) {
        public Trace {
            fields = List.copyOf(fields);
        }
    }
}
