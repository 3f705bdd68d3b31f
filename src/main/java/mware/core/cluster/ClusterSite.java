package mware.core.cluster;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import mware.core.config.ActiveConfiguration;
import mware.core.monitor.SiteView;

/** The site as ZooKeeper has it, or had it when it was last reached. */
public final class ClusterSite implements SiteView {

    private final Supplier<NodeInfo> self;
    private final NodeRegistry registry;
    private final GroupsView groups;
    private final ActiveConfiguration configuration;

    /**
     * Looks at the site of one node.
     *
     * @param self this node as it is now
     */
    public ClusterSite(
            Supplier<NodeInfo> self, NodeRegistry registry, GroupsView groups, ActiveConfiguration configuration) {
        this.self = self;
        this.registry = registry;
        this.groups = groups;
        this.configuration = configuration;
    }

    @Override
    public List<LiveNode> nodes() {
        List<LiveNode> nodes = new ArrayList<>();
        registry.nodes().forEach(node -> nodes.add(live(node)));
        if (nodes.stream().noneMatch(node -> node.name().equals(self.get().name()))) {
            nodes.add(live(self.get())); // this one runs, whatever ZooKeeper has to say
        }
        return nodes;
    }

    @Override
    public List<Group> groups() {
        Map<Integer, GroupsView.Active> active = groups.all();
        TreeSet<Integer> numbers =
                new TreeSet<>(configuration.current().groups(self.get().site()).keySet());
        numbers.addAll(active.keySet());
        String why = groups.isCurrent()
                ? "none of its nodes has joined, or the election is going on"
                : "ZooKeeper cannot be reached from " + self.get().name();
        return numbers.stream()
                .map(number -> {
                    Optional<Active> term = Optional.ofNullable(active.get(number))
                            .map(one -> new Active(one.node(), one.epoch(), one.since(), one.why()));
                    return new Group(number, term, term.isPresent() ? "" : why);
                })
                .toList();
    }

    @Override
    public boolean isCurrent() {
        return groups.isCurrent();
    }

    private static LiveNode live(NodeInfo node) {
        return new LiveNode(
                node.name(),
                node.site(),
                node.server(),
                node.group(),
                node.order(),
                node.http(),
                node.version(),
                Instant.parse(node.startedAt()));
    }
}
