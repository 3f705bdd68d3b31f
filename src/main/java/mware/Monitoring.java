package mware;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import mware.core.cluster.Leadership;
import mware.core.cluster.NodeInfo;
import mware.core.config.ActiveConfiguration;
import mware.core.http.DomainGroups;
import mware.core.http.Forwarder;
import mware.core.monitor.ActiveNodesOfSite;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.monitor.MonitorApi;
import mware.core.monitor.NodeReport;
import mware.core.monitor.Probes;
import mware.core.monitor.SiteView;
import mware.core.monitor.SystemNodes;
import mware.core.monitor.SystemState;
import org.apache.camel.spi.Registry;

/** Puts together what a node knows of its site: who is active, what is wrong, and where a request belongs. */
final class Monitoring {

    private final NodeInfo self;
    private final Supplier<String> secret;
    private final SiteView view;
    private final MonitorApi api;
    private final SystemState state;
    private final Probes probes;

    Monitoring(
            NodeInfo self,
            SiteView view,
            ActiveConfiguration configuration,
            Supplier<String> secret,
            Path data,
            Deviations deviations,
            Clock clock) {
        this.self = self;
        this.view = view;
        this.secret = secret;
        var identity = new NodeReport.Identity(self.name(), self.site(), self.server(), self.version());
        var report = new NodeReport(identity, deviations, clock);
        state = new SystemState(report, view, configuration, secret, clock);
        var nodes = new SystemNodes(self.site(), view, configuration, clock);
        api = new MonitorApi(report, state, nodes, configuration);
        probes = new Probes(data, configuration, deviations);
    }

    /** Sends requests about a domain to the active node of its group; the paths that are about one are named here. */
    Forwarder forwarder(DomainGroups domains, Leadership leadership) {
        var node = new Forwarder.Node(self.name(), self.group(), leadership::isActive);
        return new Forwarder(node, domains, new ActiveNodesOfSite(view), secret).domainBound("/api/syslogtrap/");
    }

    /** What is wrong, by node; asks the other nodes, within their time limit. */
    Map<String, List<Deviation>> byNode() {
        return state.byNode();
    }

    /** What {@code MonitorRoutes} finds in the registry. */
    void bind(Registry registry) {
        registry.bind("probes", probes);
        registry.bind("monitorApi", api);
    }
}
