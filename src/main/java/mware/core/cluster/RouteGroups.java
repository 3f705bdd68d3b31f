package mware.core.cluster;

import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.component.zookeepermaster.ManagedGroupFactoryStrategy;
import org.apache.camel.component.zookeepermaster.group.Group;
import org.apache.camel.component.zookeepermaster.group.ManagedGroupFactory;
import org.apache.camel.component.zookeepermaster.group.NodeState;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;

/** Hands every master route policy a {@link NodeGroup} of the node's one election instead of a group of its own. */
final class RouteGroups implements ManagedGroupFactoryStrategy, ManagedGroupFactory {

    private final BooleanSupplier active;
    private final Consumer<NodeGroup<?>> started;
    private final Consumer<NodeGroup<?>> closed;

    RouteGroups(BooleanSupplier active, Consumer<NodeGroup<?>> started, Consumer<NodeGroup<?>> closed) {
        this.active = active;
        this.started = started;
        this.closed = closed;
    }

    @Override
    public ManagedGroupFactory createGroupFactory(
            @Nullable CuratorFramework none, ClassLoader loader, CamelContext camel, Callable<CuratorFramework> maker) {
        return this;
    }

    @Override
    public CuratorFramework getCurator() {
        throw new UnsupportedOperationException("the election does not use Curator; see ZooKeeperConnection");
    }

    @Override
    public <T extends NodeState> Group<T> createGroup(String path, Class<T> type) {
        return new NodeGroup<>(active, started, closed);
    }

    @Override
    public <T extends NodeState> Group<T> createGroup(String path, Class<T> type, ThreadFactory threads) {
        return createGroup(path, type);
    }

    @Override
    public <T extends NodeState> Group<T> createMultiGroup(String path, Class<T> type) {
        return createGroup(path, type);
    }

    @Override
    public <T extends NodeState> Group<T> createMultiGroup(String path, Class<T> type, ThreadFactory threads) {
        return createGroup(path, type);
    }

    @Override
    public void close() {
        // each policy closes its own group; the election is not theirs
    }
}
