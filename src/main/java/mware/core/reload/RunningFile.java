package mware.core.reload;

import java.util.List;
import mware.core.reload.RouteLoader.LoadedRoutes;

/**
 * A route file whose routes are in the node.
 *
 * @param version what they were built from
 * @param routes in the order in which the file names them
 */
record RunningFile(LoadedRoutes version, List<Entry> routes) {

    String file() {
        return version.source().file();
    }

    List<String> ids() {
        return routes.stream().map(Entry::id).toList();
    }

    /**
     * One route and when it should run.
     *
     * @param id its route id
     * @param when the nodes on which it should run
     */
    record Entry(String id, When when) {}

    /** On which nodes a route should run. */
    enum When {
        /** On every node. */
        ALWAYS,
        /** On the active node of the group. */
        ON_ACTIVE_NODE,
        /** On the active node of the group that serves the master domain. */
        ON_ACTIVE_NODE_OF_MASTER_DOMAIN,
        /** When somebody starts it. */
        ON_DEMAND
    }
}
