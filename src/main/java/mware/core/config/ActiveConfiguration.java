package mware.core.config;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The configuration that is in force now; services ask for it at each step, or listen for a new one. */
public final class ActiveConfiguration {

    private final List<Consumer<Configuration>> listeners = new CopyOnWriteArrayList<>();
    private volatile Configuration current;

    public ActiveConfiguration(Configuration first) {
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
    public void apply(Configuration next) {
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
