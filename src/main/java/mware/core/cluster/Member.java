package mware.core.cluster;

import java.time.Duration;

/**
 * This node as a member of its group.
 *
 * @param instance tells this process from an earlier one of the same name
 * @param order the lowest live order becomes active
 * @param failback whether it takes over again when it comes back
 * @param failbackDelay how long it must have been healthy before it does
 * @param beginsEmpty whether the group's runtime state is thrown away when this node starts with no other alive
 */
public record Member(
        String node,
        String instance,
        int group,
        int order,
        boolean failback,
        Duration failbackDelay,
        boolean beginsEmpty) {}
