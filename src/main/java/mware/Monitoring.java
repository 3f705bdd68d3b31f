package mware;

import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;
import mware.core.cluster.Leadership;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.Role;
import mware.core.http.ConfiguredDomains;
import mware.core.http.Forwarder;
import mware.core.http.HttpAddress;
import mware.core.monitor.ActiveNodesOfSite;
import mware.core.monitor.Deviations;
import mware.core.monitor.LoneSite;
import mware.core.monitor.MonitorApi;
import mware.core.monitor.NodeReport;
import mware.core.monitor.Probes;
import mware.core.monitor.SiteView;
import mware.core.monitor.SystemNodes;
import mware.core.monitor.SystemState;
import org.apache.camel.spi.Registry;

/** Puts together what a node knows of its site: who is active, what is wrong, and where a request belongs. */
final class Monitoring {

    private final Role.Mware role;
    private final ActiveConfiguration configuration;
    private final Leadership leadership;
    private final Supplier<String> secret;
    private final Clock clock;
    private final String site;
    private final String server;
    private final SiteView view;

    Monitoring(
            Role.Mware role,
            ActiveConfiguration configuration,
            Leadership leadership,
            Supplier<String> secret,
            HttpAddress http,
            Clock clock) {
        this.role = role;
        this.configuration = configuration;
        this.leadership = leadership;
        this.secret = secret;
        this.clock = clock;
        Configuration now = configuration.current();
        site = now.siteOf(role.name()).orElseThrow().name();
        server = now.serverOf(role.name()).orElseThrow().name();
        view = new LoneSite(
                new SiteView.LiveNode(
                        role.name(),
                        site,
                        server,
                        role.group(),
                        role.order(),
                        NodeFile.reachable(http).url(),
                        Mware.version(),
                        clock.instant()),
                leadership,
                clock);
    }

    /** Sends requests about a domain to the active node of its group; the paths that are about one are named here. */
    Forwarder forwarder() {
        return new Forwarder(
                        new Forwarder.Node(role.name(), role.group(), leadership::isActive),
                        new ConfiguredDomains(configuration, site),
                        new ActiveNodesOfSite(view),
                        secret)
                .domainBound("/api/syslogtrap/");
    }

    /** What {@code MonitorRoutes} finds in the registry. */
    void bind(Registry registry, Path data, Deviations deviations) {
        var report =
                new NodeReport(new NodeReport.Identity(role.name(), site, server, Mware.version()), deviations, clock);
        var state = new SystemState(report, view, configuration, secret, clock);
        var nodes = new SystemNodes(site, view, configuration, clock);
        registry.bind("probes", new Probes(data, configuration, deviations));
        registry.bind("monitorApi", new MonitorApi(report, state, nodes, configuration));
    }
}
