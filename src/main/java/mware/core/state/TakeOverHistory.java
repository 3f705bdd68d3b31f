package mware.core.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import mware.core.cluster.Leadership;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the last take-overs of the group in its runtime state: who was active from when until when, and why. */
public final class TakeOverHistory implements Leadership.Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("cluster");
    private static final String KEY = "cluster/history";
    private static final int KEPT = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RuntimeState state;
    private final String node;
    private final Clock clock;
    private final ExecutorService own = Executors.newSingleThreadExecutor(work -> {
        var thread = new Thread(work, "cluster-history");
        thread.setDaemon(true);
        return thread;
    });

    /** Writes the terms of {@code node}; register it with {@link Leadership#onChange}. */
    public TakeOverHistory(RuntimeState state, String node, Clock clock) {
        this.state = state;
        this.node = node;
        this.clock = clock;
    }

    /**
     * One term.
     *
     * @param epoch hexadecimal
     * @param from when it began, ISO 8601, by the clock of its node
     * @param until when the next one began; null for the present one
     */
    public record Entry(String node, String epoch, String from, @Nullable String until, String why) {}

    /** The last 50 terms, oldest first; throws {@link StateException} when they cannot be read. */
    public List<Entry> entries() {
        return state.get(KEY).map(TakeOverHistory::read).orElse(List.of());
    }

    @Override
    public void changed(OptionalLong epoch, String why) {
        String from = clock.instant().toString();
        epoch.ifPresent(term -> own.execute(() -> begin(term, from, why)));
    }

    private void begin(long epoch, String from, String why) {
        try {
            var entries = new ArrayList<>(entries());
            String term = Long.toHexString(epoch);
            if (!entries.isEmpty()) {
                Entry last = entries.get(entries.size() - 1);
                if (last.epoch().equals(term)) {
                    return; // it goes on after a cut
                }
                entries.set(entries.size() - 1, new Entry(last.node(), last.epoch(), last.from(), from, last.why()));
            }
            entries.add(new Entry(node, term, from, null, why));
            state.put(
                    epoch,
                    KEY,
                    JSON.writeValueAsBytes(entries.subList(Math.max(0, entries.size() - KEPT), entries.size())));
        } catch (StateException e) {
            LOG.warn("the take-over is not in the history: {}", e.getMessage());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Entry> read(byte[] content) {
        try {
            return JSON.readValue(content, new TypeReference<List<Entry>>() {});
        } catch (IOException e) {
            LOG.warn("the history of take-overs cannot be read and begins anew: {}", e.getMessage());
            return List.of();
        }
    }

    @Override
    public void close() {
        own.shutdown();
    }
}
