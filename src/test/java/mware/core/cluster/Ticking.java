package mware.core.cluster;

import java.util.List;

/** Entry routes for tests. */
final class Ticking {

    private Ticking() {}

    /** Adds its id to {@code ran} every 10 ms while this node is active. */
    static ServiceRoutes route(String id, List<String> ran) {
        return new ServiceRoutes() {
            @Override
            public void configure() {
                onActiveNode(id, "timer:" + id + "?period=10&delay=0").process(exchange -> ran.add(id));
            }
        };
    }
}
