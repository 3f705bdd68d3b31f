package mware.service.syslogtrap.snmp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviation.Status;

/**
 * Says which deviations receivers have to be told about, given what they were told before. Pure.
 *
 * @param told what receivers know afterwards, by instance
 * @param raised new ones, and known ones whose status changed
 * @param cleared those that were told and stand no more
 */
record StateChanges(Map<String, Known> told, List<Known> raised, List<Known> cleared) {

    /** So many open deviations are told; a system with more has other worries. */
    static final int MOST_TOLD = 1000;

    /**
     * A deviation that receivers know.
     *
     * @param instance pairs a raise with its clear: equal for one deviation while it stands, on whatever node it is told
     * @param since ISO instant
     */
    record Known(
            String instance, String node, String category, String key, Status status, String reason, String since) {}

    /**
     * Compares.
     *
     * @param before what receivers know, by instance
     * @param open the open deviations of each node that answered; what is known of others stays as it is
     */
    static StateChanges between(Map<String, Known> before, Map<String, List<Deviation>> open) {
        Map<String, Known> told = new LinkedHashMap<>();
        var raised = new ArrayList<Known>();
        var cleared = new ArrayList<Known>();
        Map<String, Known> standing = new LinkedHashMap<>();
        open.forEach((node, deviations) -> deviations.forEach(deviation -> {
            Known known = known(node, deviation);
            standing.put(known.instance(), known);
        }));
        before.forEach((instance, known) -> {
            if (!open.containsKey(known.node()) || standing.containsKey(instance)) {
                told.put(instance, known);
            } else {
                cleared.add(known);
            }
        });
        standing.forEach((instance, known) -> {
            Known earlier = told.get(instance);
            if (earlier == null && told.size() >= MOST_TOLD) {
                return;
            }
            if (earlier == null || earlier.status() != known.status()) {
                raised.add(known);
                told.put(instance, known);
            }
        });
        return new StateChanges(told, raised, cleared);
    }

    private static Known known(String node, Deviation deviation) {
        return new Known(
                instance(node, deviation.category(), deviation.key(), deviation.since()),
                node,
                deviation.category(),
                deviation.key(),
                deviation.status(),
                deviation.reason(),
                deviation.since().toString());
    }

    private static String instance(String node, String category, String key, Instant since) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((node + '\n' + category + '\n' + key + '\n' + since).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
