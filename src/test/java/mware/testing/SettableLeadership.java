package mware.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import mware.core.cluster.Leadership;

/** A leadership that the test gives and takes; listeners are called on the test's thread. */
public final class SettableLeadership implements Leadership {

    private final List<Listener> listeners = new ArrayList<>();
    private volatile OptionalLong epoch = OptionalLong.empty();

    /** Makes the node active under this epoch. */
    public void give(long next) {
        change(OptionalLong.of(next), "the test gave it");
    }

    /** Makes the node passive. */
    public void take() {
        change(OptionalLong.empty(), "the test took it");
    }

    private synchronized void change(OptionalLong next, String why) {
        epoch = next;
        listeners.forEach(listener -> listener.changed(next, why));
    }

    @Override
    public OptionalLong epoch() {
        return epoch;
    }

    @Override
    public synchronized void onChange(Listener listener) {
        listeners.add(listener);
        listener.changed(epoch, "as it is");
    }
}
