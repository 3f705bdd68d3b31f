package mware.service.pgcontroller.hands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import mware.service.pgcontroller.HostLook.Work;
import mware.service.pgcontroller.Outcome;
import mware.service.pgcontroller.Outcome.Kind;
import mware.service.pgcontroller.Step;
import mware.testing.Command;
import mware.testing.pg.PgHost;
import mware.testing.pg.PgLab;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies that go wrong: {@code a} is the master, {@code b} lies on a disk of 400 MB. */
class CopyFaultsIT {

    private static final String REAL = PgHost.BIN + "/pg_basebackup";

    private static PgLab lab;
    private static long epoch = 10;

    private LabPair pair;
    private Step.Clone copy;

    @BeforeAll
    static void start() throws Exception {
        lab = PgLab.start(400).pair();
        lab.a()
                .sql(
                        "create table ballast as select g, repeat(md5(g::text), 20) as text from generate_series(1, 50000) g");
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @BeforeEach
    void begin() throws IOException {
        epoch += 100;
        copy = new Step.Clone(lab.b().address(), lab.a().address());
        for (String name : List.of("mv", "rm", "cp")) {
            Files.deleteIfExists(lab.b().folder().resolve("bin").resolve(name));
        }
        basebackup("exec " + REAL + " \"$@\"");
        pair = new LabPair(lab);
    }

    @AfterEach
    void close() {
        pair.close();
    }

    @Test
    void one_that_fails_at_once_leaves_the_data_where_it_was_and_gives_the_reason() throws Exception {
        basebackup("echo 'pg_basebackup: error: no luck today' >&2; exit 1");

        Outcome outcome = pair.act(copy, epoch);

        assertThat(outcome.kind()).isEqualTo(Kind.FAILED);
        assertThat(outcome.words()).contains("pg_basebackup: error: no luck today");
        theDataIsWhereItWas();
    }

    @Test
    void one_whose_master_ends_it_half_way_leaves_the_data_where_it_was() throws Exception {
        basebackup("exec " + REAL + " --max-rate=4M \"$@\"");
        CompletableFuture<Outcome> copying = CompletableFuture.supplyAsync(() -> pair.act(copy, epoch));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> percent() >= 20);
        assertThat(pair.seen(lab.b()).work().kind()).isEqualTo(Work.Kind.CLONE);
        assertThat(pair.seen(lab.b()).work().running()).isTrue();
        lab.a().sql("select pg_terminate_backend(pid) from pg_stat_replication where application_name = 'mware_copy'");

        Outcome outcome = copying.get(60, TimeUnit.SECONDS);

        assertThat(outcome.kind()).isEqualTo(Kind.FAILED);
        assertThat(outcome.words()).contains("pg_basebackup").contains("terminat");
        theDataIsWhereItWas();
    }

    @Test
    void one_that_is_not_what_the_master_sent_is_not_taken() throws Exception {
        basebackup(REAL
                + " \"$@\" && while [ $# -gt 0 ]; do [ \"$1\" != -D ] || echo x >> \"$2/PG_VERSION\"; shift; done");

        Outcome outcome = pair.act(copy, epoch);

        assertThat(outcome.kind()).isEqualTo(Kind.FAILED);
        assertThat(outcome.words())
                .contains("the copy is not as the master sent it")
                .contains("PG_VERSION");
        theDataIsWhereItWas();
    }

