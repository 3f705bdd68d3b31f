package mware.service.pgcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mware.testing.Command;
import mware.testing.MwareNode;
import mware.testing.ZooKeeperEnsemble;
import mware.testing.pg.PgHost;
import mware.testing.pg.PgLab;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** Two packaged nodes of one group on the hosts mware1 and mware2, ZooKeeper on the referee, and the pair of a lab. */
final class PgNodes implements AutoCloseable {

    /** The pair's key. */
    static final String KEY = "lab";

    static final String PAIR = "/api/pg/v1/groups/" + KEY;
    static final Duration SESSION = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final PgLab lab;
    private final Path folder;
    private final ZooKeeperEnsemble zooKeeper;
    private final List<MwareNode> nodes = new ArrayList<>();

    /**
     * Starts them; returns when both are healthy and one is active.
     *
     * @param keys of the pair, besides its servers and its referee
     * @param settings of mware1 alone
     */
    PgNodes(PgLab lab, Map<String, Object> keys, Map<String, String> settings) throws IOException {
        this.lab = lab;
        folder = Files.createDirectories(lab.folder().resolve("mware"));
        zooKeeper = ZooKeeperEnsemble.on(lab.network(), folder, "referee");
        try {
            Path site =
                    Files.writeString(folder.resolve("site.json"), site(keys).toPrettyString());
            for (String name : List.of("mware1", "mware2")) {
                var host = lab.network().host(name);
                nodes.add(MwareNode.in(folder.resolve(name))
                        .node(name)
                        .on(host)
                        .http(host.address() + ":8080")
                        .zooKeeper(zooKeeper.connectString())
                        .jvm("-XX:TieredStopAtLevel=1")
                        .jvm("-Xmx256m")
                        .config(site)
                        .set("cluster.session-timeout", SESSION.toMillis() + "ms"));
            }
            settings.forEach(nodes.get(0)::set);
            startAll();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private ObjectNode site(Map<String, Object> keys) {
        ObjectNode site = JSON.createObjectNode();
        site.putArray("sites").addObject().put("name", "main").put("master", true);
        site.putArray("domains")
                .addObject()
                .put("name", "mware.local")
                .putArray("sites")
                .add("main");
        ObjectNode pair = JSON.createObjectNode().put("key", KEY).put("referee", lab.referee());
        ArrayNode both = pair.putArray("servers");
        for (PgHost host : List.of(lab.a(), lab.b())) {
            both.addObject()
                    .put("pg_host", host.address())
                    .put("ssh_port", PgHost.SSH_PORT)
                    .put("ssh_user", "postgres")
                    .put("ssh_pwd", PgHost.SSH_PASSWORD)
                    .put("pg_port", PgHost.PORT)
                    .put("pg_replica_user", PgLab.REPLICA)
                    .put("pg_replica_pwd", PgLab.REPLICA_PASSWORD)
                    .put("pg_ctl_command", Stops.bin(host) + "/pg_ctl")
                    .put("pg_basebackup_command", Stops.bin(host) + "/pg_basebackup")
                    .put("pg_data_folder", host.data().toString())
                    .put("pg_backup_folder", host.backups().toString())
                    .put("pg_log_filepath", host.log().toString())
                    .put("pg_signal_filepath", host.signalFile().toString());
        }
        keys.forEach((key, value) -> pair.set(key, JSON.valueToTree(value)));
        ArrayNode servers = site.putArray("servers");
        ArrayNode roles = site.putArray("roles");
        ArrayNode structure =
                site.putArray("structure").addObject().put("site", "main").putArray("servers");
        int order = 10;
        for (String name : List.of("mware1", "mware2")) {
            servers.addObject()
                    .put("name", "host-" + name)
                    .put("site", "main")
                    .putObject("ifaces")
                    .put("lan", lab.network().host(name).address());
            ObjectNode role = roles.addObject()
                    .put("name", name)
                    .put("roletype", "mware")
                    .put("iface", "lan")
                    .put("group", 1)
                    .put("order", order++);
            role.putObject("ext").put("failback", false);
            role.putArray("pg_controller").add(pair);
            structure
                    .addObject()
                    .put("server", "host-" + name)
                    .putArray("roles")
                    .add(name);
        }
        return site;
    }

    /** Starts who does not run, and waits for health and an active node. */
    void startAll() {
        nodes.stream().filter(node -> !node.isAlive()).forEach(MwareNode::start);
        nodes.forEach(MwareNode::awaitHealthy);
        active();
    }

    MwareNode node(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    MwareNode other(MwareNode node) {
        return nodes.get(0) == node ? nodes.get(1) : nodes.get(0);
    }

    /** The active node, as the nodes themselves say; waits for it. */
    MwareNode active() {
        return until("is there an active node", () -> activeNow(), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<MwareNode> activeNow() {
        return nodes.stream().filter(MwareNode::isAlive).findFirst().flatMap(this::activeFor);
    }

    /** The active node as {@code asked} says; waits for it. */
    MwareNode activeAt(MwareNode asked) {
        return until("is there an active node", () -> activeFor(asked), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<MwareNode> activeFor(MwareNode asked) {
        String name = get(asked, "/api/monitor/v1/system/nodes")
                .path("data")
                .path("groups")
                .path(0)
                .path("active")
                .asText("");
        return nodes.stream()
                .filter(one -> one.name().equals(name) && one.isAlive())
                .findFirst();
    }

    /** What {@code ./mware pg} says with these words, asked of {@code node} as an operator does on its machine. */
    Command.Result command(MwareNode node, String... words) {
        Path dist = Path.of(System.getProperty("mware.dist", "target/mware")).toAbsolutePath();
        List<String> all = new ArrayList<>(List.of(dist + "/mware", "pg"));
        all.addAll(List.of(words));
        all.addAll(List.of("--data", node.data().toString()));
        return Command.attempt("", all);
    }

    /** What the API answers to one with the cluster secret. */
    JsonNode get(MwareNode node, String path) {
        return json(send(node, "GET", path, secret(node), ""));
    }

    JsonNode post(MwareNode node, String path, String body) {
        HttpResponse<String> answer = send(node, "POST", path, secret(node), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(answer.body(), e);
        }
    }

    /** The answer to a request; {@code secret} may be empty. */
    HttpResponse<String> send(MwareNode node, String method, String path, String secret, String body) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + node.httpAddress() + path))
                    .timeout(Duration.ofSeconds(20))
                    .method(
                            method,
                            body.isEmpty()
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(body));
            if (!secret.isEmpty()) {
                request.header("Authorization", "Bearer " + secret);
            }
            if (!body.isEmpty()) {
                request.header("Content-Type", "application/json");
            }
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String secret(MwareNode node) {
        try (Stream<String> lines = Files.lines(node.data().resolve("cluster.secret"))) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .findFirst()
                    .orElseThrow()
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The pair as the API tells it. */
    JsonNode pair() {
        return get(active(), PAIR);
    }

    /** What is remembered of the pair, whoever is asked. */
    JsonNode status(MwareNode node) {
        return get(node, PAIR);
    }

    /** What the system state says under {@code pg}, a line each: {@code error lab: no master: ...}. */
    String deviations() {
        StringBuilder lines = new StringBuilder();
        for (MwareNode node : nodes) {
            if (node.isAlive()) {
                get(node, "/api/monitor/v1/system/state")
                        .path("data")
                        .path("pg")
                        .forEach(one -> lines.append(one.path("status").asText())
                                .append(' ')
                                .append(one.path("reason").asText())
                                .append('\n'));
                break;
            }
        }
        return lines.toString();
    }

    /** All that the nodes wrote of the service, in the order of time. */
    List<String> log() {
        List<String> lines = new ArrayList<>();
        nodes.forEach(node -> lines.addAll(log(node)));
        lines.sort(null);
        return lines;
    }

    /** All that a node wrote of the service. */
    List<String> log(MwareNode node) {
        Path logs = node.data().resolve("log");
        if (!Files.exists(logs)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(logs)) {
            return files.filter(file -> file.getFileName().toString().startsWith("pgctrl_"))
                    .flatMap(PgNodes::lines)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All files of logs, and what the nodes said. */
    String logs() {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .flatMap(PgNodes::lines)
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).lines();
        } catch (IOException e) {
            return Stream.empty(); // rolled over meanwhile
        }
    }

    /** Waits until one server is master, this one unless any will do, and the other streams from it; gives the master. */
    PgHost untilWhole(@Nullable PgHost master) {
        return until(
                        "is the pair whole",
                        this::whole,
                        now -> now.isPresent() && (master == null || master == now.get()))
                .orElseThrow();
    }

    private Optional<PgHost> whole() {
        boolean one = lab.a().isMaster();
        boolean other = lab.b().isMaster();
        if (one == other) {
            return Optional.empty();
        }
        PgHost now = one ? lab.a() : lab.b();
        PgHost standby = one ? lab.b() : lab.a();
        boolean streams = standby.isStandby()
                && now.ask("select count(*) from pg_stat_replication where state = 'streaming' and application_name = '"
                                + standby.address() + "'")
                        .filter("1"::equals)
                        .isPresent();
        return streams ? Optional.of(now) : Optional.empty();
    }

    /** Waits; on failure it says what the nodes logged. */
    void until(String what, Callable<Boolean> condition) {
        until(what, condition, Boolean.TRUE::equals);
    }

    <T> T until(String what, Callable<T> value, java.util.function.Predicate<T> wanted) {
        try {
            return Awaitility.await(what)
                    .atMost(LIMIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(100))
                    .ignoreExceptionsMatching(e -> e instanceof UncheckedIOException)
                    .until(value, wanted::test);
        } catch (ConditionTimeoutException e) {
            List<String> all = log();
            throw new AssertionError(
                    what + "? Not within " + LIMIT.toSeconds() + " s:\n  "
                            + String.join("\n  ", all.subList(Math.max(0, all.size() - 60), all.size())),
                    e);
        }
    }

    @Override
    public void close() {
        nodes.forEach(MwareNode::close);
        zooKeeper.close();
    }
}
