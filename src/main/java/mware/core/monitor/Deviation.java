package mware.core.monitor;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * One thing that is not as it should be on this node.
 *
 * @param category the heading of the system state it stands under, such as {@code routes} or {@code snmp} (spec: System
 *     state)
 * @param key what tells it from the others of its category, such as a receiver or a route id
 * @param status how bad it is
 * @param reason what is wrong, in words for an operator
 * @param since when it began
 * @param details further JSON values by name, such as {@code domain}; may be empty
 */
public record Deviation(
        String category, String key, Status status, String reason, Instant since, Map<String, Object> details) {

    public Deviation {
        details = Map.copyOf(details);
    }

    /** The details, sorted by name. */
    public Map<String, Object> sortedDetails() {
        return new TreeMap<>(details);
    }

    /** How bad a deviation is. */
    public enum Status {
        /** Something does not work. */
        ERROR,
        /** It works, but somebody should look. */
        WARNING
    }
}
