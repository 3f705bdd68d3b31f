package mware.service.pgcontroller.hands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import mware.service.pgcontroller.Finding;
import mware.service.pgcontroller.HostLook;
import mware.service.pgcontroller.HostLook.ControlState;
import mware.service.pgcontroller.HostLook.Postmaster;
import mware.service.pgcontroller.Outcome;
import mware.service.pgcontroller.Outcome.Kind;
import mware.service.pgcontroller.PairLook;
import mware.service.pgcontroller.PgGroup.Rejoin;
import mware.service.pgcontroller.Reach;
import mware.service.pgcontroller.ServerLook.Life;
import mware.service.pgcontroller.SqlLook;
import mware.service.pgcontroller.Step;
import mware.testing.Command;
import mware.testing.pg.Acknowledged;
import mware.testing.pg.PgHost;
import mware.testing.pg.PgLab;
import mware.testing.pg.PgWriter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a pair of PostgreSQL 15 servers with OpenSSH; each test leaves a pair, whoever is the master. */
class RemoteHandsIT {

    private static PgLab lab;
    private static long epoch = 10;

    private LabPair pair;
    private PgHost master;
    private PgHost standby;

    @BeforeAll
    static void start() throws Exception {
        lab = PgLab.start().pair();
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @BeforeEach
    void findTheMaster() {
        pair = new LabPair(lab);
        master = lab.a().isMaster() ? lab.a() : lab.b();
        standby = master == lab.a() ? lab.b() : lab.a();
        epoch += 10;
    }

    @AfterEach
    void leaveAPair() {
        try {
            assertThat(master.isMaster() ^ standby.isMaster()).isTrue();
            lab.awaitStreaming(master.isMaster() ? master : standby, Duration.ofSeconds(20));
        } finally {
            pair.close();
        }
    }

    @Test
    void a_look_sees_who_is_what_without_more_rights_than_replication() {
        PairLook look = pair.look(epoch);

        SqlLook.Answers one = look.of(master.address()).sql().answers().orElseThrow(() -> new AssertionError(look));
        SqlLook.Answers other = look.of(standby.address()).sql().answers().orElseThrow(() -> new AssertionError(look));
        assertThat(one.acceptsWrites()).isTrue();
        assertThat(one.version()).isEqualTo(15);
        assertThat(one.senders()).hasSize(1);
        assertThat(other.inRecovery()).isTrue();
        assertThat(other.systemId()).isEqualTo(one.systemId());
        assertThat(other.timeline()).isEqualTo(one.timeline());
        assertThat(other.receiver().orElseThrow().streaming()).isEqualTo(Reach.UNKNOWN);
        HostLook.Seen host = look.of(standby.address()).host().seen().orElseThrow(() -> new AssertionError(look));
        assertThat(host.postmaster()).isEqualTo(Postmaster.RUNS);
        assertThat(host.orphans()).isZero();
        assertThat(host.data().systemId()).contains(one.systemId());
        assertThat(host.data().state()).isEqualTo(ControlState.IN_ARCHIVE_RECOVERY);
        assertThat(host.data().standbySignal()).isTrue();
        assertThat(host.referee()).isEqualTo(Reach.REACHED);
        assertThat(host.peer()).isEqualTo(Reach.REACHED);
        assertThat(host.work()).isEqualTo(HostLook.Work.NONE);
        assertThat(host.clockSkew().orElseThrow().abs()).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void with_pg_monitor_a_look_sees_that_it_streams() {
        master.sql("grant pg_monitor to " + PgLab.REPLICA);
        Awaitility.await().untilAsserted(() -> {
            assertThat(pair.answers(standby).receiver().orElseThrow().streaming())
                    .isEqualTo(Reach.REACHED);
            assertThat(pair.answers(master).senders().get(0).flushed().bytes()).isPositive();
        });
        master.sql("revoke pg_monitor from " + PgLab.REPLICA);
    }

    @Test
    void a_killed_postmaster_with_a_backend_that_lives_on_is_seen_and_started_in_place() {
        Thread busy = new Thread(() -> master.ask("select count(*) from generate_series(1, 2000000000)"));
        busy.start();
        Awaitility.await()
                .until(() -> master.ask("select count(*) from pg_stat_activity where query like '%2000000000%'")
                        .filter("2"::equals)
                        .isPresent());
        master.killPostmaster();
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(pair.look(epoch).of(master.address()).life()).isEqualTo(Life.ORPHANS));

        Outcome outcome = pair.act(new Step.Start(master.address()), epoch);

        assertThat(outcome.kind()).as(outcome.words()).isEqualTo(Kind.DONE);
        assertThat(outcome.took()).isLessThan(Duration.ofSeconds(20));
        assertThat(master.isMaster()).isTrue();
    }

    @Test
    void a_hand_over_under_load_loses_no_row_and_takes_a_second_or_so() throws Exception {
        PgWriter writer = lab.writer("writer");
        Awaitility.await().until(() -> writer.acknowledged().rows().size() > 100);
        long since = System.nanoTime();

        Outcome outcome = pair.act(new Step.HandOver(master.address(), standby.address()), epoch);
        assertThat(outcome.kind()).as(outcome.words()).isEqualTo(Kind.DONE);
        Outcome follow = pair.act(new Step.Follow(master.address(), standby.address()), epoch);
        assertThat(follow.kind()).as(follow.words()).isEqualTo(Kind.DONE);

        Acknowledged rows = writer.stop().acknowledged();
        System.out.println(rows.inWords("hand-over (" + outcome.took().toMillis() + " ms)", since, standby));
        assertThat(rows.missing(standby)).isEmpty();
        assertThat(rows.outage(since)).isLessThan(5);
    }

    @Test
    void an_older_epoch_is_refused_on_the_server() {
        assertThat(pair.act(new Step.Synchronous(master.address(), false), epoch)
                        .kind())
                .isEqualTo(Kind.DONE);

        Outcome outcome = pair.act(new Step.Fence(master.address()), epoch - 1);

        assertThat(outcome.kind()).isEqualTo(Kind.STALE);
        assertThat(outcome.words()).contains("holds epoch " + epoch);
        assertThat(master.isMaster()).isTrue();
        assertThat(pair.seen(master).epoch()).isEqualTo(epoch);
    }

    @Test
    void commits_wait_for_the_standby_and_then_no_more() {
        Outcome on = pair.act(new Step.Synchronous(master.address(), true), epoch);
        assertThat(on.kind()).as(on.words()).isEqualTo(Kind.DONE);
        assertThat(pair.answers(master).synchronousNames()).isEqualTo('"' + standby.address() + '"');
        Outcome off = pair.act(new Step.Synchronous(master.address(), false), epoch);
        assertThat(off.kind()).as(off.words()).isEqualTo(Kind.DONE);
        assertThat(pair.answers(master).synchronousNames()).isEmpty();
    }

    @Test
    void a_former_master_with_rows_of_its_own_does_not_follow_and_is_copied_anew_with_its_old_data_kept()
            throws Exception {
        fork();

        Outcome follow = pair.act(new Step.Follow(master.address(), standby.address()), epoch);
        assertThat(follow.kind()).as(follow.words()).isEqualTo(Kind.FAILED);
        assertThat(follow.words()).contains("forked off");
        assertThat(pair.seen(master).postmaster()).isEqualTo(Postmaster.GONE);

        master.write(master.signalFile(), "");
        Outcome clone = pair.act(new Step.Clone(master.address(), standby.address()), epoch);

        assertThat(clone.kind()).as(clone.words()).isEqualTo(Kind.DONE);
        assertThat(clone.words())
                .contains("the old data is in " + master.backups())
                .contains("is only in this folder");
        assertThat(master.isStandby()).isTrue();
        assertThat(pair.progress)
                .anyMatch(line -> line.startsWith("copying"))
                .anyMatch(line -> line.startsWith("catching up"));
        assertThat(Files.readString(master.data().resolve("postgresql.auto.conf")))
                .contains("passfile=")
                .doesNotContain(PgLab.REPLICA_PASSWORD);
        assertThat(Files.exists(Path.of(master.data() + ".new"))).isFalse();
        try (Stream<Path> kept = Files.list(master.backups())) {
            assertThat(kept.map(Path::toString)).anyMatch(name -> name.endsWith(".txt"));
        }
    }

    @Test
    void a_former_master_with_rows_of_its_own_is_rewound() throws Exception {
        master.sql(
                "grant execute on function pg_ls_dir(text, boolean, boolean), pg_stat_file(text, boolean), pg_read_binary_file(text), pg_read_binary_file(text, bigint, bigint, boolean) to "
                        + PgLab.REPLICA);
        lab.awaitStreaming(master, Duration.ofSeconds(10));
        Awaitility.await()
                .until(() -> master.ask("select flush_lsn = pg_current_wal_flush_lsn() from pg_stat_replication")
                        .filter("t"::equals)
                        .isPresent());
        fork();
        pair.group = LabPair.group(lab, Rejoin.REWIND, PgHost.SSH_PASSWORD, PgLab.REPLICA_PASSWORD);

        Outcome outcome = pair.act(new Step.Rewind(master.address(), standby.address()), epoch);

        assertThat(outcome.kind()).as(outcome.words()).isEqualTo(Kind.DONE);
        assertThat(master.ask("select count(*) from w where node = 'alone'")).contains("0");
    }

    @Test
    void a_guard_stops_a_master_that_is_cut_off_and_nothing_else() {
        Outcome started = pair.act(new Step.StartGuard(master.address()), epoch);
        assertThat(started.kind()).as(started.words()).isEqualTo(Kind.DONE);
        assertThat(pair.seen(master).guard().patience()).isEqualTo(4);

        long cut = System.nanoTime();
        master.cut();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !isRunning(master));
        double after = (System.nanoTime() - cut) / 1e9;
        System.out.printf("guard of 4 s stopped PostgreSQL %.1f s after the cut%n", after);
        assertThat(after).isBetween(3.0, 8.0);
        master.restore();

        Awaitility.await().ignoreExceptions().untilAsserted(() -> assertThat(
                        pair.seen(master).guard().stoppedAt())
                .isPresent());
        assertThat(pair.act(new Step.Start(master.address()), epoch).kind()).isEqualTo(Kind.DONE);
        assertThat(pair.act(new Step.StopGuard(master.address()), epoch).kind()).isEqualTo(Kind.DONE);
    }

