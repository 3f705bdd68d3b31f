package mware.core.cluster;

import java.util.Optional;
import mware.core.domain.ServedDomains;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;

/** What every route file starts from: entry routes of a service and its inner steps. */
public abstract class ServiceRoutes extends RouteBuilder {

    /** The registry name of the route policy that starts and stops entry routes with the group's election. */
    public static final String ACTIVE_NODE = "activeNode";

    /** The property of a route that is a duty of the master domain. */
    public static final String MASTER_DOMAIN = "mware.master-domain";

    /** Starts an entry route of {@code service} that consumes only on the active node of this node's group. */
    protected final RouteDefinition onActiveNode(String service, String uri) {
        return from(uri).routeId(service).autoStartup(false).routePolicyRef(ACTIVE_NODE);
    }

    /** Like {@link #onActiveNode}, for a duty of the master domain: only while this group serves it. */
    protected final RouteDefinition onActiveNodeOfMasterDomain(String service, String uri) {
        return onActiveNode(service, uri).routeProperty(MASTER_DOMAIN, "true");
    }

    /** Whether a route belongs to this node's group now; those of the master domain only while it serves that. */
    public static boolean isOurs(Route route) {
        return !route.getProperties().containsKey(MASTER_DOMAIN)
                || route.getCamelContext().getRegistry().findByType(ServedDomains.class).stream()
                        .allMatch(ServedDomains::hasMasterDomain);
    }

    /** Starts an entry route of {@code service} that consumes on every node. */
    protected final RouteDefinition onEveryNode(String service, String uri) {
        return from(uri).routeId(service);
    }

    /**
     * Starts a route that answers HTTP requests on every node; its step is {@code process(Api.answer(...))}.
     *
     * @param method such as {@code GET}, or several with commas; what answers GET answers HEAD
     * @param path such as {@code /api/monitor/v1/system/nodes/{name}}
     */
    protected final RouteDefinition onRequest(String routeId, String method, String path) {
        String methods = method.matches("(.*,)?GET(,.*)?") ? method + ",HEAD" : method;
        return from("platform-http:" + path + "?httpMethodRestrict=" + methods).routeId(routeId);
    }

    /** Starts an inner step, sent to as {@code direct:service.step}; its route id is the same name. */
    protected final RouteDefinition step(String name) {
        return from("direct:" + name).routeId(name);
    }

    /** The bean of this type; looked up, since injected fields are empty after a hot reload. */
    protected final <T> T the(Class<T> type) {
        return getContext().getRegistry().mandatoryFindSingleByType(type);
    }

    /** The bean of this type where the node has one. */
    protected final <T> Optional<T> any(Class<T> type) {
        return getContext().getRegistry().findByType(type).stream().findFirst();
    }
}
