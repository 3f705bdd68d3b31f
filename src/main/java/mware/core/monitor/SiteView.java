package mware.core.monitor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The live nodes and the groups of this site, as this node sees them; answers at once, from memory. */
public interface SiteView {

    /** The nodes that have joined, this one among them. */
    List<LiveNode> nodes();

    /** The groups that any node has joined. */
    List<Group> groups();

    /** Whether this is what is there now; else it is what was known before the view was cut off. */
    default boolean isCurrent() {
        return true;
    }

    /**
     * A node that has joined.
     *
     * @param url where its API answers
     * @param version of its build
     */
    record LiveNode(
            String name, String site, String server, int group, int order, String url, String version, Instant since) {}

    /**
     * A group and its active node.
     *
     * @param why why there is no active node, in words; empty when there is one
     */
    record Group(int number, Optional<Active> active, String why) {}

    /**
     * The term of an active node.
     *
     * @param why why it became active
     */
    record Active(String node, long epoch, Instant since, String why) {}
}
