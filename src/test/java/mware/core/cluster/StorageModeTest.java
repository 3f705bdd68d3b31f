package mware.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import mware.core.state.ZooKeeperState;
import mware.testing.TcpLink;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** disc: the state survives a stop of all nodes; ram: the first that starts with no other alive begins empty. */
class StorageModeTest {

    private static final byte[] VALUE = "v".getBytes(StandardCharsets.UTF_8);

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

    private TestNode node(String hosts, String name, int order, boolean beginsEmpty) {
        var node = new TestNode(
                hosts,
                data,
                new Member(name, UUID.randomUUID().toString(), 1, order, false, Duration.ZERO, beginsEmpty));
        open.add(node);
        return node;
    }

    private TestNode node(String name, int order, boolean beginsEmpty) {
        return node(zooKeeper.getConnectString(), name, order, beginsEmpty);
    }

    private static ZooKeeperState state(TestNode node) {
        return new ZooKeeperState(
                node.connection, new GroupPaths(1), node.election::epochVersion, Duration.ofSeconds(2));
    }

    private static void write(TestNode node) {
        long epoch = node.awaitActive();
        state(node).put(epoch, "s/deep/key", VALUE);
        state(node).put(epoch, "s/other", VALUE);
    }

    private static boolean isEmpty(TestNode node) {
        node.awaitActive();
        return state(node).children("s").isEmpty();
    }

    @Test
    void disc_survives_a_stop_of_all() {
        var first = node("a", 10, false).start();
        write(first);
        first.close();

        assertThat(isEmpty(node("a", 10, false).start())).isFalse();
    }

    @Test
    void ram_begins_empty_after_a_stop_of_all() {
        var first = node("a", 10, true).start();
        write(first);
        first.close();

        assertThat(isEmpty(node("b", 20, true).start())).isTrue();
    }

    @Test
    void ram_is_kept_while_another_lives_and_when_the_first_comes_back() {
        var first = node("a", 10, true).start();
        write(first);
        var second = node("b", 20, true).start();
        await().until(() -> second.heard.contains("passive") && candidates() == 2);
        first.close();
        assertThat(isEmpty(second)).isFalse();

        var again = node("a", 10, true).start();
        await().until(() -> candidates() == 2);
        second.close();
        assertThat(isEmpty(again)).isFalse();
    }

    @Test
    void ram_begins_empty_once_though_another_takes_the_first_term() {
        var first = node("a", 10, true).start();
        write(first);
        first.close();

        var unfit = node("b", 20, true); // it starts first and alone, but cannot run its services yet
        unfit.election.start();
        unfit.connection.start();
        await().until(() -> places() == 1);
        var other = node("c", 30, true).start();
        assertThat(isEmpty(other)).isTrue();
        write(other);
        unfit.election.setEligible(true);
        other.close();
        assertThat(isEmpty(unfit)).isFalse();
    }

    @Test
    void the_own_stale_place_of_a_killed_process_is_not_another_node_alive() throws Exception {
        var link = new TcpLink(zooKeeper.getPort());
        open.add(link);
        var killed = node(link.address(), "a", 10, true).start();
        write(killed);
        link.silence();

        var again = node("a", 10, true).start();

        assertThat(isEmpty(again)).isTrue();
        assertThat(killed.active()).isFalse();
    }

    @Test
    void a_running_node_that_loses_its_session_keeps_the_state() throws Exception {
        var link = new TcpLink(zooKeeper.getPort());
        open.add(link);
        var node = node(link.address(), "a", 10, true).start();
        long epoch = node.awaitActive();
        write(node);

        link.cut();
        await().atMost(Duration.ofSeconds(10)).until(() -> places() == 0);
        link.mend();

        assertThat(node.awaitActive()).isGreaterThan(epoch);
        assertThat(isEmpty(node)).isFalse();
    }

    private long candidates() throws Exception {
        try (var looker = new Looker(zooKeeper.getConnectString())) {
            return looker.eligible(1);
        }
    }

    private int places() throws Exception {
        try (var looker = new Looker(zooKeeper.getConnectString())) {
            return looker.client()
                    .getChildren("/mware/groups/1/candidates", false)
                    .size();
        }
    }
}
