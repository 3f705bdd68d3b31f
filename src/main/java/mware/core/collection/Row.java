package mware.core.collection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import mware.core.store.Entity;
import org.jspecify.annotations.Nullable;

/** An entity as it lies in memory: its body as JSON text, a fifth of the size of a tree. */
final class Row {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a row costs besides its body, in bytes: itself, its places in the indexes, its texts. */
    private static final int OVERHEAD = 350;

    final String id;
    final String domain;
    final @Nullable String unique;
    final byte[] body;
    final long created;
    final long modified;
    final long version;

    private Row(
            String id, String domain, @Nullable String unique, byte[] body, long created, long modified, long version) {
        this.id = id;
        this.domain = domain;
        this.unique = unique;
        this.body = body;
        this.created = created;
        this.modified = modified;
        this.version = version;
    }

    static Row of(Entity entity) {
        try {
            return new Row(
                    entity.id(),
                    entity.domain(),
                    entity.unique(),
                    JSON.writeValueAsBytes(entity.body()),
                    entity.created().toEpochMilli(),
                    entity.modified().toEpochMilli(),
                    entity.version());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    Entity entity() {
        return new Entity(
                id,
                domain,
                unique,
                body(),
                Instant.ofEpochMilli(created),
                Instant.ofEpochMilli(modified),
                version,
                false);
    }

    /** A tree of its own, free to be changed. */
    ObjectNode body() {
        try {
            return (ObjectNode) JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it takes of memory, about. */
    int size() {
        return OVERHEAD + body.length + (unique == null ? 0 : unique.length());
    }

    Order order() {
        return new Order(created, id);
    }

    /** Entities stand in the order in which they were made. */
    record Order(long created, String id) implements Comparable<Order> {
        @Override
        public int compareTo(Order other) {
            int first = Long.compare(created, other.created);
            return first == 0 ? id.compareTo(other.id) : first;
        }
    }
}
