package mware.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import mware.core.monitor.Deviations;
import mware.testing.TcpLink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node alone on its embedded server runs the same election. */
class OneNodeTest {

    @TempDir
    Path data;

    @Test
    void one_node_alone_becomes_active_and_its_entry_routes_run() throws Exception {
        List<String> ran = new CopyOnWriteArrayList<>();
        try (var zooKeeper = new EmbeddedZooKeeper(data.resolve("zookeeper"), 0, new Deviations(Clock.systemUTC()));
                var node = new TestNode(zooKeeper.connectString(), data, TestNode.member("mware1", 10))) {
            var camel = node.startWith(Ticking.route("tick", ran));

            long epoch = node.awaitActive();
            await().until(() -> !ran.isEmpty());

            assertThat(epoch).isPositive();
            assertThat(camel.getRouteController().getRouteStatus("tick").isStarted())
                    .isTrue();
            assertThat(node.deviations.open()).isEmpty();
        }
        int atTheEnd = ran.size();
        await().during(Duration.ofMillis(100)).until(() -> ran.size() == atTheEnd);
    }

    @Test
    void the_epoch_rises_over_restarts_of_node_and_server() throws Exception {
        long first = oneTerm();
        assertThat(oneTerm()).isGreaterThan(first);
    }

    private long oneTerm() throws Exception {
        try (var zooKeeper = new EmbeddedZooKeeper(data.resolve("zookeeper"), 0, new Deviations(Clock.systemUTC()));
                var node = new TestNode(zooKeeper.connectString(), data, TestNode.member("mware1", 10)).start()) {
            return node.awaitActive();
        }
    }

    @Test
    void a_taken_port_is_an_error_that_names_port_and_key() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(
                            () -> new EmbeddedZooKeeper(data, taken.getLocalPort(), new Deviations(Clock.systemUTC()))
                                    .close())
                    .isInstanceOf(BindException.class) // its message is what the operator reads
                    .hasMessageContaining("zookeeper.port")
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
        }
    }

    @Test
    void a_restart_after_a_crash_does_not_wait_for_the_former_session_to_time_out() throws Exception {
        Path folder = data.resolve("a");
        try (var zooKeeper = Ensemble.server();
                var link = new TcpLink(zooKeeper.getPort());
                var crashed = new LongSession(link.address(), folder)) {
            long epoch = crashed.awaitActive();
            assertThat(folder.resolve("zookeeper.session")).exists();
            link.cut(); // as far as ZooKeeper can tell, it is dead

            long begun = System.nanoTime();
            try (var again = new LongSession(zooKeeper.getConnectString(), folder)) {
                assertThat(again.awaitActive()).isGreaterThan(epoch);
                // without the time that the end of this node takes
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LongSession.TIMEOUT.dividedBy(2));
            }
        }
    }

    /** A node whose session is so long that its end cannot be mistaken for a time-out. */
    private static final class LongSession implements AutoCloseable {
        static final Duration TIMEOUT = Duration.ofSeconds(4);
        private final ZooKeeperConnection connection;
        private final GroupElection election;

        LongSession(String hosts, Path folder) throws IOException {
            var deviations = new Deviations(Clock.systemUTC());
            var secret = ClusterSecret.load(folder, Optional.of("a secret of this test"));
            Files.createDirectories(folder);
            connection = new ZooKeeperConnection(hosts, TIMEOUT, secret, true, deviations);
            connection.rememberSession(folder.resolve("zookeeper.session"));
            election = new GroupElection(
                    connection, TestNode.member("a", 10), deviations, Clock.systemUTC(), System::nanoTime);
            election.start();
            election.setEligible(true);
            connection.start();
        }

        long awaitActive() {
            await().until(election::isActive);
            return election.epoch().orElseThrow();
        }

        @Override
        public void close() {
            election.close();
            connection.close();
        }
    }
}
