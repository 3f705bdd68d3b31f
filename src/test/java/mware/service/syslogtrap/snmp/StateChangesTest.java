package mware.service.syslogtrap.snmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviation.Status;
import mware.service.syslogtrap.snmp.StateChanges.Known;
import org.junit.jupiter.api.Test;

class StateChangesTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void a_new_deviation_is_raised_once() {
        StateChanges first = StateChanges.between(Map.of(), Map.of("n1", List.of(disk(Status.ERROR, NOON))));
        StateChanges second = StateChanges.between(first.told(), Map.of("n1", List.of(disk(Status.ERROR, NOON))));

        assertThat(first.raised()).extracting(Known::node, Known::key).containsExactly(tuple("n1", "/data"));
        assertThat(second.raised()).isEmpty();
        assertThat(second.cleared()).isEmpty();
    }

    @Test
    void its_end_is_cleared_under_the_same_instance() {
        StateChanges raised = StateChanges.between(Map.of(), Map.of("n1", List.of(disk(Status.ERROR, NOON))));
        StateChanges cleared = StateChanges.between(raised.told(), Map.of("n1", List.of()));

        assertThat(cleared.cleared())
                .extracting(Known::instance)
                .containsExactly(raised.raised().get(0).instance());
        assertThat(cleared.told()).isEmpty();
    }

    @Test
    void another_status_is_told_again_under_the_same_instance() {
        StateChanges warned = StateChanges.between(Map.of(), Map.of("n1", List.of(disk(Status.WARNING, NOON))));
        StateChanges worse = StateChanges.between(warned.told(), Map.of("n1", List.of(disk(Status.ERROR, NOON))));

        assertThat(worse.raised()).extracting(Known::status).containsExactly(Status.ERROR);
        assertThat(worse.raised().get(0).instance())
                .isEqualTo(warned.raised().get(0).instance());
        assertThat(worse.cleared()).isEmpty();
    }

    @Test
    void one_that_comes_again_is_another_instance() {
        StateChanges first = StateChanges.between(Map.of(), Map.of("n1", List.of(disk(Status.ERROR, NOON))));
        StateChanges again =
                StateChanges.between(first.told(), Map.of("n1", List.of(disk(Status.ERROR, NOON.plusSeconds(60)))));

        assertThat(again.cleared()).hasSize(1);
        assertThat(again.raised()).hasSize(1);
        assertThat(again.raised().get(0).instance())
                .isNotEqualTo(first.raised().get(0).instance());
    }

    @Test
    void what_is_known_of_a_node_that_does_not_answer_stays_as_it_is() {
        StateChanges first = StateChanges.between(Map.of(), Map.of("n2", List.of(disk(Status.ERROR, NOON))));
        StateChanges silent = StateChanges.between(first.told(), Map.of("n1", List.of()));

        assertThat(silent.cleared()).isEmpty();
        assertThat(silent.told()).isEqualTo(first.told());
    }

    @Test
    void the_same_deviation_of_two_nodes_is_told_for_each() {
        StateChanges both = StateChanges.between(
                Map.of(), Map.of("n1", List.of(disk(Status.ERROR, NOON)), "n2", List.of(disk(Status.ERROR, NOON))));

        assertThat(both.raised()).hasSize(2);
        assertThat(both.raised()).extracting(Known::instance).doesNotHaveDuplicates();
    }

    private static Deviation disk(Status status, Instant since) {
        return new Deviation("disk", "/data", status, "97 % full", since, Map.of());
    }
}
