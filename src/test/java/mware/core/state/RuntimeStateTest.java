package mware.core.state;

import static mware.core.cluster.TestNode.member;
import static mware.core.cluster.TestNode.memberWithoutFailback;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import mware.core.cluster.Ensemble;
import mware.core.cluster.GroupPaths;
import mware.core.cluster.Member;
import mware.core.cluster.TestNode;
import mware.core.state.RuntimeState.Change;
import mware.testing.MemoryState;
import mware.testing.TcpLink;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime state on a real server: what it keeps, whom it refuses, when it begins empty. */
class RuntimeStateTest {

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
        return node.start();
    }

    private TestNode node(Member member) {
        return node(zooKeeper.getConnectString(), member);
    }

    private static ZooKeeperState state(TestNode node) {
        return new ZooKeeperState(
                node.connection, new GroupPaths(1), node.election::epochVersion, Duration.ofSeconds(2));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void both_kinds_of_state_keep_the_same_rules() {
        var node = node(member("a", 10));
        long epoch = node.awaitActive();
        keepsItsRules(state(node), epoch);
        var inMemory = new MemoryState();
        inMemory.begin(epoch);
        keepsItsRules(inMemory, epoch);
    }

    private static void keepsItsRules(RuntimeState state, long epoch) {
        assertThat(state.get("s/none")).isEmpty();
        assertThat(state.children("s")).isEmpty();
        state.put(epoch, "s/deep/key", bytes("1"));
        state.put(epoch, "s/empty", new byte[0]);
        state.put(epoch, "s/deep/key", bytes("2"));
        assertThat(state.get("s/deep/key")).contains(bytes("2"));
        assertThat(state.get("s/empty")).contains(new byte[0]);
        assertThat(state.get("s/deep")).isEmpty();
        assertThat(state.get("s")).isEmpty();
        assertThat(state.children("s")).containsExactly("deep", "empty");

        state.apply(
                epoch,
                List.of(
                        new Change.Put("s/box/1", bytes("x")),
                        new Change.Put("s/box/2", bytes("y")),
                        new Change.Delete("s/empty"),
                        new Change.Delete("s/never")));
        assertThat(state.children("s/box")).containsExactly("1", "2");
        assertThat(state.get("s/empty")).isEmpty();

        assertThatThrownBy(() -> state.put(epoch, "s/big", new byte[512 * 1024 + 1]))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("s/big")
                .hasMessageContaining("524289");
        state.put(epoch, "s/big", new byte[512 * 1024]);

        state.delete(epoch, "s");
        state.delete(epoch, "s");
        assertThat(state.children("s")).isEmpty();
        assertThat(state.get("s/deep/key")).isEmpty();
    }

    @Test
    void an_old_active_node_that_comes_back_cannot_write() throws Exception {
        var link = new TcpLink(zooKeeper.getPort());
        open.add(link);
        var old = node(link.address(), member("a", 10));
        long oldEpoch = old.awaitActive();
        var oldState = state(old);
        oldState.put(oldEpoch, "s/key", bytes("old"));
        int oldVersion = old.election.epochVersion(oldEpoch).orElseThrow();
        var next = node(memberWithoutFailback("b", 20));

        link.silence();
        long epoch = next.awaitActive();
        state(next).put(epoch, "s/key", bytes("new"));
        link.mend();

        // as it believes: its own election has heard by then, or not
        assertThatThrownBy(() -> oldState.put(oldEpoch, "s/key", bytes("late")))
                .isInstanceOf(StaleEpochException.class);
        // as ZooKeeper sees it, whatever the node believes
        var blind = new ZooKeeperState(
                old.connection, new GroupPaths(1), any -> java.util.OptionalInt.of(oldVersion), Duration.ofSeconds(5));
        assertThatThrownBy(() -> blind.put(oldEpoch, "s/key", bytes("late"))).isInstanceOf(StaleEpochException.class);
        assertThatThrownBy(() -> blind.delete(oldEpoch, "s")).isInstanceOf(StaleEpochException.class);
        assertThat(state(next).get("s/key")).contains(bytes("new"));
    }

    @Test
    void nobody_writes_between_two_terms() {
        var node = node(member("a", 10));
        long epoch = node.awaitActive();
        var state = state(node);
        int version = node.election.epochVersion(epoch).orElseThrow();
        node.election.leave();

        var blind = new ZooKeeperState(
                node.connection, new GroupPaths(1), any -> java.util.OptionalInt.of(version), Duration.ofSeconds(2));
        assertThatThrownBy(() -> blind.put(epoch, "s/key", bytes("x"))).isInstanceOf(StaleEpochException.class);
        assertThatThrownBy(() -> state.put(epoch, "s/key", bytes("x"))).isInstanceOf(StaleEpochException.class);
    }

    @Test
    void a_write_waits_out_a_short_cut_and_gives_up_with_a_reason_after_its_limit() throws Exception {
        var link = new TcpLink(zooKeeper.getPort());
        open.add(link);
        var node = node(link.address(), member("a", 10));
        long epoch = node.awaitActive();
        var state = new ZooKeeperState(
                node.connection, new GroupPaths(1), node.election::epochVersion, Duration.ofMillis(800));

        link.silence();
        var write = CompletableFuture.runAsync(() -> state.put(epoch, "s/key", bytes("1")));
        await().during(Duration.ofMillis(100)).until(() -> !write.isDone());
        link.mend();
        write.join();
        assertThat(state.get("s/key")).contains(bytes("1"));

        link.cut();
        assertThatThrownBy(() -> state.get("s/key"))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("s/key")
                .hasMessageContaining("within 800 ms");
    }

    @Test
    void many_threads_write_and_nothing_is_lost() {
        var node = node(member("a", 10));
        long epoch = node.awaitActive();
        var state = state(node);
        var writes = new ArrayList<CompletableFuture<Void>>();
        for (int thread = 0; thread < 8; thread++) {
            int mine = thread;
            writes.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 25; i++) {
                    state.put(epoch, "s/shared/parent/" + mine + "-" + i, bytes("v"));
                }
            }));
        }
        writes.forEach(CompletableFuture::join);
        assertThat(state.children("s/shared/parent")).hasSize(200);
    }

    @Test
    void wrong_keys_are_refused() {
        var node = node(member("a", 10));
        long epoch = node.awaitActive();
        for (String key : List.of("", "/a", "a/", "a//b", "../epoch", "a/./b")) {
            assertThatThrownBy(() -> state(node).put(epoch, key, bytes("x")))
                    .as(key)
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("not a key");
        }
    }
}
