package mware.core.store;

import java.time.Instant;
import java.util.List;

/**
 * One change, as the audit log has it.
 *
 * @param number rises with time
 * @param from the address it came from; empty for the node itself
 * @param request the id of the request; empty for the node itself
 * @param fields the names of the fields that were given, never their values
 */
public record AuditEntry(
        long number,
        Instant at,
        String who,
        String from,
        String request,
        String action,
        String collection,
        String domain,
        String id,
        List<String> fields) {

    public AuditEntry {
        fields = List.copyOf(fields);
    }

    /**
     * Which entries are wanted.
     *
     * @param scope the domain whose subtree they are about; empty for all
     * @param equal fields of an entry and their values
     */
    public record Query(
            String scope, java.util.Map<String, String> equal, Instant since, Instant until, int offset, int limit) {
        public Query {
            equal = java.util.Map.copyOf(equal);
        }
    }
}
