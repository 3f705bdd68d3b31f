package mware.service.pgcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import mware.core.config.Secret;
import mware.service.pgcontroller.Memory.Request;
import mware.service.pgcontroller.PgGroup.Referee;
import mware.service.pgcontroller.PgGroup.Rejoin;
import mware.testing.Command;
import mware.testing.pg.Acknowledged;
import mware.testing.pg.PgHost;
import mware.testing.pg.PgLab;
import mware.testing.pg.PgWriter;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The cases F1 to F24 of a pair that fails, on real servers with a writer; {@code promote_after} is 8 s with a guard of 4 s.
 *
 * <p>F13, F14 and F23 are in {@code CopyFaultsIT}, F15 and F22 in {@code RemoteHandsIT}.
 */
class PgFailoverIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Duration LATER = Duration.ofSeconds(90);

    private PgLab lab;
    private PgHost a;
    private PgHost b;
    private LabController controller;
    private PgWriter writer;

    @BeforeEach
    void start() throws Exception {
        lab = PgLab.start().pair();
        a = lab.a();
        b = lab.b();
    }

    @AfterEach
    void stop() {
        if (controller != null) {
            controller.close();
        }
        lab.close();
    }

    @Test
    @Tag("long")
    void f1_two_clusters_that_never_were_one_are_left_alone_until_an_operator_says_which_one_becomes_the_copy()
            throws Exception {
        b.stop();
        b.pg("rm", "-rf", b.data().toString());
        b.initialize();
        b.start();
        b.makeRoles();
        String kept = b.ask("select system_identifier from pg_control_system()").orElseThrow();
        controller = new LabController(group(8, true, false), Memory.NONE, 100);

        until(() -> controller.hasSaid("OTHER_CLUSTER"));
        Awaitility.await().during(Duration.ofSeconds(6)).atMost(SOON).until(() -> a.isMaster() && b.isMaster());
        ask(Request.Kind.REINIT, b, false);
        until(() -> controller.hasSaid("REINIT_REFUSED"));
        assertThat(b.isMaster()).as(controller.said()).isTrue();
        writer = lab.writer("writer", a);
        long since = System.nanoTime();
        ask(Request.Kind.REINIT, b, true);

        untilAPair(a);
        assertThat(b.ask("select system_identifier from pg_control_system()"))
                .isEqualTo(a.ask("select system_identifier from pg_control_system()"))
                .isNotEqualTo(Optional.of(kept));
        try (var old = Files.list(b.backups())) {
            assertThat(old.filter(Files::isDirectory))
                    .as("the data of the other cluster")
                    .hasSize(1);
        }
        Acknowledged rows = end("F1", since, a);
        assertThat(rows.missing(a)).isEmpty();
    }

    @Test
    void f2_a_killed_postmaster_is_started_in_place() throws Exception {
        begin(group(8, true, false));
        long since = System.nanoTime();
        a.killPostmaster();

        until(() -> acknowledgedAfter(since, "a"));
        end("F2", since, a);
    }

    @Test
    @Tag("long")
    void f3_a_clean_stop_by_an_operator_is_said_to_be_one_and_the_standby_takes_over() throws Exception {
        begin(group(8, true, false));
        long since = System.nanoTime();
        a.stop();

        until(b::isMaster);
        assertThat(controller.hasSaid("clean")).as(controller.said()).isTrue();
        Acknowledged rows = end("F3", since, b);
        assertThat(rows.missing(b)).isEmpty();
    }

    @Test
    void f4_and_f8_a_dead_host_is_replaced_and_comes_back_as_the_standby_though_it_starts_as_a_master()
            throws Exception {
        begin(group(8, true, false));
        long since = System.nanoTime();
        a.die();

        until(b::isMaster);
        until(() -> acknowledgedAfter(since, "b"));
        double outage = writer.acknowledged().outage(since);
        long back = System.nanoTime();
        a.comeBack(true);
        untilAPair(b);
        System.out.printf("F8: streams again %.1f s after it came back%n", (System.nanoTime() - back) / 1e9);
        end("F4", since, b);
        assertThat(outage).as(controller.said()).isLessThan(8 + 3);
    }

    @Test
    @Tag("long")
    void f4_with_the_rule_of_30_seconds() throws Exception {
        begin(group(30, false, false));
        long since = System.nanoTime();
        a.die();

        Awaitility.await().atMost(LATER).until(b::isMaster);
        until(() -> acknowledgedAfter(since, "b"));
        Acknowledged rows = writer.acknowledged();
        System.out.println(rows.inWords("F4 at 30 s", since, b));
        assertThat(rows.outage(since)).isBetween(29.0, 60.0);
    }

    @Test
    void f5_an_isolated_master_is_stopped_by_its_guard_before_the_standby_takes_over() throws Exception {
        begin(group(8, true, false));
        PgWriter inside = lab.writer("a", a);
        Awaitility.await().until(() -> inside.acknowledged().rows().size() > 20);
        long since = System.nanoTime();
        a.cut();

        until(b::isMaster);
        until(() -> acknowledgedAfter(since, "b"));
        Acknowledged within = inside.acknowledged();
        long first = writer.acknowledged().rows().stream()
                .filter(row -> row.nanos() > since && row.server().equals("b"))
                .findFirst()
                .orElseThrow()
                .nanos();
        System.out.printf(
                "F5: the isolated master went on for %.1f s, %d rows, the standby took over after %.1f s%n",
                within.wentOn("a", since),
                within.rows().stream().filter(row -> row.nanos() > since).count(),
                (first - since) / 1e9);
        assertThat(within.rows().get(within.rows().size() - 1).nanos()).isLessThan(first);
        a.restore();
        untilAPair(b);
        end("F5", since, b);
    }

    @Test
    @Tag("long")
    void f5_in_synchronous_mode_an_isolated_master_acknowledges_nothing_and_no_row_is_lost() throws Exception {
        begin(group(8, true, true));
        until(() -> controller.memory().eligible() && controller.memory().waits());
        PgWriter inside = lab.writer("a", a);
        Awaitility.await().until(() -> inside.acknowledged().rows().size() > 20);
        long since = System.nanoTime();
        a.cut();

        until(b::isMaster);
        until(() -> acknowledgedAfter(since, "b"));
        a.restore();
        untilAPair(b);
        Acknowledged rows = end("F5 synchronous", since, b);
        assertThat(rows.missing(b)).isEmpty();
        assertThat(inside.acknowledged().missing(b)).isEmpty();
    }

    @Test
    @Tag("long")
    void f6_and_f7_an_isolated_standby_and_an_isolated_controller_change_nothing() throws Exception {
        begin(group(8, true, false));
        long since = System.nanoTime();
        b.cut();
        Awaitility.await().during(Duration.ofSeconds(15)).atMost(SOON).until(a::isMaster);
        b.restore();
        untilAPair(a);
        lab.leave();
        Awaitility.await().pollDelay(Duration.ofSeconds(15)).atMost(SOON).until(() -> true);
        lab.comeBack();
        untilAPair(a);
        Acknowledged rows = end("F6, F7", since, a);
        assertThat(rows.outage(since)).isLessThan(3);
        assertThat(rows.missing(a)).isEmpty();
    }

    @Test
    @Tag("long")
    void f9_of_two_masters_the_one_that_alone_reaches_the_referee_stays_though_the_other_is_newer() throws Exception {
        begin(group(8, true, false));
        long since = System.nanoTime();
        Command.run(lab.network()
                .host("b")
                .inside(List.of("ip", "route", "add", "unreachable", lab.referee() + "/32"))
                .toArray(String[]::new));
        b.promote();

        until(() -> controller.hasSaid("MASTERS_REFEREE"));
        untilAPair(a);
        Acknowledged rows = end("F9", since, a);
        assertThat(rows.outage(since)).isLessThan(3);
    }

    @Test
    @Tag("long")
    void f10_of_two_masters_the_one_whose_timeline_descends_from_the_other_stays() throws Exception {
        begin(group(8, true, false));
        long since = System.nanoTime();
        b.promote();

        untilAPair(null);
        end("F10", since, a.isMaster() ? a : b);
    }

    @Test
    @Tag("long")
    void f11_a_frozen_master_that_thaws_after_the_promotion_is_demoted_within_a_poll() throws Exception {
        begin(group(8, true, false));
        long since = System.nanoTime();
        a.freeze();

        until(b::isMaster);
        until(() -> acknowledgedAfter(since, "b"));
        long thawed = System.nanoTime();
        a.thaw();
        untilAPair(b);
        System.out.printf(
                "F11: %d rows acknowledged by the thawed one, for %.1f s after the thaw%n",
                writer.acknowledged().dual("a", "b", since),
                writer.acknowledged().wentOn("a", thawed));
        Acknowledged rows = end("F11", since, b);
        assertThat(rows.rows().stream()
                        .filter(row -> row.server().equals("b"))
                        .filter(row -> {
                            try {
                                return rows.missing(b).contains(row);
                            } catch (java.sql.SQLException e) {
                                throw new IllegalStateException(e);
                            }
                        })
                        .limit(1))
                .isEmpty();
        assertThat(rows.wentOn("a", thawed)).isLessThan(5);
    }

    @Test
    @Tag("long")
    void f12_a_postgresql_that_accepts_and_does_not_answer_is_lost_too() throws Exception {
        begin(group(8, true, false));
        long since = System.nanoTime();
        a.freezePostgres();

        until(() -> controller.hasSaid("FENCE")); // after promote_after, by the time that a question may take
        until(() -> writer.acknowledged().rows().stream().anyMatch(row -> row.nanos() > since + 8_000_000_000L));
        untilAPair(null); // its host lives, so it is started again in place
        Acknowledged rows = end("F12", since, a.isMaster() ? a : b);
        assertThat(rows.missing(a.isMaster() ? a : b)).isEmpty();
        assertThat(rows.outage(since)).as(controller.said()).isBetween(7.0, 8.0 + 3 + 3);
    }

    @Test
    @Tag("long")
    void f16_a_standby_that_forked_and_looks_well_is_copied_anew() throws Exception {
        b.stop();
        b.pg("rm", b.data() + "/standby.signal");
        b.start();
        b.sql("insert into w(node, seq) select 'fork', g from generate_series(1, 20000) g");
        b.stop();
        b.write(b.data().resolve("standby.signal"), "");
        b.start();
        begin(group(8, true, false));
        long since = System.nanoTime();

        until(() -> b.ask("select count(*) from w where node = 'fork'")
                .filter("0"::equals)
                .isPresent());
        untilAPair(a);
        end("F16", since, a);
    }

    @Test
    @Tag("long")
    void f17_a_standby_that_lies_too_far_behind_is_not_promoted() throws Exception {
        begin(group(8, true, false));
        String receiver = b.ask("select pid from pg_stat_wal_receiver").orElseThrow();
        Command.run("kill", "-STOP", receiver);
        a.sql("create table big as select repeat('x', 1000) from generate_series(1, 30000)");
        until(() -> controller.hasSaid("BEHIND"));
        long since = System.nanoTime();
        a.die();

        until(() -> controller.hasSaid("STANDBY_BEHIND"));
        Awaitility.await().during(Duration.ofSeconds(5)).atMost(SOON).until(() -> !b.isMaster());
        Command.run("kill", "-CONT", receiver);
        a.comeBack(true);
        untilAPair(a);
        Acknowledged rows = end("F17", since, a);
        assertThat(rows.missing(a)).isEmpty();
    }

    @Test
    @Tag("long")
    void f18_a_standby_whose_wal_is_gone_is_copied_anew() throws Exception {
        a.sql("alter system set wal_keep_size = 0");
        a.sql("select pg_reload_conf()");
        b.stop();
        for (int i = 0; i < 4; i++) {
            a.sql("insert into w(node, seq) select 'gap" + i + "', g from generate_series(1, 100) g");
            a.sql("select pg_switch_wal()");
            a.sql("checkpoint");
        }
        b.start();
        begin(group(8, true, false));
        long since = System.nanoTime();

        untilAPair(a);
        end("F18", since, a);
    }

    @Test
    void f19_a_planned_switchover_loses_no_row() throws Exception {
        begin(group(8, true, false));
        long since = System.nanoTime();
        ask(Request.Kind.SWITCHOVER, b, false);

        untilAPair(b);
        Acknowledged rows = end("F19", since, b);
        assertThat(rows.missing(b)).isEmpty();
    }

    @Test
    @Tag("long")
    void f20_nothing_is_done_while_paused() throws Exception {
        begin(group(8, true, false));
        controller.change(memory -> memory.pause(new Memory.Pause(0, "test", "maintenance")));
        a.stop();
        Awaitility.await().pollDelay(Duration.ofSeconds(15)).atMost(SOON).until(b::isStandby);
        long since = System.nanoTime();
        a.start();
        controller.change(memory -> memory.pause(null));
        untilAPair(a);
        end("F20", since, a);
    }

    @Test
    @Tag("long")
    void f21_no_failover_while_postgresql_is_fine_and_only_ssh_is_not() throws Exception {
        begin(group(8, true, false));
        long since = System.nanoTime();
        a.stopSshd();
        Awaitility.await().during(Duration.ofSeconds(15)).atMost(SOON).until(a::isMaster);
        assertThat(b.isStandby()).isTrue();
        a.startSshd();
        untilAPair(a);
        Acknowledged rows = end("F21", since, a);
        assertThat(rows.outage(since)).isLessThan(3);
    }

    @Test
    @Tag("long")
    void f24_a_server_that_missed_the_last_rows_is_not_promoted_when_the_other_dies() throws Exception {
        begin(group(8, true, false));
        long since = System.nanoTime();
        a.die();
        until(b::isMaster);
        until(() -> acknowledgedAfter(since, "b"));
        b.die();
        a.comeBack(false);
        Awaitility.await().pollDelay(Duration.ofSeconds(20)).atMost(SOON).until(() -> true);
        assertThat(a.isMaster()).as(controller.said()).isFalse();

        b.comeBack(true);
        untilAPair(b);
        end("F24", since, b);
    }

    private void begin(PgGroup group) {
        controller = new LabController(group, Memory.NONE, 100);
        writer = lab.writer("writer");
        until(() -> controller.memory().master() != null);
        if (group.guard()) {
            until(controller::seesGuard); // until then nobody may rely on it
        }
        Awaitility.await().until(() -> writer.acknowledged().rows().size() > 50);
    }

    private void ask(Request.Kind kind, PgHost server, boolean force) {
        controller.change(memory -> memory.request(new Request("1", kind, server.address(), force, "test", 0, "test")));
    }

    private boolean acknowledgedAfter(long since, String server) {
        return writer.acknowledged().rows().stream()
                .anyMatch(row ->
                        row.nanos() > since + 1_000_000_000L && row.server().equals(server));
    }

    private void until(java.util.concurrent.Callable<Boolean> condition) {
        try {
            Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(100)).until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("not within " + SOON.toSeconds() + " s:" + controller.said(), e);
        }
    }

    /** One writable server, this one unless any will do, and the other streams from it. */
    private void untilAPair(PgHost master) {
        try {
            Awaitility.await()
                    .atMost(LATER)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        boolean one = a.isMaster();
                        boolean other = b.isMaster();
                        PgHost now = one ? a : b;
                        return one != other
                                && (master == null || now == master)
                                && (now == a ? b : a).isStandby()
                                && now.ask(
                                                "select count(*) from pg_stat_replication where state = 'streaming' and application_name = '"
                                                        + (now == a ? b : a).address() + "'")
                                        .filter("1"::equals)
                                        .isPresent();
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no pair within " + LATER.toSeconds() + " s:" + controller.said(), e);
        }
    }

    /** Prints the figures of the case. */
    private Acknowledged end(String name, long since, PgHost master) throws Exception {
        untilAnyPair(master);
        Acknowledged rows = writer.stop().acknowledged();
        System.out.println(rows.inWords(name, since, master));
        Path story = Files.createDirectories(Path.of("target", "pg-failover")).resolve(name + ".log");
        Files.writeString(story, rows.inWords(name, since, master) + controller.said());
        return rows;
    }

    /** The lab's own standby has the name that it was made with until the controller makes it one. */
    private void untilAnyPair(PgHost master) {
        lab.awaitStreaming(master, LATER);
        assertThat(a.isMaster() ^ b.isMaster()).as(controller.said()).isTrue();
    }

    private PgGroup group(int promoteAfter, boolean guard, boolean synchronous) {
        return new PgGroup(
                "lab",
                List.of(new Referee(lab.referee(), Optional.empty())),
                server(a),
                server(b),
                Duration.ofSeconds(promoteAfter),
                true,
                16 << 20,
                guard,
                false,
                synchronous,
                Rejoin.CLONE,
                2);
    }

    private static PgServer server(PgHost host) {
        return new PgServer(
                host.address(),
                host.address(),
                PgHost.SSH_PORT,
                "postgres",
                Optional.of(Secret.of(PgHost.SSH_PASSWORD)),
                Optional.empty(),
                host.address(),
                PgHost.PORT,
                PgLab.REPLICA,
                Optional.of(Secret.of(PgLab.REPLICA_PASSWORD)),
                PgHost.BIN + "/pg_ctl",
                PgHost.BIN + "/pg_basebackup",
                "postgres",
                host.data().toString(),
                Optional.empty(),
                host.backups().toString(),
                Optional.of(host.log().toString()),
                Optional.of(host.signalFile().toString()));
    }
}
