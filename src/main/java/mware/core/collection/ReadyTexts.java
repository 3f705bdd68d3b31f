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
    private static final int EACH = 100;

    /** By the row itself: another state of an entity is another row. */
    private final ConcurrentMap<Row, byte[]> texts = new ConcurrentHashMap<>();

    private final AtomicLong bytes = new AtomicLong();

    byte[] of(StoredCollection collection, Row row) {
        byte[] ready = texts.get(row);
        if (ready != null) {
            return ready;
        }
        byte[] made;
        try {
            made = JSON.writeValueAsBytes(Showing.of(collection, row));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        if (bytes.addAndGet(made.length + EACH) > MOST) {
            bytes.set(made.length + EACH);
            texts.clear();
        }
        texts.put(row, made);
        return made;
    }
}
