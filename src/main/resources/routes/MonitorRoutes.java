package routes;

import mware.core.cluster.ServiceRoutes;
import mware.core.http.Api;
import mware.core.monitor.MonitorApi;
import mware.core.monitor.Probes;

/** Every node looks at its machine, and tells what is wrong in the site to whom it concerns. */
public final class MonitorRoutes extends ServiceRoutes {

    @Override
    public void configure() {
        Probes probes = the(Probes.class);
        MonitorApi api = the(MonitorApi.class);

        onEveryNode("monitor", "scheduler:monitor?initialDelay=1s&delay={{monitor.period}}")
            .process(tick -> probes.look());

        onRequest("monitor.state", "GET", "/api/monitor/v1/system/state")
            .process(Api.answer(api::state));

        onRequest("monitor.nodes", "GET", "/api/monitor/v1/system/nodes")
            .process(Api.answer(api::nodes));

        onRequest("monitor.node", "GET", "/api/monitor/v1/system/node")
            .process(Api.answer(api::node));
    }
}
