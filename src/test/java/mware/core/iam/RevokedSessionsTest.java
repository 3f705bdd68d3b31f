package mware.core.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mware.core.cluster.ClusterSecret;
import mware.core.cluster.ZooKeeperConnection;
import mware.core.monitor.Deviations;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes on a real ZooKeeper server that tell each other which sessions were ended. */
class RevokedSessionsTest {

    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private TestingServer server;
    private final List<ZooKeeperConnection> connections = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = new TestingServer();
    }

    @AfterEach
    void stop() throws Exception {
        connections.forEach(ZooKeeperConnection::close);
        server.close();
    }

    private RevokedSessions node(String name, Instant now) throws Exception {
        Path data = Files.createDirectories(folder.resolve(name));
        var clock = Clock.fixed(now, ZoneOffset.UTC);
        var connection = new ZooKeeperConnection(
                server.getConnectString(),
                Duration.ofSeconds(10),
                ClusterSecret.load(data, Optional.of("the secret of a cluster")),
                true,
                new Deviations(clock));
        connections.add(connection);
        var revoked = new RevokedSessions(connection, clock);
        connection.start();
        await().atMost(SOON).until(() -> isConnected(connection));
        return revoked;
    }

    private static boolean isConnected(ZooKeeperConnection connection) {
        try {
            return connection.session() != null;
        } catch (ZooKeeperConnection.NotConnected e) {
            return false;
        }
    }

    private static String session(Instant end, int number) {
        return Ticket.name(end, String.format("%016d", number));
    }

    @Test
    void what_one_node_ends_is_over_on_all_nodes_and_on_those_that_come_later() throws Exception {
        RevokedSessions one = node("one", NOW);
        RevokedSessions two = node("two", NOW);
        String session = session(NOW.plusSeconds(3_600), 1);

        assertThat(one.add(session)).isTrue();

        assertThat(one.contains(session)).isTrue();
        await().atMost(SOON).until(() -> two.contains(session));
        RevokedSessions three = node("three", NOW);
        await().atMost(SOON).until(() -> three.contains(session));
        assertThat(two.add(session)).as("ended twice").isTrue();
        assertThat(one.contains(session(NOW.plusSeconds(3_600), 2))).isFalse();
    }

    @Test
    void they_are_forgotten_when_their_time_is_over() throws Exception {
        RevokedSessions one = node("one", NOW);
        String old = session(NOW.plusSeconds(60), 1);
        String young = session(NOW.plusSeconds(3_600), 2);
        one.add(old);
        one.add(young);
        RevokedSessions later = node("later", NOW.plusSeconds(60 + 1_300));
        await().atMost(SOON).until(() -> later.contains(old) && later.contains(young));

        later.sweep();

        assertThat(later.contains(old)).isFalse();
        assertThat(later.contains(young)).isTrue();
        RevokedSessions fresh = node("fresh", NOW);
        await().atMost(SOON).until(() -> fresh.contains(young));
        assertThat(fresh.contains(old)).as("gone from ZooKeeper too").isFalse();
    }

    @Test
    void what_could_not_be_told_is_told_when_zookeeper_is_back() throws Exception {
        RevokedSessions one = node("one", NOW);
        RevokedSessions two = node("two", NOW);
        String session = session(NOW.plusSeconds(3_600), 1);
        server.stop();
        await().atMost(SOON).until(() -> connections.stream().noneMatch(RevokedSessionsTest::isConnected));

        assertThat(one.add(session)).isFalse();
        assertThat(one.contains(session)).isTrue();

        server.restart();
        await().atMost(Duration.ofSeconds(60)).until(() -> two.contains(session));
    }
}
