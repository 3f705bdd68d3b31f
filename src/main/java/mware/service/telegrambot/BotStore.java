package mware.service.telegrambot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import mware.core.state.RuntimeState;
import mware.core.state.RuntimeState.Change;
import mware.core.state.StateException;
import mware.service.telegrambot.Outbox.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one active node hands to the next, in the runtime state under {@code telegram-bot}: the number of the next update,
 * the chats, what they were told, and the outbox. Values are JSON, packed with gzip.
 *
 * <p>What one step changes is written at once, so that a command and its answer are both there or both not; only texts of
 * messages, which mean nothing without their places, may be written before.
 */
final class BotStore {

    static final String OFFSET = "telegram-bot/offset";
    static final String BOOK = "telegram-bot/chats";
    static final String TOLD = "telegram-bot/told";
    static final String PLACES = "telegram-bot/places";
    static final String MESSAGES = "telegram-bot/messages";

    /** What one transaction holds at most, well below its limit. */
    private static final int LARGEST_WRITE = 400 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger("telegram-bot");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RuntimeState state;

    BotStore(RuntimeState state) {
        this.state = state;
    }

    /** All that is kept; what cannot be read counts as not there and is told in the log. */
    record Kept(Offset offset, Book book, Told told, List<Message> messages, List<Place> places) {}

    Kept read() {
        var messages = new ArrayList<Message>();
        for (String name : state.children(MESSAGES)) {
            Message message = read(MESSAGES + '/' + name, Message.class, null);
            if (message != null) {
                messages.add(message);
            }
        }
        return new Kept(
                read(OFFSET, Offset.class, Offset.UNKNOWN),
                read(BOOK, Book.class, Book.EMPTY),
                read(TOLD, Told.class, Told.NOTHING),
                messages,
                List.of(read(PLACES, Place[].class, new Place[0])));
    }

    private <T> T read(String key, Class<T> type, T otherwise) {
        return state.get(key)
                .map(bytes -> {
                    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                        return JSON.readValue(in, type);
                    } catch (IOException e) {
                        LOG.error("{} cannot be read and counts as empty: {}", key, e.toString());
                        return otherwise;
                    }
                })
                .orElse(otherwise);
    }

    /**
     * Writes what has changed.
     *
     * @param values further values by their keys, written together with the outbox
     */
    void write(long epoch, Outbox outbox, List<Change> values) {
        var changes = new ArrayList<Change>();
        int size = 0;
        for (Message message : outbox.fresh()) {
            byte[] bytes = bytes(message);
            if (size + bytes.length > LARGEST_WRITE) {
                state.apply(epoch, changes);
                changes.clear();
                size = 0;
            }
            changes.add(new Change.Put(key(message.id()), bytes));
            size += bytes.length;
        }
        if (size > LARGEST_WRITE / 4) {
            state.apply(epoch, changes); // leaves room for the rest
            changes.clear();
        }
        if (outbox.isChanged()) {
            changes.add(put(PLACES, outbox.places()));
        }
        changes.addAll(values);
        outbox.gone().forEach(id -> changes.add(new Change.Delete(key(id))));
        state.apply(epoch, changes);
        outbox.kept();
    }

    private static String key(long message) {
        return "%s/%016x".formatted(MESSAGES, message);
    }

    /** The write of one value. */
    static Change put(String key, Object value) {
        return new Change.Put(key, bytes(value));
    }

    private static byte[] bytes(Object value) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new StateException(
                    "cannot be written as JSON: " + value.getClass().getSimpleName(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
