package mware.service.pgcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mware.testing.Command;
import mware.testing.MwareNode;
import mware.testing.pg.PgHost;
import mware.testing.pg.PgLab;
import mware.testing.pg.PgWriter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two packaged nodes and a pair of real servers: what an operator does and reads. */
class PgNodesIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private PgLab lab;
    private PgHost a;
    private PgHost b;
    private Stops stops;
    private PgNodes nodes;

    @BeforeEach
    void start() throws Exception {
        lab = PgLab.start().master();
        a = lab.a();
        b = lab.b();
        new Stops(a);
        stops = new Stops(b);
    }

    @AfterEach
    void stop() {
        if (nodes != null) {
            nodes.close();
        }
        lab.close();
    }

    private void begin(int promoteAfter, boolean guard) throws IOException {
        nodes = new PgNodes(
                lab,
                Map.of("promote_after", promoteAfter, "guard", guard, "allow_unfenced", !guard),
                Map.of("pg-controller.health-networks", "10.0.0.0/8"));
    }

    @Test
    void an_operator_commands_a_pair_whose_nodes_share_one_memory() throws Exception {
        stops.arm("before", "pg_basebackup *");
        begin(8, true);
        stops.awaitReached(SOON);
        noPasswordShows("during a copy");
        stops.goOn();
        nodes.untilWhole(a);
        PgWriter writer = lab.writer("writer");

        MwareNode first = nodes.active();
        MwareNode second = nodes.other(first);
        assertThat(first.name()).isEqualTo("mware1");
        nodes.until("healthy", () -> nodes.pair().path("state").asText().equals("healthy"));

        Command.Result list = nodes.command(second, "list");
        System.out.println(list.output());
        assertThat(list.exitCode()).as(list.output()).isZero();
        assertThat(list.output())
                .containsPattern("lab +healthy +" + a.address() + " +master")
                .containsPattern("lab +healthy +" + b.address() + " +standby")
                .contains(a.address() + " is the master, " + b.address() + " streams");
        Command.Result check = nodes.command(first, "check", "lab");
        System.out.println(check.output());
        assertThat(check.exitCode()).as(check.output()).isZero();

        healthIs(first, 200, 503);
        strangersAreTurnedAwayBy(second);

        Command.Result dry = nodes.command(second, "switchover", "lab", "--dry-run");
        System.out.println(dry.output());
        assertThat(dry.exitCode()).as(dry.output()).isZero();
        assertThat(dry.output())
                .contains("stop " + a.address(), "promote " + b.address())
                .containsPattern("obstacle +none");

        stops.arm("before", "pg_ctl * promote*");
        Command.Result asked = nodes.command(second, "switchover", "lab", "--reason", "a new kernel");
        assertThat(asked.exitCode()).as(asked.output()).isZero();
        stops.awaitReached(SOON);
        noPasswordShows("during a promotion");
        stops.goOn();
        nodes.untilWhole(b);
        nodes.until("healthy", () -> nodes.pair().path("state").asText().equals("healthy"));
        healthIs(first, 503, 200);

        Command.Result paused = nodes.command(first, "pause", "lab", "--reason", "work on the disks");
        assertThat(paused.exitCode()).as(paused.output()).isZero();
        JsonNode before = nodes.status(second);
        first.kill();
        nodes.until("the other is active", () -> nodes.active() == second);
        nodes.until("it looks", () -> nodes.status(second).path("rule").asText().equals("PAUSED"));
        JsonNode after = nodes.status(second);
        for (String same : List.of("master", "timeline", "paused")) {
            assertThat(after.path(same)).as(same).isEqualTo(before.path(same));
        }
        assertThat(after.path("paused").path("reason").asText()).isEqualTo("work on the disks");
        assertThat(nodes.deviations())
                .contains("paused since")
                .contains("work on the disks")
                .contains("next: ");
        b.killPostmaster();
        Awaitility.await().during(Duration.ofSeconds(6)).atMost(SOON).until(() -> !b.isMaster() && !a.isMaster());
        Command.Result whilePaused = nodes.command(second, "list");
        System.out.println(whilePaused.output());
        assertThat(whilePaused.exitCode()).isEqualTo(1);
        assertThat(whilePaused.output()).contains("no master, paused");

        Command.Result resumed = nodes.command(second, "resume", "lab");
        assertThat(resumed.exitCode()).as(resumed.output()).isZero();
        nodes.untilWhole(b);
        first.start().awaitHealthy();
        nodes.until("both tell the same", () -> nodes.status(first)
                .path("master")
                .equals(nodes.status(second).path("master")));

        Command.Result history = nodes.command(first, "history", "lab");
        System.out.println(history.output());
        assertThat(history.exitCode()).isZero();
        assertThat(history.output())
                .containsSubsequence("REJOIN_CLONE", "SWITCHOVER", "pause", "resume", "RESTART_IN_PLACE")
                .contains("a new kernel", "work on the disks", "crashed, its host lives");
        assertThat(String.join("\n", nodes.log()))
                .contains("[REJOIN_CLONE]", "[SWITCHOVER]", "[PAUSED]", "[RESTART_IN_PLACE]")
                .contains(": done in ");
        assertThat(writer.stop().acknowledged().missing(b)).isEmpty();
        noPasswordShows("in the end");
        for (String path : List.of("", "/history", "/check")) {
            noPasswordIn("the API", nodes.get(second, PgNodes.PAIR + path).toString());
        }
        noPasswordIn("the system state", nodes.deviations());
        noPasswordIn("the logs of mware", nodes.logs());
    }

    /** Whether a and b are primary, by every health path, as a load balancer asks. */
    private void healthIs(MwareNode node, int first, int second) {
        nodes.until(
                "health is told",
                () -> code(node, "GET", a, "/primary") == first && code(node, "GET", b, "/primary") == second);
        PgHost standby = first == 200 ? b : a;
        PgHost master = first == 200 ? a : b;
        for (String method : List.of("GET", "HEAD", "OPTIONS")) {
            assertThat(code(node, method, master, "/primary")).isEqualTo(method.equals("OPTIONS") ? 204 : 200);
        }
        assertThat(code(node, "GET", standby, "/replica?lag=10MB")).isEqualTo(200);
        assertThat(code(node, "GET", master, "/replica")).isEqualTo(503);
        for (PgHost one : List.of(a, b)) {
            assertThat(code(node, "GET", one, "/read-only")).isEqualTo(200);
            assertThat(code(node, "GET", one, "/health")).isEqualTo(200);
        }
        assertThat(code(node, "POST", master, "/primary")).isEqualTo(401);
    }

    private int code(MwareNode node, String method, PgHost server, String path) {
        return nodes.send(node, method, PgNodes.PAIR + "/" + server.address() + path, "", "")
                .statusCode();
    }

    /** mware2 has the default of pg-controller.health-networks: nobody from elsewhere. */
    private void strangersAreTurnedAwayBy(MwareNode node) {
        assertThat(code(node, "GET", a, "/primary")).isEqualTo(401);
        assertThat(lab.network()
                        .host(node.name())
                        .run(
                                "curl",
                                "-s",
                                "-o",
                                "/dev/null",
                                "-w",
                                "%{http_code}",
                                "http://" + node.httpAddress() + PgNodes.PAIR + "/" + a.address() + "/primary"))
                .as("from its own address, which is none of 127.0.0.0/8")
                .isEqualTo("401");
    }

    private void noPasswordShows(String when) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(one -> one.getFileName().toString().matches("\\d+"))
                    .toList()) {
                for (String file : List.of("cmdline", "environ")) {
                    try {
                        noPasswordIn(
                                when + " " + process.resolve(file),
                                Files.readString(process.resolve(file), StandardCharsets.ISO_8859_1));
                    } catch (IOException ended) {
                        // not there any more
                    }
                }
            }
        }
        for (PgHost host : List.of(a, b)) {
            for (Path log : List.of(
                    host.log(),
                    host.folder().resolve("sshd.log"),
                    Path.of(host.data() + ".mware/start.out"),
                    Path.of(host.data() + ".mware/work.out"))) {
                if (Files.exists(log)) {
                    noPasswordIn(log.toString(), Files.readString(log, StandardCharsets.ISO_8859_1));
                }
            }
        }
    }

    private static void noPasswordIn(String where, String text) {
        assertThat(text.contains(PgLab.REPLICA_PASSWORD) || text.contains(PgHost.SSH_PASSWORD))
                .as("a password in " + where)
                .isFalse();
    }

    @Test
    @Tag("long")
    void f7_nodes_that_are_cut_off_from_both_servers_raise_an_alarm_and_do_nothing() throws Exception {
        begin(8, true);
        nodes.untilWhole(a);
        PgWriter writer = lab.writer("writer");
        nodes.until("healthy", () -> nodes.pair().path("state").asText().equals("healthy"));
        long since = System.nanoTime();
        lab.network().partition(Set.of("mware1", "mware2"), Set.of("a", "b"));

        nodes.until("alarm", () -> nodes.deviations().contains("no master"));
        Awaitility.await().during(Duration.ofSeconds(25)).atMost(SOON).until(() -> a.isMaster() && b.isStandby());
        System.out.println(
                nodes.deviations() + nodes.command(nodes.active(), "list").output());
        assertThat(nodes.deviations()).contains("no master", "next: ");
        int rules = nodes.log().size();
        lab.network().heal();
        nodes.until("healthy", () -> nodes.pair().path("state").asText().equals("healthy"));
        nodes.until("no alarm", () -> nodes.deviations().isEmpty());

        var rows = writer.stop().acknowledged();
        System.out.println(rows.inWords("F7", since, a));
        assertThat(rows.missing(a)).isEmpty();
        assertThat(rows.outage(since)).isLessThan(3);
        assertThat(a.ask("select timeline_id from pg_control_checkpoint()")).contains("1");
        assertThat(nodes.log().subList(0, rules).stream().filter(line -> line.contains("promote " + b.address() + ":")))
                .isEmpty();
    }

    @Test
    void what_is_wrong_is_told_with_what_comes_next() throws Exception {
        a.sql("create table ballast as select g, repeat(md5(g::text), 20) as text from generate_series(1, 60000) g");
        begin(10, false);
        nodes.untilWhole(a);
        MwareNode node = nodes.active();
        nodes.until("healthy", () -> nodes.pair().path("state").asText().equals("healthy"));
        nodes.until("no alarm", () -> nodes.deviations().isEmpty());
        List<String> told = new ArrayList<>();

        lab.network().partition(Set.of("b"), Set.of("referee"));
        told.add(awaitTold("referee"));
        lab.network().heal();

        b.cut();
        told.add(awaitTold("no standby"));
        b.restore();
        nodes.untilWhole(a);

        nodes.post(node, PgNodes.PAIR + "/pause", "{\"reason\": \"a test\"}");
        told.add(awaitTold("paused"));
        nodes.post(node, PgNodes.PAIR + "/resume", "");

        b.sql("select pg_wal_replay_pause()");
        Command.attempt("", List.of("true"));
        b.freezeReceiver();
        a.sql("create table more as select g, repeat(md5(g::text), 20) as text from generate_series(1, 60000) g");
        told.add(awaitTold("bytes behind"));
        b.thaw();
        b.sql("select pg_wal_replay_resume()");
        nodes.until("no alarm", () -> nodes.deviations().isEmpty());

        a.admit(true, false);
        assertThat(nodes.command(node, "check", "lab").exitCode()).isEqualTo(1);
        told.add(awaitTold("would not work"));
        a.admit(true, true);
        assertThat(nodes.command(node, "check", "lab").exitCode()).isZero();
        nodes.until("no alarm", () -> nodes.deviations().isEmpty());

        stops.options("pg_basebackup", "--max-rate=8M");
        nodes.post(node, PgNodes.PAIR + "/reinit", "{\"server\": \"" + b.address() + "\"}");
        told.add(awaitTold("[1-9]\\d* %, \\d+ MB/s"));
        nodes.untilWhole(a);
        nodes.until("no alarm", () -> nodes.deviations().isEmpty());

        stops.options("pg_basebackup", "");
        a.stop();
        told.add(awaitTold("no master: the master"));
        nodes.untilWhole(b);
        nodes.until("no alarm", () -> nodes.deviations().isEmpty());

        new Stops(b).arm("before", "flock -w 10 8");
        a.promote();
        told.add(awaitTold("two masters"));
        stops.goOn();
        nodes.untilWhole(null);

        System.out.println(String.join("\n", told));
        assertThat(told).allSatisfy(line -> assertThat(line).contains("next: "));
    }

    /** The first line of the system state that this pattern finds. */
    private String awaitTold(String pattern) {
        return nodes.until(
                "is told: " + pattern,
                () -> nodes.deviations()
                        .lines()
                        .filter(line -> line.matches(".*" + pattern + ".*"))
                        .collect(Collectors.joining("\n")),
                text -> !text.isEmpty());
    }
}
