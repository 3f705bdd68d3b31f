package mware.core.http;

import java.util.Optional;
import java.util.OptionalInt;
import mware.core.http.ActiveNodes.ActiveNode;

/** Decides which node answers a request about a domain. Pure: all it needs is in the question. */
public final class Forwarding {

    private Forwarding() {}

    /**
     * A request about a domain, and what this node knows.
     *
     * @param group the group that serves the domain
     * @param node the name of this node
     * @param ownGroup the group of this node
     * @param active whether this node may act for its group now
     * @param activeNode the active node of {@code group}
     * @param whyNone why there is no active node
     * @param forwardedBy the node that has forwarded it already
     */
    public record Question(
            String domain,
            OptionalInt group,
            String node,
            int ownGroup,
            boolean active,
            Optional<ActiveNode> activeNode,
            String whyNone,
            Optional<String> forwardedBy) {}

    /** Who answers, and why. */
    public sealed interface Verdict {
        /** In words, for the log and for the caller of a refused request. */
        String why();
    }

    /** This node answers. */
    public record Here(String why) implements Verdict {}

    /** Another node answers. */
    public record To(ActiveNode node, String why) implements Verdict {}

    /**
     * Nobody can answer now.
     *
     * @param status the HTTP status
     * @param retryAfter seconds; 0 when trying again does not help
     */
    public record Refuse(int status, int retryAfter, String why) implements Verdict {}

    /** The node that answers: the active one of the domain's group, reached over at most one other node. */
    public static Verdict decide(Question question) {
        if (question.group().isEmpty()) {
            return new Refuse(404, 0, "no group of this site serves the domain " + question.domain());
        }
        int group = question.group().getAsInt();
        if (group == question.ownGroup() && question.active()) {
            return new Here("this node is the active one of group " + group);
        }
        if (question.forwardedBy().isPresent()) {
            return new Refuse(
                    503,
                    1,
                    question.forwardedBy().get() + " forwarded this to " + question.node()
                            + ", which is not the active node of group " + group + " (any more)");
        }
        if (question.activeNode().isEmpty()) {
            return new Refuse(503, 5, question.whyNone());
        }
        ActiveNode active = question.activeNode().get();
        if (active.node().equals(question.node())) {
            return new Refuse(503, 1, question.node() + " is taking over or giving up group " + group);
        }
        return new To(active, active.node() + " is the active node of group " + group);
    }
}
