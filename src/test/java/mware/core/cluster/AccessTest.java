package mware.core.cluster;

import static mware.core.cluster.TestNode.member;
import static mware.core.cluster.TestNode.memberWithoutFailback;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may touch the data of a site in ZooKeeper. */
class AccessTest {

    @TempDir
    Path data;

    @Test
    void nodes_that_were_told_nothing_but_the_ensemble_share_one_secret() throws Exception {
        try (var zooKeeper = Ensemble.server();
                var first = new TestNode(zooKeeper.getConnectString(), data, member("a", 10), Optional.empty());
                var second = new TestNode(
                        zooKeeper.getConnectString(), data, memberWithoutFailback("b", 20), Optional.empty())) {
            first.start();
            first.awaitActive();
            assertThat(second.secret.value()).isNotEqualTo(first.secret.value());
            second.start();
            await().until(() -> second.secret.value().equals(first.secret.value()));
            first.election.leave();
            second.awaitActive();

            assertThat(Files.readString(data.resolve("b/cluster.secret"))).contains(first.secret.value());
        }
    }

    @Test
    void a_configured_secret_closes_everything_to_those_who_do_not_have_it() throws Exception {
        try (var zooKeeper = Ensemble.server();
                var node = new TestNode(zooKeeper.getConnectString(), data, member("a", 10)).start();
                var stranger = new TestNode(
                        zooKeeper.getConnectString(), data, member("b", 5), Optional.of("another secret of ours"));
                var guest = new TestNode(zooKeeper.getConnectString(), data, member("c", 5), Optional.empty())) {
            node.awaitActive();
            stranger.start();
            guest.start();

            for (TestNode without : new TestNode[] {stranger, guest}) {
                await().until(() -> without.deviations.open().stream()
                        .anyMatch(d ->
                                d.category().equals("zookeeper") && d.reason().contains("cluster.secret")));
                assertThat(without.active()).isFalse();
            }
            var anybody = new ZooKeeper(zooKeeper.getConnectString(), 5000, event -> {});
            try {
                for (String path : new String[] {"/mware/groups/1/leader", "/mware/groups/1/epoch", "/mware"}) {
                    assertThatThrownBy(() -> anybody.getData(path, false, null))
                            .isInstanceOf(KeeperException.NoAuthException.class);
                    assertThatThrownBy(() -> anybody.setData(path, new byte[0], -1))
                            .isInstanceOf(KeeperException.NoAuthException.class);
                }
            } finally {
                anybody.close();
            }
            assertThat(node.active()).isTrue();
        }
    }

    @Test
    void the_secret_is_kept_for_its_owner_only_and_never_shown() throws Exception {
        var secret = ClusterSecret.load(data, Optional.empty());

        assertThat(secret.value()).hasSize(64);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("cluster.secret"))))
                .isEqualTo("rw-------");
        assertThat(secret.toString()).doesNotContain(secret.value());
        assertThat(secret.matches(secret.value())).isTrue();
        assertThat(secret.matches(secret.value().replace('a', 'b') + "x")).isFalse();
        assertThat(ClusterSecret.load(data, Optional.empty()).value()).isEqualTo(secret.value());
        assertThat(ClusterSecret.load(data, Optional.empty()).given()).isFalse();
        Files.writeString(data.resolve("cluster.secret"), "the secret of an operator\n");
        assertThat(ClusterSecret.load(data, Optional.empty()).given()).isTrue();
        assertThatThrownBy(() -> ClusterSecret.load(data, Optional.of("short")))
                .hasMessageContaining("cluster.secret")
                .hasMessageContaining("at least 16");
    }

    @Test
    void a_node_starts_while_zookeeper_is_away_and_joins_when_it_is_there() throws Exception {
        try (var zooKeeper = new TestingServer(Ensemble.spec(), false);
                var node = new TestNode(zooKeeper.getConnectString(), data, member("a", 10))) {
            node.start();
            await().during(Duration.ofMillis(300)).until(() -> !node.active());
            assertThat(node.deviations.open()).extracting("category").containsExactly("zookeeper");

            zooKeeper.start();

            node.awaitActive();
            assertThat(node.deviations.open()).isEmpty();
        }
    }
}
