package mware.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import mware.core.http.ActiveNodes.ActiveNode;
import mware.core.http.Forwarding.Here;
import mware.core.http.Forwarding.Question;
import mware.core.http.Forwarding.Refuse;
import mware.core.http.Forwarding.To;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardingTest {

    @ParameterizedTest(
            name = "group {0}, this node (group 1) active {1}, active node {2}, forwarded by {3} -> {4}: {5}")
    @CsvSource(
            nullValues = "-",
            quoteCharacter = '"',
            value = {
                "1, true,  mware1, -,      HERE,      this node is the active one of group 1",
                "1, true,  -,      -,      HERE,      this node is the active one of group 1",
                "1, true,  mware1, mware2, HERE,      this node is the active one of group 1",
                "1, true,  mware2, -,      HERE,      this node is the active one of group 1",
                "1, false, mware2, -,      TO mware2, mware2 is the active node of group 1",
                "2, true,  mware3, -,      TO mware3, mware3 is the active node of group 2",
                "2, false, mware3, -,      TO mware3, mware3 is the active node of group 2",
                "1, false, mware1, -,      503 1,     mware1 is taking over or giving up group 1",
                "1, false, -,      -,      503 5,     nobody",
                "2, true,  -,      -,      503 5,     nobody",
                "1, false, mware2, mware3, 503 1,     \"mware3 forwarded this to mware1, which is not the active node of group 1 (any more)\"",
                "2, true,  mware2, mware3, 503 1,     \"mware3 forwarded this to mware1, which is not the active node of group 2 (any more)\"",
                "-, true,  mware1, -,      404 0,     no group of this site serves the domain a.b",
                "-, false, -,      mware2, 404 0,     no group of this site serves the domain a.b",
            })
    void the_active_node_of_the_domains_group_answers_after_at_most_one_hop(
            Integer group, boolean active, String activeNode, String forwardedBy, String expected, String why) {
        var verdict = Forwarding.decide(new Question(
                "a.b",
                group == null ? OptionalInt.empty() : OptionalInt.of(group),
                "mware1",
                1,
                active,
                Optional.ofNullable(activeNode).map(node -> new ActiveNode(node, "http://x", 1, Instant.EPOCH, "")),
                "nobody",
                Optional.ofNullable(forwardedBy)));

        String told = verdict instanceof Here
                ? "HERE"
                : verdict instanceof To to
                        ? "TO " + to.node().node()
                        : ((Refuse) verdict).status() + " " + ((Refuse) verdict).retryAfter();
        assertThat(told).isEqualTo(expected);
        assertThat(verdict.why()).isEqualTo(why);
    }
}
