package mware.core.collection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Predicate;

/**
 * The entities that a list may hold.
 *
 * @param domain the domain that they are kept in
 * @param whole whether all of the domain are visible, so that none need be looked at to count or skip them
 * @param visible whether one is
 */
record Scope(
        StoredCollection collection,
        String domain,
        boolean whole,
        Predicate<Row> visible,
        StoredCollections collections) {

    /** As its reader sees it, in JSON. */
    byte[] shown(Row row) {
        return collections.shown(collection, row);
    }

    /** As its reader sees it. */
    ObjectNode tree(Row row) {
        return Showing.of(collection, row);
    }
}
