package mware.core.cluster;

import java.time.Duration;

/** What runs only while this node is active: the entry routes of the services. */
public interface Work {

    /** Starts it; called after the listeners of {@link Leadership} have heard of the term. */
    void start();

    /**
     * Stops it: nothing new begins at once, then what is in flight is awaited.
     *
     * @param limit how long to wait for work in flight; zero when the role is lost already and there is no time
     */
    void stop(Duration limit);
}