    @Test
    void the_preflight_finds_nothing_wrong_with_the_pair_of_the_lab_and_names_what_is_missing() throws Exception {
        assertThat(pair.hands.check(pair.group)).filteredOn(Finding::error).isEmpty();

        master.admit(true, false);
        standby.write(standby.signalFile(), "");
        List<Finding> findings = pair.hands.check(pair.group);

        assertThat(findings)
                .filteredOn(Finding::error)
                .anySatisfy(finding -> {
                    assertThat(finding.server()).isEqualTo(standby.address());
                    assertThat(finding.what()).contains("cannot replicate from " + master.address());
                    assertThat(finding.fix()).contains("host replication " + PgLab.REPLICA);
                })
                .anySatisfy(finding -> assertThat(finding.what()).contains("master.signal"));
        Outcome clone = pair.act(new Step.Clone(standby.address(), master.address()), epoch);
        assertThat(clone.kind()).isEqualTo(Kind.FAILED);
        assertThat(clone.words()).contains("no pg_hba.conf entry for replication connection");
        assertThat(standby.isStandby()).isTrue();
        master.admit(true, true);
        Files.delete(standby.signalFile());
    }

    @Test
    void a_wrong_ssh_password_and_a_changed_host_key_are_told_apart_from_a_dead_host() throws Exception {
        pair.group = LabPair.group(lab, Rejoin.CLONE, "wrong", PgLab.REPLICA_PASSWORD);
        assertThat(pair.look(epoch).of(master.address()).host()).isInstanceOf(HostLook.LoginRefused.class);
        pair.group = LabPair.group(lab, Rejoin.CLONE, PgHost.SSH_PASSWORD, "wrong");
        assertThat(pair.look(epoch).of(master.address()).sql()).isInstanceOf(SqlLook.NotLetIn.class);
        pair.hostKeys.clear();
        pair.hostKeys.put(master.address() + ":" + PgHost.SSH_PORT, "SHA256:another");
        try (LabPair other = new LabPair(lab)) {
            other.hostKeys.putAll(pair.hostKeys);
            assertThat(other.look(epoch).of(master.address()).host()).isInstanceOf(HostLook.KeyChanged.class);
        }
    }

    /** The standby takes over while the master goes on, and both write. */
    private void fork() {
        standby.promote();
        master.sql("insert into w(node, seq) select 'alone', g from generate_series(1, 1000) g");
        standby.sql("insert into w(node, seq) select 'other', g from generate_series(1, 10) g on conflict do nothing");
        standby.sql("checkpoint");
    }

    private static boolean isRunning(PgHost host) {
        return !Command.attempt("", List.of("pgrep", "-f", "postgres.*" + host.data()))
                .output()
                .isBlank();
    }
}
