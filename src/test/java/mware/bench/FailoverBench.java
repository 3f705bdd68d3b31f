package mware.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import mware.testing.PeerProcess;
import mware.testing.WorkLog;
import mware.testing.WorkSource;
import mware.testing.ZooKeeperEnsemble;
import org.awaitility.Awaitility;

/**
 * How long nobody works when the active of two nodes dies or stops: mware beside a bare Curator LeaderLatch, the same
 * session timeout, the same three ZooKeeper servers, work every 5 ms.
 *
 * <p>Arguments: how often each (default 5), session timeout in milliseconds (default 4000).
 */
public final class FailoverBench implements Bench.Comparison {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    @Override
    public void run(List<String> arguments) throws Exception {
        int rounds = arguments.isEmpty() ? 5 : Integer.parseInt(arguments.get(0));
        int session = arguments.size() < 2 ? 4000 : Integer.parseInt(arguments.get(1));
        Path folder = Files.createTempDirectory("mware-failover");
        System.out.printf("fail-over, session timeout %d ms, n = %d each; ms without work%n", session, rounds);
        System.out.printf("%-10s %-22s %8s %8s   %s%n", "", "", "p50", "max", "all");
        try (ZooKeeperEnsemble zooKeeper = ZooKeeperEnsemble.onLoopback(folder, 3)) {
            Map<String, Long> medians = new LinkedHashMap<>();
            for (Contestant contestant :
                    List.of(new Latch(folder, zooKeeper, session), new Mware(folder, zooKeeper, session))) {
                try (contestant) {
                    contestant.startAll();
                    medians.put(
                            "kill -9 " + contestant.name, measure(contestant, "kill -9", rounds, PeerProcess::kill));
                    medians.put(
                            "stop " + contestant.name,
                            measure(contestant, "graceful stop", rounds, process -> process.stop(STOP_LIMIT)));
                    freeze(contestant, rounds, session);
                }
            }
            System.out.printf(
                    "ratio of the medians, mware / LeaderLatch: kill -9 %.2f, graceful stop %.2f%n",
                    medians.get("kill -9 mware") / (double) medians.get("kill -9 LeaderLatch"),
                    medians.get("stop mware") / (double) medians.get("stop LeaderLatch"));
        } finally {
            Command.run("rm", "-rf", folder.toString());
        }
    }

