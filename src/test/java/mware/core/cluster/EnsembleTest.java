package mware.core.cluster;

import static mware.core.cluster.TestNode.memberWithoutFailback;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import mware.testing.TcpLink;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingCluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ensemble of three servers: a minority is nothing, a lost server costs a pause. */
@Tag("long")
class EnsembleTest {

    @TempDir
    Path data;

    /** Watches for two actives at once, all the time. */
    private static final class Witness implements AutoCloseable {
        private final AtomicInteger doubles = new AtomicInteger();
        private final AtomicBoolean over = new AtomicBoolean();
        private final Thread thread;

        Witness(List<TestNode> nodes) {
            thread = new Thread(() -> {
                while (!over.get()) {
                    if (nodes.stream().filter(TestNode::active).count() > 1) {
                        doubles.incrementAndGet();
                    }
                    LockSupport.parkNanos(200_000);
                }
            });
            thread.start();
        }

        int doubles() {
            return doubles.get();
        }

        @Override
        public void close() {
            over.set(true);
        }
    }

    private static InstanceSpec[] specs() {
        return new InstanceSpec[] {Ensemble.spec(), Ensemble.spec(), Ensemble.spec()};
    }

    @Test
    void without_a_quorum_nobody_is_active_and_with_it_one_is_again() throws Exception {
        var specs = specs();
        try (var cluster = new TestingCluster(specs)) {
            cluster.start();
            try (var first = new TestNode(cluster.getConnectString(), data, memberWithoutFailback("a", 10)).start();
                    var second =
                            new TestNode(cluster.getConnectString(), data, memberWithoutFailback("b", 20)).start();
                    var witness = new Witness(List.of(first, second))) {
                await().atMost(Duration.ofSeconds(20)).until(() -> first.active() || second.active());

                cluster.killServer(specs[0]);
                await().atMost(Duration.ofSeconds(20)).until(() -> first.active() || second.active());

                cluster.killServer(specs[1]);
                await().atMost(Duration.ofSeconds(5)).until(() -> !first.active() && !second.active());
                await().during(Duration.ofSeconds(3))
                        .atMost(Duration.ofSeconds(6))
                        .until(() -> !first.active() && !second.active());

                cluster.restartServer(specs[0]);
                cluster.restartServer(specs[1]);
                await().atMost(Duration.ofSeconds(30)).until(() -> first.active() || second.active());
                assertThat(witness.doubles()).isZero();
            }
        }
    }

    @Test
    void a_hundred_short_blips_cost_pauses_but_no_take_over() throws Exception {
        try (var zooKeeper = Ensemble.server();
                var link = new TcpLink(zooKeeper.getPort());
                var first = new TestNode(link.address(), data, memberWithoutFailback("a", 10)).start();
                var second = new TestNode(zooKeeper.getConnectString(), data, memberWithoutFailback("b", 20))) {
            long epoch = first.awaitActive();
            second.start();
            await().until(() -> second.heard.contains("passive"));
            try (var witness = new Witness(List.of(first, second))) {
                for (int blip = 0; blip < 100; blip++) {
                    link.silence();
                    LockSupport.parkNanos(Duration.ofMillis(6).toNanos());
                    link.mend();
                    assertThat(first.awaitActive()).isEqualTo(epoch);
                }
                for (int blip = 0; blip < 10; blip++) {
                    link.silence();
                    await().pollInterval(Duration.ofMillis(1)).until(() -> !first.active());
                    link.mend();
                    assertThat(first.awaitActive()).isEqualTo(epoch);
                }
                assertThat(witness.doubles()).isZero();
            }
            assertThat(second.heard).containsOnly("passive");
        }
    }
}
