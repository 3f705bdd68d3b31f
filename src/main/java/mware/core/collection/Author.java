package mware.core.collection;

import mware.core.http.Caller;

/**
 * Who writes, and from where.
 *
 * @param address the address that the request came from; empty for the node itself
 * @param request the id of the request; empty for the node itself
 */
public record Author(Caller caller, String address, String request) {

    /** The node itself. */
    public static final Author NODE = new Author(Caller.CLUSTER, "", "");
}