    /** Ends the active node so often and gives the median of the gaps in milliseconds. */
    private static long measure(Contestant contestant, String how, int rounds, Consumer<PeerProcess> end) {
        List<Long> gaps = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            String former = contestant.awaitActiveOtherThan("");
            Instant begin = Instant.now();
            end.accept(contestant.processes.get(former));
            contestant.awaitActiveOtherThan(former);
            WorkLog log =
                    contestant.log().after(begin.getEpochSecond() * 1_000_000_000 + begin.getNano() - 200_000_000);
            if (log.overlapMillis() > 0 || log.gapsMillis().size() != 1) {
                throw new IllegalStateException(
                        how + ", " + contestant.name + ": expected one take-over without overlap, got " + log.terms());
            }
            gaps.addAll(log.gapsMillis());
            contestant.start(former);
        }
        List<Long> sorted = gaps.stream().sorted().toList();
        long median = sorted.get(sorted.size() / 2);
        System.out.printf(
                "%-10s %-22s %8d %8d   %s%n", how, contestant.name, median, sorted.get(sorted.size() - 1), gaps);
        return Math.max(1, median);
    }

    /** Freezes the active node until the other has taken over, and prints for how long both worked after that. */
    private static void freeze(Contestant contestant, int rounds, int session) {
        List<Long> overlaps = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            String former = contestant.awaitActiveOtherThan("");
            Instant begin = Instant.now();
            contestant.processes.get(former).freeze();
            contestant.awaitActiveOtherThan(former);
            pause(Duration.ofMillis(session / 2));
            contestant.processes.get(former).thaw();
            pause(Duration.ofSeconds(2)); // long enough for it to notice
            WorkLog log =
                    contestant.log().after(begin.getEpochSecond() * 1_000_000_000 + begin.getNano() - 200_000_000);
            overlaps.add(log.workOfOlderTerms());
        }
        System.out.printf(
                "%-10s %-22s work done by the old active after the new one had begun: %s%n",
                "SIGSTOP", contestant.name, overlaps);
    }

    private static void pause(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }

    /** Two nodes of one kind. */
    private abstract static class Contestant implements AutoCloseable {
        final String name;
        final Path folder;
        final Map<String, PeerProcess> processes = new LinkedHashMap<>();

        Contestant(String name, Path folder) {
            this.name = name;
            this.folder = folder.resolve(name);
        }

        /** Starts the node and returns when it could take over. */
        abstract void start(String node);

        void startAll() throws IOException {
            Files.createDirectories(folder);
            List.of("n1", "n2").forEach(this::start);
        }

        Path workFile(String node) {
            return folder.resolve(node + ".work");
        }

        WorkLog log() {
            return WorkLog.read(processes.keySet().stream().map(this::workFile).toList());
        }

        String awaitActiveOtherThan(String former) {
            return Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(20))
                    .until(
                            () -> {
                                Instant now = Instant.now();
                                long fresh = now.getEpochSecond() * 1_000_000_000 + now.getNano() - 100_000_000;
                                return processes.keySet().stream()
                                        .filter(node -> !node.equals(former))
                                        .filter(node -> !WorkLog.tail(workFile(node))
                                                .after(fresh)
                                                .terms()
                                                .isEmpty())
                                        .findFirst()
                                        .orElse("");
                            },
                            node -> !node.isEmpty());
        }

        @Override
        public void close() {
            processes.values().forEach(PeerProcess::close);
        }
    }

    private static final class Latch extends Contestant {
        private final ZooKeeperEnsemble zooKeeper;
        private final int session;

        Latch(Path folder, ZooKeeperEnsemble zooKeeper, int session) {
            super("LeaderLatch", folder);
            this.zooKeeper = zooKeeper;
            this.session = session;
        }

        @Override
        void start(String node) {
            Path output = folder.resolve(node + System.nanoTime() + ".out");
            PeerProcess process = PeerProcess.start(
                    "LeaderLatch " + node,
                    output,
                    List.of(
                            System.getProperty("java.home") + "/bin/java",
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            LatchPeer.class.getName(),
                            zooKeeper.connectString(),
                            Integer.toString(session),
                            node,
                            workFile(node).toString()));
            processes.put(node, process);
            process.awaitSaid("(?m)^ready$", Duration.ofSeconds(30));
        }
    }

    private static final class Mware extends Contestant {
        private final Map<String, MwareNode> nodes = new LinkedHashMap<>();

        Mware(Path folder, ZooKeeperEnsemble zooKeeper, int session) throws IOException {
            super("mware", folder);
            Path routes = WorkSource.placeIn(this.folder.resolve("routes"));
            Path configuration = Files.writeString(this.folder.resolve("site.json"), CONFIGURATION);
            for (int i = 1; i <= 2; i++) {
                String node = "n" + i;
                nodes.put(
                        node,
                        MwareNode.in(this.folder.resolve(node))
                                .node(node)
                                .http("127.0.0." + i + ":" + FreePorts.next())
                                .zooKeeper(zooKeeper.connectString())
                                .config(configuration)
                                .routes(routes)
                                .set("cluster.session-timeout", session + "ms")
                                .environment("WORK_LOG", workFile(node).toString())
                                .environment("WORK_NODE", node));
            }
        }

        @Override
        void start(String node) {
            MwareNode started = nodes.get(node).start();
            processes.put(node, started.process());
            started.awaitHealthy();
        }
    }

    private static final String CONFIGURATION =
            """
            {"sites":[{"name":"main","master":true}],
             "servers":[{"name":"s1","site":"main","ifaces":{"lo":"127.0.0.1"}},
                        {"name":"s2","site":"main","ifaces":{"lo":"127.0.0.2"}}],
             "domains":[{"name":"mware.local","sites":["main"]}],
             "roles":[{"name":"n1","roletype":"mware","iface":"lo","enabled":true,"group":1,"order":10,"ext":{"failback":false}},
                      {"name":"n2","roletype":"mware","iface":"lo","enabled":true,"group":1,"order":20,"ext":{"failback":false}}],
             "structure":[{"site":"main","servers":[{"server":"s1","roles":["n1"]},{"server":"s2","roles":["n2"]}]}],
             "settings":{}}
            """;
}