    @Test
    void a_disk_that_fills_up_meanwhile_leaves_the_data_where_it_was() throws Exception {
        basebackup("exec " + REAL + " --max-rate=16M \"$@\"");
        CompletableFuture<Outcome> copying = CompletableFuture.supplyAsync(() -> pair.act(copy, epoch));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> percent() >= 20);
        lab.disk().fill();
        try {
            Outcome outcome = copying.get(60, TimeUnit.SECONDS);
            assertThat(outcome.kind()).isEqualTo(Kind.FAILED);
            assertThat(outcome.words()).contains("No space left on device");
        } finally {
            lab.disk().free();
        }
        theDataIsWhereItWas();
    }

    @Test
    void without_room_for_two_nothing_is_stopped_unless_the_old_data_can_be_moved_to_another_disk_first()
            throws Exception {
        lab.b().pg("rm", "-rf", lab.b().backups().toString());
        long free = lab.disk().folder().toFile().getUsableSpace();
        lab.b().pg("fallocate", "-l", Long.toString(free - (70 << 20)), lab.b().folder() + "/other-files");
        try {
            assertThat(pair.act(new Step.Follow(lab.b().address(), lab.a().address()), epoch)
                            .kind())
                    .isEqualTo(Kind.DONE);
            Outcome outcome = pair.act(copy, epoch);
            assertThat(outcome.kind()).isEqualTo(Kind.FAILED);
            assertThat(outcome.words()).contains("no room for a copy");
            assertThat(lab.b().isStandby()).isTrue();

            Path elsewhere = lab.folder().resolve("elsewhere");
            Files.createDirectories(elsewhere);
            Command.run("chown", "postgres", elsewhere.toString());
            pair.group = pair.withBackups(elsewhere);
            basebackup("echo 'pg_basebackup: error: no luck today' >&2; exit 1");
            Outcome failed = pair.act(copy, epoch);
            assertThat(failed.kind()).isEqualTo(Kind.FAILED);
            assertThat(failed.words()).contains("no luck today").contains("the old data folder was put back");
            theDataIsWhereItWas();

            basebackup("exec " + REAL + " \"$@\"");
            Outcome copied = pair.act(copy, epoch);
            assertThat(copied.kind()).as(copied.words()).isEqualTo(Kind.DONE);
            assertThat(copied.words()).contains("the old data is in " + elsewhere);
        } finally {
            Files.delete(lab.b().folder().resolve("other-files"));
        }
    }

    @Test
    void one_that_is_to_end_ends_with_all_its_processes() throws Exception {
        basebackup("exec " + REAL + " --max-rate=4M \"$@\"");
        CompletableFuture<Outcome> copying = CompletableFuture.supplyAsync(() -> pair.act(copy, epoch));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> percent() >= 5);
        pair.cancelled = true;

        assertThat(copying.get(30, TimeUnit.SECONDS).kind()).isEqualTo(Kind.UNKNOWN);
        nothingCopies();
        pair.cancelled = false;
        assertThat(pair.act(new Step.EndWork(lab.b().address()), epoch).kind()).isEqualTo(Kind.DONE);
        theDataIsWhereItWas();
    }

    @Test
    void that_of_a_predecessor_is_ended_before_the_successor_begins_and_no_password_shows_anywhere() throws Exception {
        basebackup("exec " + REAL + " --max-rate=4M \"$@\"");
        try (LabPair predecessor = new LabPair(lab)) {
            CompletableFuture<Outcome> copying = CompletableFuture.supplyAsync(() -> predecessor.act(copy, epoch));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> predecessor.progress.stream()
                    .anyMatch(line -> line.matches("copying [1-9].*")));
            noPasswordInTheProcessList();
            basebackup("exec " + REAL + " \"$@\"");

            Outcome outcome = pair.act(copy, epoch + 1);

            assertThat(outcome.kind()).as(outcome.words()).isEqualTo(Kind.DONE);
            assertThat(copying.get(30, TimeUnit.SECONDS).kind()).isNotEqualTo(Kind.DONE);
            assertThat(predecessor.act(copy, epoch).kind()).isEqualTo(Kind.STALE);
        }
        lab.awaitStreaming(lab.a(), Duration.ofSeconds(20));
        noPasswordInLogs();
    }

    @Test
    @Tag("long")
    void one_that_is_killed_at_any_step_is_finished_or_undone_by_the_next_controller() throws Exception {
        int point = 0;
        while (true) {
            point++;
            epoch += 2;
            killAt(point);
            Outcome outcome = pair.act(copy, epoch);
            for (String name : List.of("mv", "rm", "cp")) {
                Files.deleteIfExists(lab.b().folder().resolve("bin").resolve(name));
            }
            System.out.println("killed at step " + point + ": " + outcome);
            if (outcome.kind() == Kind.DONE) {
                break;
            }
            assertThat(point).isLessThan(60);
            Outcome mended = pair.act(new Step.EndWork(lab.b().address()), epoch + 1);
            assertThat(mended.kind()).as(mended.words()).isEqualTo(Kind.DONE);
            theDataIsWhereItWas();
            Outcome follow = pair.act(new Step.Follow(lab.b().address(), lab.a().address()), epoch + 1);
            assertThat(follow.kind()).as(follow.words()).isEqualTo(Kind.DONE);
        }
        assertThat(point).isGreaterThan(8);
        lab.awaitStreaming(lab.a(), Duration.ofSeconds(20));
    }

    /** The n-th time that a file is moved, removed or copied, everything of the act dies instead. */
    private static void killAt(int point) throws IOException {
        Path count = lab.b().folder().resolve("count");
        lab.b().write(count, "");
        for (String name : List.of("mv", "rm", "cp")) {
            lab.b()
                    .program(
                            name,
                            """
                    #!/bin/sh
                    echo x >>%s
                    [ "$(wc -l <%s)" -ne %d ] || kill -9 0
                    exec /bin/%s "$@"
                    """
                                    .formatted(count, count, point, name));
        }
    }

    private int percent() {
        return pair.progress.stream()
                .filter(line -> line.startsWith("copying "))
                .mapToInt(line -> Integer.parseInt(line.substring("copying ".length())))
                .max()
                .orElse(-1);
    }

    private static void basebackup(String text) throws IOException {
        lab.b().program("pg_basebackup", "#!/bin/sh\n" + text + "\n");
    }

    private void theDataIsWhereItWas() {
        PgHost b = lab.b();
        assertThat(b.data().resolve("global/pg_control")).exists();
        assertThat(Path.of(b.data() + ".new")).doesNotExist();
        assertThat(Path.of(b.data() + ".mware/swap")).doesNotExist();
        nothingCopies();
        assertThat(pair.seen(b).work()).isEqualTo(Work.NONE);
    }

    private static void nothingCopies() {
        assertThat(Command.attempt(
                                "",
                                List.of(
                                        "pgrep",
                                        "-f",
                                        "pg_basebackup -D " + lab.b().data()))
                        .output())
                .isEmpty();
    }

    private static void noPasswordInTheProcessList() throws IOException {
        AtomicBoolean seen = new AtomicBoolean();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .forEach(process -> {
                        for (String file : List.of("cmdline", "environ")) {
                            try {
                                String text = Files.readString(process.resolve(file), StandardCharsets.ISO_8859_1);
                                seen.compareAndSet(
                                        false,
                                        text.contains(PgLab.REPLICA_PASSWORD) || text.contains(PgHost.SSH_PASSWORD));
                            } catch (IOException ended) {
                                // not there any more
                            }
                        }
                    });
        }
        assertThat(seen).isFalse();
    }

    private static void noPasswordInLogs() throws IOException {
        for (PgHost host : List.of(lab.a(), lab.b())) {
            for (Path log : List.of(
                    host.log(),
                    host.folder().resolve("sshd.log"),
                    Path.of(host.data() + ".mware/start.out"),
                    Path.of(host.data() + ".mware/work.out"))) {
                if (Files.exists(log)) {
                    assertThat(Files.readString(log)).doesNotContain(PgLab.REPLICA_PASSWORD, PgHost.SSH_PASSWORD);
                }
            }
        }
    }
}
