package mware.core.cluster;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import mware.core.monitor.SiteView;

/** The site as ZooKeeper's copies on this node show it; this node is always among its nodes. */
public final class SiteOfNodes implements SiteView {

    private final NodeInfo self;
    private final NodeRegistry registry;
    private final GroupsView groups;

    public SiteOfNodes(NodeInfo self, NodeRegistry registry, GroupsView groups) {
        this.self = self;
        this.registry = registry;
        this.groups = groups;
    }

    @Override
    public List<LiveNode> nodes() {
        var nodes = new TreeMap<String, NodeInfo>();
        registry.nodes().forEach(node -> nodes.put(node.name(), node));
        nodes.put(self.name(), self);
        return nodes.values().stream().map(SiteOfNodes::live).toList();
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

    @Override
    public List<Group> groups() {
        boolean current = groups.isCurrent();
        var found = new TreeMap<Integer, Group>();
        nodes().forEach(node -> found.put(
                node.group(),
                new Group(
                        node.group(),
                        Optional.empty(),
                        current ? "its nodes have not elected one" : "ZooKeeper is not connected")));
        if (current) {
            groups.all()
                    .forEach((number, active) -> found.put(
                            number,
                            new Group(
                                    number,
                                    Optional.of(
                                            new Active(active.node(), active.epoch(), active.since(), active.why())),
                                    "")));
        }
        return new ArrayList<>(found.values());
    }
}
