package mware.core.cluster;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import mware.core.cluster.GroupRecords.TermRecord;
import mware.core.cluster.Session.Stored;

/** Which node is active in each group of the site, from a copy that is fed by watches: safe to ask on any thread. */
public final class GroupsView {

    private final Mirror leaders;

    /** Prepares the view; create it before {@code connection} is started. */
    public GroupsView(ZooKeeperConnection connection) {
        leaders = new Mirror(connection, GroupPaths.GROUPS, "/leader");
    }

    /**
     * The active node of a group.
     *
     * @param since when its term began, by its own clock
     * @param why the reason of its take-over, in words
     */
    public record Active(int group, String node, long epoch, Instant since, String why) {}

    /** The active node of {@code group}; empty when there is none, or none is known yet. */
    public Optional<Active> of(int group) {
        return Optional.ofNullable(leaders.content().get(Integer.toString(group)))
                .flatMap(leader -> active(group, leader));
    }

    /** The active nodes of all groups that have one, by group. */
    public Map<Integer, Active> all() {
        var all = new TreeMap<Integer, Active>();
        leaders.content().forEach((name, leader) -> {
            int group = Integer.parseInt(name);
            active(group, leader).ifPresent(active -> all.put(group, active));
        });
        return all;
    }

    /** Whether this is what ZooKeeper has now; else it is what was known before it went away. */
    public boolean isCurrent() {
        return leaders.isCurrent();
    }

    /** Adds a listener, called on ZooKeeper's event thread after a change: it must not block. */
    public void onChange(Runnable listener) {
        leaders.onChange(listener);
    }

    private static Optional<Active> active(int group, Stored leader) {
        return GroupRecords.read(leader.data(), TermRecord.class)
                .map(term -> new Active(
                        group, term.node(), leader.stat().getCzxid(), Instant.parse(term.since()), term.why()));
    }
}
