package mware.core.iam;

/** The sessions that were ended before their time, on all nodes; asked at each request, from memory. */
public interface Revoked {

    /** Whether the session of this name was ended, as far as this node knows. */
    boolean contains(String session);

    /**
     * Ends a session: here at once, and for the other nodes when this returns; blocks for at most a few seconds.
     *
     * @return whether the other nodes have been told; if not, they are as soon as ZooKeeper is back
     */
    boolean add(String session);

    /** Forgets those whose time is over; blocks. */
    void sweep();
}
