package mware.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node alone on its embedded server runs the same election. */
class OneNodeTest {

    @TempDir
    Path data;

    @Test
    void one_node_alone_becomes_active_and_its_entry_routes_run() throws Exception {
        List<String> ran = new CopyOnWriteArrayList<>();
        try (var zooKeeper = new EmbeddedZooKeeper(data.resolve("zookeeper"), 0);
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
        try (var zooKeeper = new EmbeddedZooKeeper(data.resolve("zookeeper"), 0);
                var node = new TestNode(zooKeeper.connectString(), data, TestNode.member("mware1", 10)).start()) {
            return node.awaitActive();
        }
    }

    @Test
    void a_taken_port_is_an_error_that_names_port_and_key() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> new EmbeddedZooKeeper(data, taken.getLocalPort()).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("zookeeper.port")
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
        }
    }
}
