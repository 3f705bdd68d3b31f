package mware.core.monitor;

import java.util.LinkedHashMap;
import java.util.Map;
import mware.core.config.ActiveConfiguration;
import mware.core.http.Api;
import mware.core.http.ApiException;
import mware.core.http.Caller;

/** The API of {@code /api/monitor/v1/system}, for master-domain administrators and the cluster itself. */
public final class MonitorApi {

    private final NodeReport own;
    private final SystemState state;
    private final SystemNodes nodes;
    private final ActiveConfiguration configuration;

    public MonitorApi(NodeReport own, SystemState state, SystemNodes nodes, ActiveConfiguration configuration) {
        this.own = own;
        this.state = state;
        this.nodes = nodes;
        this.configuration = configuration;
    }

    /** What is wrong in the site. */
    public Object state(Api.Request request) {
        administrator(request);
        request.allow();
        return ok(state.gather());
    }

    /** Which nodes there are. */
    public Object nodes(Api.Request request) {
        administrator(request);
        request.allow();
        return ok(nodes.list());
    }

    /** What this node says of itself; only for the nodes that gather. */
    public Object node(Api.Request request) {
        if (request.caller().kind() != Caller.Kind.CLUSTER) {
            throw new ApiException(403, "only the nodes of the cluster ask this");
        }
        return own.report();
    }

    private void administrator(Api.Request request) {
        String master = configuration.current().masterDomain().name();
        if (!request.caller().isAdministratorOf(master)) {
            throw new ApiException(403, "only administrators of the master domain see the system state");
        }
    }

    private static Map<String, Object> ok(Object data) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("resultcode", 0);
        answer.put("resultmsg", "OK");
        answer.put("data", data);
        return answer;
    }
}
