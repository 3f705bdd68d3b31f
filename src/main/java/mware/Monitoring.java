package mware;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import mware.core.cluster.ClusterSite;
import mware.core.cluster.GroupsView;
import mware.core.cluster.Leadership;
import mware.core.cluster.NodeInfo;
import mware.core.cluster.NodeRegistry;
import mware.core.cluster.ZooKeeperConnection;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.Role;
import mware.core.http.DomainGroups;
import mware.core.http.Forwarder;
import mware.core.http.HttpAddress;
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

    private final Role.Mware role;
    private final ActiveConfiguration configuration;
    private final Leadership leadership;
    private final Supplier<String> secret;
    private final Clock clock;
    private final String site;
    private final String server;
    private final NodeRegistry registry;
    private final Function<Configuration, NodeInfo> self;
    private final SiteView view;
    private final NodeReport report;
    private final SystemState state;
    private final SiteTls tls;

    /** Prepares; create it before {@code connection} is started. */
    Monitoring(
            Role.Mware role,
            ActiveConfiguration configuration,
            Leadership leadership,
            ZooKeeperConnection connection,
            Deviations deviations,
            Supplier<String> secret,
            HttpAddress http,
            SiteTls tls,
            String instance,
            Clock clock) {
        this.role = role;
        this.configuration = configuration;
        this.leadership = leadership;
        this.secret = secret;
        this.clock = clock;
        Configuration now = configuration.current();
        site = now.siteOf(role.name()).orElseThrow().name();
        server = now.serverOf(role.name()).orElseThrow().name();
        String started = clock.instant().toString();
        self = next -> new NodeInfo(
                role.name(),
                site,
                server,
                role.group(),
                next.node(role.name()).orElse(role).order(),
                url(next, role.name(), http, tls.isOn()),
                Mware.version(),
                started,
                instance);
        registry = new NodeRegistry(connection, self.apply(now), deviations);
        configuration.onApply(this::apply);
        view = new ClusterSite(
                () -> self.apply(configuration.current()), registry, new GroupsView(connection), configuration);
        report = new NodeReport(new NodeReport.Identity(role.name(), site, server, Mware.version()), deviations, clock);
        state = new SystemState(report, view, configuration, secret, clock, tls.context());
        this.tls = tls;
    }

    /** What the others see of this node, when it has another order or address now. */
    private void apply(Configuration next) {
        NodeInfo info = self.apply(next);
        if (!registry.node(role.name()).filter(info::equals).isPresent()) {
            registry.update(info);
        }
    }

    /** The nodes that have joined; this one's entry tells whether its name is its own. */
    NodeRegistry registry() {
        return registry;
    }

    /** Where other nodes reach this one: on its interface, when it listens on all of them. */
    private static String url(Configuration configuration, String role, HttpAddress http, boolean tls) {
        boolean all = http.host().equals("0.0.0.0") || http.host().equals("::");
        return (all ? new HttpAddress(configuration.addressOf(role).orElse("127.0.0.1"), http.port()) : http).url(tls);
    }

    /** Sends requests about a domain to the active node of its group; the paths that are about one are named here. */
    Forwarder forwarder(DomainGroups domains) {
        var forwarder = new Forwarder(
                        new Forwarder.Node(role.name(), role.group(), leadership::isActive),
                        domains,
                        new ActiveNodesOfSite(view),
                        secret)
                .domainBound("/api/syslogtrap/");
        tls.trust().ifPresent(forwarder::trusting);
        return forwarder;
    }

    /** From now on tells the other nodes which version of the configuration is in force here. */
    void configuration(LongSupplier version) {
        report.configuration(version);
    }

    /** What is wrong in the site, by node; asks the other nodes, within their time limit. */
    Map<String, List<Deviation>> byNode() {
        return state.byNode();
    }

    /** What {@code MonitorRoutes} finds in the registry. */
    void bind(Registry registry, Path data, Deviations deviations) {
        var nodes = new SystemNodes(site, view, configuration, clock);
        registry.bind("probes", new Probes(data, configuration, deviations));
        registry.bind("monitorApi", new MonitorApi(report, state, nodes, configuration));
    }
}
