package mware.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mware.testing.MwareNode;
import mware.testing.Namespaces;
import mware.testing.WorkLog;
import mware.testing.WorkLog.Entry;
import mware.testing.WorkLog.Kind;
import mware.testing.WorkSource;
import mware.testing.ZooKeeperEnsemble;
import org.awaitility.Awaitility;

/**
 * A site of real nodes on a network of its own, with a ZooKeeper ensemble of three servers (hosts zk1 to zk3), whose
 * nodes write down all that they do.
 */
final class WorkingSite implements AutoCloseable {

    /** A term that has not worked for so long counts as ended, in nanoseconds. */
    private static final long FRESH = 300_000_000;

    private static final String[] ZOOKEEPERS = {"zk1", "zk2", "zk3"};

    private final Path folder;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<String, MwareNode> nodes = new LinkedHashMap<>();
    private final Namespaces network;
    private final ZooKeeperEnsemble zooKeeper;

    /**
     * A node of the site.
     *
     * @param options further members of its role, as JSON: {@code "ext":{"failback":false}}
     */
    record Member(String name, int group, int order, String options) {}

    /** Starts the network, ZooKeeper and all nodes; returns when they are healthy and each group has its active node. */
    WorkingSite(Path folder, Duration sessionTimeout, Map<String, String> environment, Member... members)
            throws IOException {
        this.folder = folder;
        Stream.of(members).forEach(member -> this.members.put(member.name(), member));
        network = Namespaces.of(Stream.concat(Stream.of(ZOOKEEPERS), this.members.keySet().stream())
                .toArray(String[]::new));
        ZooKeeperEnsemble ensemble = null;
        try {
            ensemble = ZooKeeperEnsemble.on(network, folder, ZOOKEEPERS);
            Path routes = WorkSource.placeIn(folder.resolve("routes"));
            Path configuration = Files.writeString(folder.resolve("site.json"), configuration());
            for (Member member : members) {
                Namespaces.Host host = network.host(member.name());
                MwareNode node = MwareNode.in(folder.resolve(member.name()))
                        .node(member.name())
                        .on(host)
                        .http(host.address() + ":8080")
                        .zooKeeper(ensemble.connectString())
                        .jvm("-XX:TieredStopAtLevel=1") // four nodes start at once on two cores
                        .config(configuration)
                        .routes(routes)
                        .set("cluster.session-timeout", sessionTimeout.toMillis() + "ms")
                        .environment("WORK_LOG", workFile(member.name()).toString())
                        .environment("WORK_NODE", member.name());
                environment.forEach(node::environment);
                nodes.put(member.name(), node);
            }
            zooKeeper = ensemble;
            startAll();
        } catch (IOException | RuntimeException | Error e) {
            nodes.values().forEach(MwareNode::close);
            if (ensemble != null) {
                ensemble.close();
            }
            network.close();
            throw e;
        }
    }

    Namespaces network() {
        return network;
    }

    ZooKeeperEnsemble zooKeeper() {
        return zooKeeper;
    }

    MwareNode node(String name) {
        return nodes.get(name);
    }

    Collection<MwareNode> nodes() {
        return nodes.values();
    }

    /** The names of the ZooKeeper hosts. */
    static List<String> zooKeepers() {
        return List.of(ZOOKEEPERS);
    }

    /** Mends the network, starts what does not run, and waits for health and an active node in each group. */
    void startAll() {
        network.heal();
        for (int i = 0; i < zooKeeper.size(); i++) {
            if (!zooKeeper.isAlive(i)) {
                zooKeeper.start(i);
            }
        }
        zooKeeper.awaitServing();
        nodes.values().stream().filter(node -> !node.isAlive()).forEach(MwareNode::start);
        awaitWell();
    }

    /** Waits until all nodes are healthy and each group has its active node. */
    void awaitWell() {
        nodes.values().forEach(MwareNode::awaitHealthy);
        members.values().stream().map(Member::group).distinct().forEach(this::awaitActive);
    }

    /** The node of the group that works now; waits for it. */
    String awaitActive(int group) {
        return awaitActiveOtherThan(group, "");
    }

