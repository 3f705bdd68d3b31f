package mware.core.cluster;

import static mware.core.cluster.TestNode.member;
import static mware.core.cluster.TestNode.memberWithoutFailback;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import mware.core.state.TakeOverHistory;
import mware.core.state.ZooKeeperState;
import mware.testing.TcpLink;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the nodes of a site know of each other. */
class NodeRegistryTest {

    @TempDir
    Path data;

    private TestingServer zooKeeper;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void startZooKeeper() throws Exception {
        zooKeeper = Ensemble.server();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable part : open) {
            part.close();
        }
        zooKeeper.close();
    }

    private TestNode node(String hosts, Member member) {
        var node = new TestNode(hosts, data, member);
        open.add(node);
        return node;
    }

    private NodeRegistry registry(TestNode node, int order) {
        var info = new NodeInfo(
                node.name, "main", "srv1", 1, order, "http://127.0.0.1:8080", "0.1.0", "2026-11-21T00:00:00Z", "i");
        var registry = new NodeRegistry(node.connection, info, node.deviations);
        open.add(0, registry);
        return registry;
    }

    @Test
    void every_node_sees_all_nodes_and_who_is_active_since_when_and_why() throws Exception {
        var first = node(zooKeeper.getConnectString(), member("a", 10));
        var firstSees = registry(first, 10);
        first.start();
        long epoch = first.awaitActive();
        var second = node(zooKeeper.getConnectString(), memberWithoutFailback("b", 20));
        var secondSees = registry(second, 20);
        var groups = new GroupsView(second.connection);
        second.start();

        firstSees.entered().get(5, TimeUnit.SECONDS);
        secondSees.entered().get(5, TimeUnit.SECONDS);
        await().until(() -> firstSees.nodes().size() == 2 && secondSees.nodes().size() == 2);
        assertThat(secondSees.nodes()).extracting(NodeInfo::name).containsExactly("a", "b");
        assertThat(firstSees.node("b").orElseThrow().http()).isEqualTo("http://127.0.0.1:8080");

        await().until(() -> groups.of(1).isPresent());
        assertThat(groups.of(1).orElseThrow().node()).isEqualTo("a");
        assertThat(groups.of(1).orElseThrow().epoch()).isEqualTo(epoch);
        assertThat(groups.of(1).orElseThrow().why()).contains("no active node yet");
        assertThat(groups.of(2)).isEmpty();

        firstSees.close();
        first.close();
        second.awaitActive();
        await().until(() -> groups.of(1).filter(a -> a.node().equals("b")).isPresent());
        assertThat(groups.all()).containsOnlyKeys(1);
        await().until(() -> secondSees.nodes().size() == 1);
    }

    @Test
    void a_second_process_of_the_same_name_is_refused_while_the_first_lives() throws Exception {
        var first = node(zooKeeper.getConnectString(), member("a", 10));
        var firstEntry = registry(first, 10);
        first.start();
        long epoch = first.awaitActive();
        firstEntry.entered().get(5, TimeUnit.SECONDS);

        var twin = node(zooKeeper.getConnectString(), member("a", 10));
        var twinEntry = registry(twin, 10);
        twin.start();

        assertThatThrownBy(() -> twinEntry.entered().get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(NodeRegistry.NameTaken.class)
                .hasMessageContaining("another process named a runs");
        assertThat(twin.active()).isFalse();
        assertThat(first.election.epoch()).hasValue(epoch);
    }

    @Test
    void a_frozen_process_of_the_same_name_is_not_doubled_and_a_dead_one_is_replaced() throws Exception {
        var link = new TcpLink(zooKeeper.getPort());
        open.add(link);
        var frozen = node(link.address(), member("a", 10));
        registry(frozen, 10);
        frozen.start();
        long epoch = frozen.awaitActive();

        link.silence();
        var again = node(zooKeeper.getConnectString(), member("a", 10));
        var entry = registry(again, 10);
        again.start();

        assertThat(again.awaitActive()).isGreaterThan(epoch);
        assertThat(frozen.active()).isFalse();
        entry.entered().get(10, TimeUnit.SECONDS);
        link.mend();
        await().during(Duration.ofMillis(1500))
                .atMost(Duration.ofSeconds(4))
                .until(() -> again.active() && !frozen.active());
    }

    @Test
    void the_history_tells_who_was_active_from_when_until_when_and_why() {
        var first = node(zooKeeper.getConnectString(), member("a", 10));
        var firstHistory = history(first);
        first.start();
        first.awaitActive();
        await().until(() -> firstHistory.entries().size() == 1);
        first.close();
        var second = node(zooKeeper.getConnectString(), member("b", 10));
        var secondHistory = history(second);
        second.start();
        second.awaitActive();

        await().until(() -> secondHistory.entries().size() == 2);
        var entries = secondHistory.entries();
        assertThat(entries).extracting(TakeOverHistory.Entry::node).containsExactly("a", "b");
        assertThat(entries.get(0).until()).isEqualTo(entries.get(1).from());
        assertThat(entries.get(1).until()).isNull();
        assertThat(entries.get(1).why()).contains("a gave the work back");
    }

    private TakeOverHistory history(TestNode node) {
        var state = new ZooKeeperState(
                node.connection, new GroupPaths(1), node.election::epochVersion, Duration.ofSeconds(2));
        var history = new TakeOverHistory(state, node.name, Clock.systemUTC());
        node.election.onChange(history);
        open.add(history);
        return history;
    }

    @Test
    void a_dead_process_is_not_taken_for_a_live_one_since_ZooKeeper_was_away_and_kept_its_session() throws Exception {
        var link = new TcpLink(zooKeeper.getPort());
        open.add(link);
        var dead = node(link.address(), member("a", 10));
        var deadEntry = registry(dead, 10);
        dead.start();
        deadEntry.entered().get(5, TimeUnit.SECONDS);
        link.silence();
        var again = node(zooKeeper.getConnectString(), member("a", 10));
        var entry = registry(again, 10);
        again.start();
        await().until(() -> again.heard.contains("passive") && entry.nodes().size() == 1);

        zooKeeper.stop();
        await().pollDelay(TestNode.SESSION.multipliedBy(3)).until(() -> true); // longer than a name may be taken
        zooKeeper.restart(); // every session begins its time anew

        entry.entered().get(10, TimeUnit.SECONDS);
    }
}
