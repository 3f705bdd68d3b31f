package mware.core.cluster;

import static mware.core.cluster.WorkingSite.now;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import mware.core.cluster.WorkingSite.Member;
import mware.testing.MwareNode;
import mware.testing.WorkLog;
import mware.testing.WorkLog.Entry;
import mware.testing.WorkLog.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two groups share the domain tree; group 1 keeps its runtime state on disc, group 2 in memory only. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoGroupsIT {

    private static final Duration SESSION = Duration.ofSeconds(2);

    private WorkingSite site;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        String disc = "\"mnesia_storage_mode\":\"disc\",\"ext\":{\"failback\":false}";
        String ram = "\"mnesia_storage_mode\":\"ram\",\"ext\":{\"failback\":false}";
        site = new WorkingSite(
                folder,
                SESSION,
                Map.of(),
                new Member("a1", 1, 10, disc),
                new Member("a2", 1, 20, disc),
                new Member("b1", 2, 10, ram),
                new Member("b2", 2, 20, ram));
    }

    @AfterAll
    void close() {
        site.close();
    }

    @BeforeEach
    void all_well() {
        site.startAll();
    }

    @Test
    void a_group_that_loses_its_active_node_does_not_disturb_the_other() {
        String first = site.awaitActive(1);
        String second = site.awaitActive(2);
        long begin = now();

        site.node(first).kill();
        site.awaitActiveOtherThan(1, first);
        long end = now();

        site.judge("two groups: kill -9 in group 1", 1, begin);
        WorkLog other = site.judge("two groups: group 2 meanwhile", 2, begin);
        assertThat(other.terms()).extracting(WorkLog.Term::node).containsExactly(second);
        assertThat(other.longestPauseMillis(begin, end))
                .as("pause of the other group")
                .isLessThan(500);
    }

    @Test
    void in_a_group_that_keeps_one_node_alive_the_memory_stays() {
        long begin = now();
        for (String name : List.of("b1", "b2")) {
            site.node(name).stop();
            site.awaitActive(2);
            site.node(name).start().awaitHealthy();
        }

        site.judge("ram: one after the other restarted", 2, begin);
    }

    @Test
    void after_a_stop_of_all_nodes_disc_goes_on_and_ram_begins_anew() {
        long begin = now();
        site.nodes().forEach(node -> node.process().terminate());
        site.nodes().forEach(MwareNode::stop);
        long stopped = now();
        site.startAll();
        WorkingSite.last(Duration.ofSeconds(1));

        assertThat(values(1, 0, stopped)).isNotEmpty();
        assertThat(values(1, stopped, now()).get(0))
                .as("disc: first value after the restart")
                .isEqualTo(last(values(1, 0, stopped)) + 1);
        assertThat(values(2, stopped, now()).get(0))
                .as("ram: first value after the restart")
                .isEqualTo(1);
        site.judge("restart of all, disc", 1, begin);
        assertThat(site.millisFromRoleToWork(1, stopped))
                .as("ms from the role to the first work: nobody is elected before its routes are loaded")
                .isLessThan(1500);
    }

    private List<Long> values(int group, long from, long to) {
        return site.log(group).entries().stream()
                .filter(entry -> entry.kind() == Kind.WRITE && entry.outcome() == WorkLog.Outcome.DONE)
                .filter(entry -> entry.to() >= from && entry.to() < to)
                .map(Entry::sequence)
                .toList();
    }

    private static long last(List<Long> values) {
        return values.get(values.size() - 1);
    }
}
