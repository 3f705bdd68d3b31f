package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The configuration that is in force now; services ask for it at each step, or listen for a new one. */
public final class ActiveConfiguration {

    private final List<Consumer<Configuration>> listeners = new CopyOnWriteArrayList<>();
    private Configuration applied;
    private Map<String, JsonNode> overrides = Map.of();
    private volatile Configuration current;

    public ActiveConfiguration(Configuration first) {
        applied = first;
        current = first;
    }

    /** The one in force. */
    public Configuration current() {
        return current;
    }

    /**
     * Puts {@code next} in force and tells all listeners, on the caller's thread; what one of them throws is thrown when
     * all have heard.
     */
    public synchronized void apply(Configuration next) {
        applied = next;
        tell();
    }

    /**
     * Lays settings of services over those of the configuration, in place of former ones, and tells as {@link #apply}
     * does.
     *
     * @param settings by service, such as {@code syslog_trap}; each replaces the whole setting
     */
    public synchronized void override(Map<String, JsonNode> settings) {
        if (!settings.equals(overrides)) {
            overrides = Map.copyOf(settings);
            tell();
        }
    }

    private void tell() {
        Configuration next = applied.with(overrides);
        current = next;
        RuntimeException failure = null;
        for (Consumer<Configuration> listener : listeners) {
            try {
                listener.accept(next);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Adds a listener that hears of each new configuration. */
    public void onApply(Consumer<Configuration> listener) {
        listeners.add(listener);
    }
}
