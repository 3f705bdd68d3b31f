package mware.core.cluster;

import static mware.core.cluster.WorkingSite.last;
import static mware.core.cluster.WorkingSite.now;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import mware.core.cluster.WorkingSite.Member;
import mware.testing.WorkLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults at random, one upon the other, of nodes, ZooKeeper servers and links: never two actives, no write lost, and the
 * group works again when it is over.
 *
 * <p>{@code -Dchaos.seed=N} repeats a run's faults (not their timing to the millisecond), {@code -Dchaos.seconds=N} sets
 * how long.
 */
@Tag("long")
class ChaosIT {

    private static final Duration SESSION = Duration.ofSeconds(2);

    @Test
    void whatever_happens_there_are_never_two_actives(@TempDir Path folder) throws IOException {
        long seed = Long.getLong("chaos.seed", System.nanoTime() % 100_000);
        Random random = new Random(seed);
        try (WorkingSite site = new WorkingSite(
                folder,
                SESSION,
                Map.of(),
                new Member("n1", 1, 10, "\"ext\":{\"failback_delay\":\"1s\"}"),
                new Member("n2", 1, 20, "\"ext\":{\"failback_delay\":\"1s\"}"),
                new Member("n3", 1, 30, "\"ext\":{\"failback_delay\":\"1s\"}"))) {
            long begin = now();
            long end = begin
                    + Duration.ofSeconds(Long.getLong("chaos.seconds", 60)).toNanos();
            StringBuilder faults = new StringBuilder();
            while (now() < end) {
                faults.append(fault(site, random)).append(' ');
                last(Duration.ofMillis(200 + random.nextInt(3000)));
                if (random.nextInt(3) == 0) {
                    mend(site, random);
                }
            }
            site.nodes().forEach(node -> node.thaw());
            for (int i = 0; i < site.zooKeeper().size(); i++) {
                site.zooKeeper().thaw(i);
            }
            site.startAll();
            long well = now();
            last(Duration.ofSeconds(3));

            System.out.println("chaos, seed " + seed + ": " + faults);
            WorkLog log = site.judge("chaos, seed " + seed, 1, begin);
            assertThat(log.after(well).terms()).as("work after all is mended").isNotEmpty();
        }
    }

    private static String fault(WorkingSite site, Random random) {
        String active = site.active(1).orElse("n1");
        String node = random.nextBoolean() ? active : "n" + (1 + random.nextInt(3));
        int server = random.nextInt(3);
        switch (random.nextInt(9)) {
            case 0 -> {
                site.node(node).kill();
                return "kill-" + node;
            }
            case 1, 2 -> {
                site.node(node).freeze();
                return "freeze-" + node;
            }
            case 3 -> {
                site.network().cut(node);
                return "cut-" + node;
            }
            case 4 -> {
                site.network().partition(Set.of(node), WorkingSite.zooKeepers());
                return "away-" + node;
            }
            case 5 -> {
                site.network().isolate("zk" + (server + 1));
                return "isolate-zk" + (server + 1);
            }
            case 6 -> {
                site.zooKeeper().freeze(server);
                return "freeze-zk" + (server + 1);
            }
            case 7 -> {
                site.zooKeeper().kill(server);
                return "kill-zk" + (server + 1);
            }
            default -> {
                Optional.of(site.node(node))
                        .filter(running -> running.isAlive())
                        .ifPresent(running -> running.process().terminate());
                return "stop-" + node;
            }
        }
    }

    /** Mends all that is broken, or one kind of it, so that states between well and broken come about too. */
    private static void mend(WorkingSite site, Random random) {
        int what = random.nextInt(4);
        if (what == 0 || what == 1) {
            site.network().heal();
        }
        if (what == 0 || what == 2) {
            List.of(0, 1, 2).forEach(server -> {
                site.zooKeeper().thaw(server);
                if (!site.zooKeeper().isAlive(server)) {
                    site.zooKeeper().start(server);
                }
            });
        }
        if (what == 0 || what == 3) {
            site.nodes().forEach(node -> {
                node.thaw();
                if (!node.isAlive()) {
                    node.start();
                }
            });
        }
    }
}
