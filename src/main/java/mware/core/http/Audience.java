package mware.core.http;

import java.util.List;
import java.util.Optional;

/**
 * Decides what an address answers on a node that has a second one for operators. Pure.
 *
 * <p>The operators' address answers everything. The first one is then for programs and other nodes: health, whoever shows
 * the cluster secret, and API tokens; no log-in and no session, and for tokens neither accounts nor configuration nor
 * route files.
 */
final class Audience {

    /** What a try to log in at the first address is told. */
    static final String NO_LOG_IN = "operators log in at their own address (http.operators-address)";

    private static final List<String> OPERATORS_ONLY = List.of("/rest/v1/iam/", "/rest/v1/master/", "/api/routes/");

    private Audience() {}

    /** Why the first address does not answer this; empty when it does. */
    static Optional<String> refusal(String path, Caller.Kind kind) {
        if (kind == Caller.Kind.CLUSTER) {
            return Optional.empty();
        }
        if (kind == Caller.Kind.USER) {
            return Optional.of("sessions are for the operators' address (http.operators-address)");
        }
        return OPERATORS_ONLY.stream().anyMatch(path::startsWith)
                ? Optional.of("this path is for the operators' address (http.operators-address)")
                : Optional.empty();
    }
}
