package mware.core.collection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** What readers are answered for entities that were asked for lately, ready made; begun anew when it is full. */
final class ReadyTexts {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MOST = 8 << 20;
    private static final int EACH = 180;

    /** By the row itself: another state of an entity is another row. */
    private final ConcurrentMap<Row, Ready> texts = new ConcurrentHashMap<>();

    /**
     * An entity as it is answered.
     *
     * @param tag of this state of it, in quotes (RFC 9110, 8.8.3)
     */
    record Ready(byte[] json, String tag) {}

    private final AtomicLong bytes = new AtomicLong();

    Ready of(StoredCollection collection, Row row) {
        Ready ready = texts.get(row);
        if (ready != null) {
            return ready;
        }
        Ready made;
        try {
            made = new Ready(JSON.writeValueAsBytes(Showing.of(collection, row)), tag(row));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        long size = made.json().length + EACH;
        if (bytes.addAndGet(size) > MOST) {
            bytes.set(size);
            texts.clear();
        }
        texts.put(row, made);
        return made;
    }

    static String tag(Row row) {
        return '"' + Times.text(row.modified) + '"';
    }
}
