package mware.core.collection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import mware.core.store.Entity;

/** What a collection does besides what its schema says; called on a thread that may block. */
public interface CollectionRules {

    /** A collection that adds nothing. */
    CollectionRules NONE = new CollectionRules() {};

    /**
     * What is kept for {@code body}, which has passed the schema: the whole entity as it would be, changes merged in.
     * Throws {@link mware.core.http.ApiException} to refuse it. Fields of the result that the schema does not know, such
     * as a hash, are kept, come back with the next change, and are never shown.
     *
     * @param former the entity before; empty when it is being made
     */
    default Written write(Author author, String domain, Optional<Entity> former, ObjectNode body) {
        return new Written(body, Optional.empty());
    }

    /** Throws {@link mware.core.http.ApiException} when this entity must not be deleted. */
    default void delete(Author author, Entity entity) {}

    /** What there is besides what the store keeps, such as the domains of the configuration; versions are 0. */
    default List<Entity> standing() {
        return List.of();
    }

    /** What a reader sees of {@code body}, from which fields of mode {@code in} were taken out already. */
    default ObjectNode show(Entity entity, ObjectNode body) {
        return body;
    }

    /** What a reader of one entity sees of it; {@code shown} is what stands of it in lists. */
    default ObjectNode whole(Entity entity, ObjectNode shown) {
        return shown;
    }

    /**
     * A body to keep, and what only the answer to this one write holds besides it.
     *
     * @param once such as a new API token, which is kept as a hash only
     */
    record Written(ObjectNode body, Optional<ObjectNode> once) {}
}
