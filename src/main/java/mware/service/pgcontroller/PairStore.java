package mware.service.pgcontroller;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import mware.core.state.RuntimeState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the memory and the history of a pair in the runtime state: {@code pg-controller/<key>/memory} and {@code history}. */
final class PairStore {

    private static final Logger LOG = LoggerFactory.getLogger("pg-controller");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KEPT = 200;

    private final RuntimeState state;
    private final String folder;

    PairStore(RuntimeState state, String key) {
        this.state = state;
        folder = "pg-controller/"
                + URLEncoder.encode(key, StandardCharsets.UTF_8).replace(".", "%2E");
    }

    /**
     * Something that was done or noticed.
     *
     * @param time ISO 8601
     * @param epoch the controller's term, hexadecimal
     * @param rule the row of the table, or what an operator asked for
     * @param step what was done; empty text for nothing
     * @param reason why
     * @param outcome what became of it; empty text where nothing was done
     */
    record Entry(String time, String epoch, String rule, String step, String reason, String outcome, long tookMillis) {}

    /** What is remembered; throws {@link mware.core.state.StateException} when it cannot be read. */
    Memory memory() {
        return state.get(folder + "/memory")
                .map(bytes -> {
                    try {
                        return JSON.readValue(bytes, Memory.class);
                    } catch (IOException e) {
                        LOG.error("{}/memory cannot be read and begins anew: {}", folder, e.getMessage());
                        return Memory.NONE;
                    }
                })
                .orElse(Memory.NONE);
    }

    /** Keeps it; throws as {@link RuntimeState#put} does. */
    void keep(long epoch, Memory memory) {
        state.put(epoch, folder + "/memory", bytes(memory));
    }

    /** The last entries, oldest first. */
    List<Entry> history() {
        return state.get(folder + "/history")
                .map(bytes -> {
                    try {
                        return JSON.readValue(bytes, new TypeReference<List<Entry>>() {});
                    } catch (IOException e) {
                        LOG.warn("{}/history cannot be read and begins anew: {}", folder, e.getMessage());
                        return List.<Entry>of();
                    }
                })
                .orElse(List.of());
    }

    /** Adds an entry; the oldest are dropped. */
    void add(long epoch, Entry entry) {
        List<Entry> entries = new ArrayList<>(history());
        entries.add(entry);
        state.put(
                epoch, folder + "/history", bytes(entries.subList(Math.max(0, entries.size() - KEPT), entries.size())));
    }

    private static byte[] bytes(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