    /** The node of the group that works now and is not {@code former}; waits for it. */
    String awaitActiveOtherThan(int group, String former) {
        try {
            return Awaitility.await()
                    .atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofMillis(25))
                    .until(() -> active(group).filter(name -> !name.equals(former)), Optional::isPresent)
                    .orElseThrow();
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError(
                    "nobody works for group " + group + ": "
                            + of(group)
                                    .map(name -> nodes.get(name).process().tail(30))
                                    .collect(Collectors.joining("\n")),
                    e);
        }
    }

    /** The node of the group that works now. */
    Optional<String> active(int group) {
        long since = now() - FRESH;
        return of(group)
                .flatMap(name -> WorkLog.tail(workFile(name)).entries().stream())
                .filter(entry -> entry.kind() == Kind.WORK && entry.to() > since)
                .max((a, b) -> Long.compare(a.to(), b.to()))
                .map(Entry::node);
    }

    /** How long it took the group's first active node after {@code since} from its log's word of that to its first work. */
    long millisFromRoleToWork(int group, long since) {
        WorkLog.Term first = log(group).after(since).terms().get(0);
        Path folderOfLogs = nodes.get(first.node()).data().resolve("log/" + first.node() + "/node");
        try (Stream<Path> files = Files.list(folderOfLogs)) {
            long role = files.flatMap(WorkingSite::lines)
                    .filter(line -> line.contains(" active: epoch=" + Long.toHexString(first.epoch()) + " "))
                    .map(line ->
                            OffsetDateTime.parse(line.split(" ")[0]).toInstant().toEpochMilli())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no word of epoch " + first.epoch() + " in " + folderOfLogs));
            return first.from() / 1_000_000 - role;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that the group has done. */
    WorkLog log(int group) {
        return WorkLog.read(of(group).map(this::workFile).toList());
    }

    /**
     * Prints the scenario's line and fails when two nodes were active at once or an acknowledged write was lost.
     *
     * @param since when it began, in nanoseconds of the wall clock
     * @return what was done in it, with the moment before it
     */
    WorkLog judge(String scenario, int group, long since) {
        return judge(scenario, log(group).after(since - 200_000_000));
    }

    /** Like {@link #judge(String, int, long)}, for a part of the log. */
    WorkLog judge(String scenario, WorkLog log) {
        System.out.println(log.line(scenario));
        assertThat(log.overlapMillis())
                .as("%s: ms with two actives; terms %s", scenario, log.terms())
                .isZero();
        assertThat(log.lost()).as("%s: acknowledged writes lost", scenario).isEmpty();
        return log;
    }

    /** The wall clock in nanoseconds, as in the nodes' logs. */
    static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    /** Waits for this time to pass: where a fault has to last. */
    static void last(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }

    @Override
    public void close() {
        nodes.values().forEach(MwareNode::close);
        zooKeeper.close();
        network.close();
    }

    private Stream<String> of(int group) {
        return members.values().stream()
                .filter(member -> member.group() == group)
                .map(Member::name);
    }

    private Path workFile(String node) {
        return folder.resolve(node + ".work");
    }

    private String configuration() {
        List<String> servers = new ArrayList<>();
        List<String> roles = new ArrayList<>();
        List<String> structure = new ArrayList<>();
        members.values().forEach(member -> {
            String server = "server" + member.name();
            servers.add("""
                    {"name":"%s","site":"main","ifaces":{"lan":"%s"}}"""
                    .formatted(server, network.host(member.name()).address()));
            roles.add(role(member));
            structure.add("""
                    {"server":"%s","roles":["%s"]}""".formatted(server, member.name()));
        });
        return """
                {"sites":[{"name":"main","master":true}],
                 "servers":[%s],
                 "domains":[{"name":"mware.local","sites":["main"]},{"name":"east.mware.local","sites":["main"]}],
                 "roles":[%s],
                 "structure":[{"site":"main","servers":[%s]}],
                 "settings":{}}
                """
                .formatted(String.join(",\n", servers), String.join(",\n", roles), String.join(",\n", structure));
    }

    /** Group 1 serves the rest of the tree, group 2 its eastern branch. */
    private static String role(Member member) {
        return """
                {"name":"%s","roletype":"mware","iface":"lan","enabled":true,"group":%d,"order":%d%s%s}"""
                .formatted(
                        member.name(),
                        member.group(),
                        member.order(),
                        member.group() == 2 ? ",\"include_domains\":[\"east.mware.local\"]" : "",
                        member.options().isEmpty() ? "" : "," + member.options());
    }
}
