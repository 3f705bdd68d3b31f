package mware.core.cluster;

import java.util.List;

/**
 * Where a group keeps what in ZooKeeper.
 *
 * <p>{@code candidates/<order>-<node>}: ephemeral, one for each live node. {@code leader}: ephemeral, the proof of being
 * active; its czxid is the epoch. {@code epoch}: lasting, rewritten in the same transaction that makes {@code leader},
 * so its mzxid is the epoch too, and its version is what fenced writes check. {@code heartbeat}: lasting, written by the
 * active node to prove its lease. {@code empty}: there while the runtime state waits to be thrown away. {@code state}:
 * the runtime state.
 */
public record GroupPaths(int group) {

    static final String GROUPS = SiteSecret.ROOT + "/groups";

    public String base() {
        return GROUPS + "/" + group;
    }

    public String candidates() {
        return base() + "/candidates";
    }

    String candidate(int order, String node) {
        return candidates() + "/" + "%010d".formatted(order) + "-" + node;
    }

    public String leader() {
        return base() + "/leader";
    }

    public String epoch() {
        return base() + "/epoch";
    }

    String heartbeat() {
        return base() + "/heartbeat";
    }

    String empty() {
        return base() + "/empty";
    }

    public String state() {
        return base() + "/state";
    }

    List<String> lasting() {
        return List.of(base(), candidates(), epoch(), heartbeat(), state());
    }
}
