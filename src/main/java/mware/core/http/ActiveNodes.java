package mware.core.http;

import java.time.Instant;
import java.util.Optional;

/** Which node is the active one of a group, as far as this node knows; answers at once, from memory. */
public interface ActiveNodes {

    /** The active node of {@code group}; empty when there is none or it is not known. */
    Optional<ActiveNode> of(int group);

    /** Why {@link #of} is empty, in words for an operator. */
    default String whyNone(int group) {
        return "no node of group " + group + " is active now";
    }

    /**
     * The active node of a group.
     *
     * @param url where its API answers, such as {@code http://10.0.0.2:8080}
     * @param epoch its term
     * @param since when the term began
     * @param why why it became active
     */
    record ActiveNode(String node, String url, long epoch, Instant since, String why) {}
}
