package mware.core.cluster;

import static mware.core.cluster.WorkingSite.last;
import static mware.core.cluster.WorkingSite.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mware.core.cluster.WorkingSite.Member;
import mware.testing.MwareNode;
import mware.testing.WorkLog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, three ZooKeeper servers, and everything that can happen to the one that is active. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailoverIT {

    private static final Duration SESSION = Duration.ofSeconds(2);
    private static final long DEAD_NODE_LIMIT = SESSION.toMillis() + 1000;
    private static final long HAND_OVER_LIMIT = 500;

    private WorkingSite site;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        String stays = "\"ext\":{\"failback\":false}";
        site = new WorkingSite(
                folder,
                SESSION,
                Map.of(),
                new Member("n1", 1, 10, stays),
                new Member("n2", 1, 20, stays),
                new Member("n3", 1, 30, stays));
    }

    @AfterAll
    void never_two_actives_in_all_of_it() {
        try (WorkingSite all = site) {
            all.judge("all of the above", all.log(1));
        }
    }

    @BeforeEach
    void all_well() {
        site.startAll();
    }

    @Test
    void a_killed_active_is_replaced_within_the_session_timeout() {
        String former = site.awaitActive(1);
        long begin = now();

        site.node(former).kill();
        site.awaitActiveOtherThan(1, former);

        assertThat(site.judge("kill -9 of the active", 1, begin).gapsMillis())
                .singleElement()
                .satisfies(gap -> assertThat(gap).isBetween(1L, DEAD_NODE_LIMIT));
    }

    @Test
    void a_killed_active_that_starts_again_at_once_joins_when_its_old_session_is_over() {
        String former = site.awaitActive(1);
        long begin = now();

        site.node(former).kill();
        site.node(former).start();
        site.awaitActive(1);
        site.awaitWell();
        last(SESSION);

        assertThat(site.node(former).isAlive()).isTrue();
        assertThat(site.judge("kill -9 of the active, started again at once", 1, begin)
                        .gapsMillis())
                .singleElement()
                .satisfies(gap -> assertThat(gap).isBetween(1L, DEAD_NODE_LIMIT));
    }

    @Test
    void a_node_that_was_frozen_wakes_up_and_can_do_nothing() {
        String former = site.awaitActive(1);
        long begin = now();

        site.node(former).freeze();
        String next = site.awaitActiveOtherThan(1, former);
        last(SESSION);
        long thawed = now();
        site.node(former).thaw();
        site.awaitWell();
        last(Duration.ofSeconds(1));

        WorkLog log = site.judge("SIGSTOP of the active, SIGCONT later", 1, begin);
        assertThat(log.refused()).as("writes of the old active refused").isPositive();
        assertThat(log.after(thawed).terms()).extracting(WorkLog.Term::node).containsExactly(next);
        assertThat(log.gapsMillis()).singleElement().satisfies(gap -> assertThat(gap)
                .isLessThanOrEqualTo(DEAD_NODE_LIMIT));
    }

    @Test
    void a_short_freeze_ends_in_one_active_node() {
        for (int i = 1; i <= 5; i++) {
            String former = site.awaitActive(1);
            long begin = now();

            site.node(former).freeze();
            last(SESSION.multipliedBy(i).dividedBy(3)); // around the moment at which the others take over
            site.node(former).thaw();
            site.awaitWell();
            last(Duration.ofMillis(500));

            site.judge("SIGSTOP for " + i + "/3 of the session timeout", 1, begin);
        }
    }

    @Test
    void a_graceful_stop_hands_over_at_once() {
        String former = site.awaitActive(1);
        long begin = now();

        site.node(former).stop();
        site.awaitActiveOtherThan(1, former);

        assertThat(site.judge("graceful stop of the active", 1, begin).gapsMillis())
                .singleElement()
                .satisfies(gap -> assertThat(gap).isLessThanOrEqualTo(HAND_OVER_LIMIT));
    }

    @Test
    void an_active_whose_cable_is_pulled_stops_before_another_starts() {
        String former = site.awaitActive(1);
        long begin = now();

        site.network().cut(former);
        site.awaitActiveOtherThan(1, former);
        last(SESSION);
        site.network().restore(former);
        site.awaitWell();

        WorkLog log = site.judge("cable of the active pulled", 1, begin);
        assertThat(log.gapsMillis()).singleElement().satisfies(gap -> assertThat(gap)
                .isLessThanOrEqualTo(DEAD_NODE_LIMIT));
    }

    @Test
    void an_active_that_loses_ZooKeeper_only_stops_before_another_starts() {
        String former = site.awaitActive(1);
        long begin = now();

        site.network().partition(Set.of(former), WorkingSite.zooKeepers());
        site.awaitActiveOtherThan(1, former);
        last(SESSION);
        site.network().heal();
        site.awaitWell();

        WorkLog log = site.judge("active cut off from ZooKeeper only", 1, begin);
        assertThat(log.gapsMillis()).singleElement().satisfies(gap -> assertThat(gap)
                .isLessThanOrEqualTo(DEAD_NODE_LIMIT));
    }

    @Test
    void the_loss_of_the_actives_ZooKeeper_server_is_survived() {
        String active = site.awaitActive(1);
        int server = serverOf(active);
        long begin = now();

        site.network().isolate("zk" + (server + 1));
        last(SESSION.multipliedBy(3));
        site.awaitActive(1);
        site.network().heal();
        site.awaitWell();

        WorkLog log = site.judge("ZooKeeper server of the active isolated", 1, begin);
        assertThat(log.longestPauseMillis(begin, begin + SESSION.multipliedBy(3).toNanos()))
                .as("pause")
                .isLessThanOrEqualTo(2 * DEAD_NODE_LIMIT);
    }

    @Test
    void without_a_majority_of_ZooKeeper_nobody_is_active_until_it_is_back() {
        site.awaitActive(1);
        long begin = now();

        site.zooKeeper().kill(0);
        site.zooKeeper().kill(1);
        await().atMost(SESSION).until(() -> site.active(1).isEmpty());
        long silent = now();
        last(SESSION.multipliedBy(2));
        assertThat(site.log(1).after(silent).terms())
                .as("work without a majority")
                .isEmpty();

        site.zooKeeper().start(0);
        site.zooKeeper().start(1);
        site.awaitWell();

        site.judge("two of three ZooKeeper servers killed", 1, begin);
    }

    @Test
    void a_rolling_restart_costs_short_pauses_only() {
        long begin = now();
        for (MwareNode node : List.copyOf(site.nodes())) {
            node.stop();
            node.start().awaitHealthy();
        }
        site.awaitWell();

        assertThat(site.judge("rolling restart of three nodes", 1, begin).gapsMillis())
                .isNotEmpty()
                .allSatisfy(gap -> assertThat(gap).isLessThanOrEqualTo(HAND_OVER_LIMIT));
    }

    private int serverOf(String node) {
        return await().until(
                        () -> site.zooKeeper()
                                .serversOf(site.network().host(node).address()),
                        servers -> servers.size() == 1)
                .get(0);
    }
}
