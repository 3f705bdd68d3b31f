package mware.core.cluster;

import java.util.OptionalLong;

/** Whether this node may act for its group right now, and under which epoch; safe and quick on any thread. */
public interface Leadership {

    /**
     * The epoch under which this node acts: the czxid of the group's {@code leader} node, which rises with every
     * take-over. Empty while this node is passive, cut off from ZooKeeper, or not sure.
     */
    OptionalLong epoch();

    /** Whether this node may act now. */
    default boolean isActive() {
        return epoch().isPresent();
    }

    /** Adds a listener; it is told the present state at once, then every change, always on one and the same thread. */
    void onChange(Listener listener);

    /** Hears of take-overs and step-downs. */
    @FunctionalInterface
    interface Listener {

        /**
         * Called after a change; may block for a short time, never on a ZooKeeper thread.
         *
         * @param epoch the epoch of this node's term, empty when it is not active (any more)
         * @param why the reason in words, fit for a log line
         */
        void changed(OptionalLong epoch, String why);
    }
}
