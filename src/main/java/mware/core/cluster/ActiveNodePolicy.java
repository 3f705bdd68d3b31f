package mware.core.cluster;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.RouteAware;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.zookeepermaster.policy.MasterRoutePolicy;
import org.jspecify.annotations.Nullable;

/**
 * Camel's master route policy for one entry route, on the node's one election.
 *
 * <p>Unlike the stock one it survives a hot reload (the stock one starts before it knows its route, and the one of the
 * former route stays master for good), and it lets no exchange begin once the role is not certain: a consumer takes time
 * to stop, a lease ends in an instant.
 */
public final class ActiveNodePolicy extends MasterRoutePolicy implements RouteAware {

    private final ActiveRoutes routes;
    private @Nullable Route route;

    ActiveNodePolicy(ActiveRoutes routes) {
        this.routes = routes;
        setGroupName("node");
    }

    /** Camel calls it before it starts the policy, and {@link #onInit} only afterwards. */
    @Override
    public void setRoute(Route of) {
        route = of;
        setCamelContext(of.getCamelContext());
        onInit(of);
        routes.remember(of);
    }

    @Override
    public @Nullable Route getRoute() {
        return route;
    }

    @Override
    protected Runnable onLockOwned() {
        return () -> routes.start(known());
    }

    @Override
    protected Runnable onDisconnected() {
        return () -> routes.stopped(known());
    }

    private Route known() {
        if (route == null) {
            throw new IllegalStateException("the policy has no route");
        }
        return route;
    }

    @Override
    public void onExchangeBegin(Route of, Exchange exchange) {
        if (!routes.admits() || !ServiceRoutes.isOurs(of)) {
            exchange.setRouteStop(true);
        }
    }

    @Override
    public void onRemove(Route removed) {
        try {
            routes.forget(removed);
            getCamelContext().removeService(this);
            stop();
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeCamelException(e);
        }
    }
}
