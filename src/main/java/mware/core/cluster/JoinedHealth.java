package mware.core.cluster;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * The health check {@code cluster}: down until the node has joined its group for the first time, so that whoever restarts
 * a group node by node waits for the stand-in before it stops the next one; and until it is decided which node is active,
 * so that a node of its own is not called well a moment before it opens its ports.
 *
 * <p>It stays up when ZooKeeper goes away later: a restart would not mend that, and the system state tells it.
 */
public final class JoinedHealth extends AbstractHealthCheck {

    private final GroupElection election;

    private JoinedHealth(GroupElection election) {
        super("mware", "cluster");
        this.election = election;
    }

    /** Adds the check to those of {@code camel}. */
    public static void bind(CamelContext camel, GroupElection election) {
        var check = new JoinedHealth(election);
        check.setCamelContext(camel);
        HealthCheckRegistry.get(camel).register(check);
    }

    @Override
    protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
        if (!election.hasJoined()) {
            result.message("this node has not joined its group yet").down();
        } else if (!election.hasPlace()) {
            result.message("it is not decided yet whether this node is the active one of its group")
                    .down();
        } else {
            result.up();
        }
    }
}
