package mware.core.cluster;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.camel.component.zookeepermaster.group.Group;
import org.apache.camel.component.zookeepermaster.group.GroupListener;
import org.apache.camel.component.zookeepermaster.group.NodeState;
import org.jspecify.annotations.Nullable;

/**
 * What Camel's master route policy takes for its group: a view of the node's one election, for one route.
 *
 * @param <T> the state that Camel shows about the route
 */
final class NodeGroup<T extends NodeState> implements Group<T> {

    private final BooleanSupplier active;
    private final Consumer<NodeGroup<?>> started;
    private final Consumer<NodeGroup<?>> closed;
    private final List<GroupListener<T>> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable T state;

    NodeGroup(BooleanSupplier active, Consumer<NodeGroup<?>> started, Consumer<NodeGroup<?>> closed) {
        this.active = active;
        this.started = started;
        this.closed = closed;
    }

    /** Tells the policy that the role has come or gone. */
    void tell(GroupListener.GroupEvent event) {
        listeners.forEach(listener -> listener.groupEvent(this, event));
    }

    @Override
    public boolean isConnected() {
        return true; // an election that is cut off is not active, which is all that the policy asks
    }

    @Override
    public void start() {
        started.accept(this);
    }

    @Override
    public void close() {
        closed.accept(this);
    }

    @Override
    public void add(GroupListener<T> listener) {
        listeners.add(listener);
    }

    @Override
    public void remove(GroupListener<T> listener) {
        listeners.remove(listener);
    }

    @Override
    public void update(@Nullable T next) {
        state = next;
    }

    @Override
    public Map<String, T> members() {
        T now = state;
        return now == null ? Map.of() : Map.of(now.getContainer(), now);
    }

    @Override
    public boolean isMaster() {
        return active.getAsBoolean();
    }

    @Override
    public @Nullable T master() {
        return isMaster() ? state : null;
    }

    @Override
    public List<T> slaves() {
        T now = state;
        return isMaster() || now == null ? List.of() : List.of(now);
    }

    @Override
    public @Nullable T getLastState() {
        return state;
    }
}
