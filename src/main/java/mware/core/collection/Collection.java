package mware.core.collection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import mware.core.store.Entity;

/**
 * A collection as the code of a service sees it: reads are answered from memory at once, writes go to the store and
 * block.
 *
 * <p>Writes check the schema and the collection's own rules, not who may do it. They throw {@link
 * mware.core.http.ApiException}: 400 with every problem, 404, 409 for what is taken or has changed, 412 for another {@code
 * ifMatch}, 503 while the store is away.
 */
public interface Collection {

    /** Such as {@code iam/users}. */
    String path();

    /** Whether it has been read from the store at least once; before that it looks empty. */
    boolean isLoaded();

    /** The living entity of that id in that domain. */
    Optional<Entity> get(String domain, String id);

    /** The living entity of that domain with this unique text, such as a login. */
    Optional<Entity> find(String domain, String unique);

    /** All living entities, of all domains, in no order. */
    Stream<Entity> all();

    /** Makes an entity; {@code id} may be given in the body. */
    Entity create(Author author, String domain, ObjectNode body);

    /** Changes the fields given, objects key by key; null removes a field. */
    Entity patch(Author author, String domain, String id, ObjectNode changes, Optional<Instant> ifMatch);

    /** Ends an entity. */
    void delete(Author author, String domain, String id, Optional<Instant> ifMatch);

    /**
     * Adds a listener that hears, on every node, of each entity made, changed or deleted by any node, and of all that are
     * there when they are first read; it must not block.
     */
    void onChange(Consumer<Entity> listener);
}
