package mware.core.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import mware.core.ssh.ShellException.Kind;
import mware.testing.Command;
import mware.testing.pg.PgHost;
import mware.testing.pg.PgLab;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against OpenSSH. */
class SecureShellIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static PgLab lab;
    private static PgHost server;

    private final Map<String, String> known = new ConcurrentHashMap<>();
    private final SecureShell shell = new SecureShell(keys(known), 8, System::nanoTime);

    @BeforeAll
    static void start() throws IOException {
        lab = PgLab.start();
        server = lab.a();
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void a_script_runs_with_its_output_errors_and_exit_code() throws Exception {
        ShellResult result = shell.run(target(), script("id -un; echo wrong >&2; exit 3"));

        assertThat(result).isEqualTo(new ShellResult(3, "postgres\n", "wrong\n"));
        assertThat(known).containsKey(target().address());
        assertThat(target().toString()).doesNotContain(PgHost.SSH_PASSWORD);
    }

    @Test
    void a_key_logs_in_too() throws Exception {
        ShellTarget byKey =
                new ShellTarget(server.address(), PgHost.SSH_PORT, "postgres", "", Optional.of(server.key()));

        assertThat(shell.run(byKey, script("echo in")).output()).isEqualTo("in\n");
    }

    @Test
    void what_a_script_holds_is_in_no_process_list() throws Exception {
        String secret = "extremely secret";
        AtomicBoolean seen = new AtomicBoolean();
        ShellResult result = shell.run(
                target(),
                new ShellScript(
                        "secretive",
                        "word=" + ShellScript.quote(secret) + "\necho running; sleep 0.5; echo \"${#word}\"",
                        LIMIT,
                        line -> seen.compareAndSet(false, isInTheProcessList(secret))));

        assertThat(result.output()).isEqualTo("running\n16\n");
        assertThat(seen).isFalse();
    }

    private static boolean isInTheProcessList(String secret) {
        return Stream.of(Objects.requireNonNull(new File("/proc").listFiles((proc, name) -> name.matches("\\d+"))))
                .anyMatch(process -> {
                    try {
                        return Files.readString(process.toPath().resolve("cmdline"), StandardCharsets.ISO_8859_1)
                                .replace('\0', ' ')
                                .contains(secret);
                    } catch (IOException ended) {
                        return false;
                    }
                });
    }

    @Test
    void output_is_read_while_the_script_runs_and_of_very_much_the_end_is_kept() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        ShellResult result = shell.run(
                target(),
                new ShellScript(
                        "much",
                        "echo first; i=0; while [ $i -lt 60000 ]; do echo 0123456789$i; i=$((i+1)); done",
                        LIMIT,
                        lines::add));

        assertThat(lines).hasSize(60_001).startsWith("first");
        assertThat(result.output()).endsWith("012345678959999\n").hasSizeLessThan(300_000);
    }

    @Test
    void one_that_takes_too_long_is_ended_with_all_that_it_started() throws Exception {
        ShellScript endless = new ShellScript(
                "endless", "echo waiting; trap '' TERM; sleep 4711 & sh -c 'sleep 4712'", Duration.ofSeconds(2));

        assertThatThrownBy(() -> shell.run(target(), endless))
                .isInstanceOfSatisfying(
                        ShellException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIME))
                .hasMessageContaining("endless at postgres@" + target().address()
                        + " took over 2 s, it was ended; it said last: waiting");
        Awaitility.await().untilAsserted(() -> assertThat(Command.attempt("", List.of("pgrep", "-f", "sleep 471[12]"))
                        .output())
                .isEmpty());
        assertThat(shell.run(target(), script("echo on")).output()).isEqualTo("on\n");
    }

    @Test
    void a_wrong_password_is_named() {
        ShellTarget wrong = new ShellTarget(server.address(), PgHost.SSH_PORT, "postgres", "wrong");

        assertThatThrownBy(() -> shell.run(wrong, script("true")))
                .isInstanceOfSatisfying(
                        ShellException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LOG_IN))
                .hasMessageContaining("ssh_pwd")
                .hasMessageNotContaining("wrong\"");
    }

    @Test
    void a_log_in_that_takes_longer_than_a_script_has_time_for_is_waited_for_by_the_next() {
        ShellScript hasty = new ShellScript("hasty", "true", Duration.ofMillis(200));

        Awaitility.await()
                .atMost(Duration.ofSeconds(8))
                .pollInterval(Duration.ofMillis(10))
                .ignoreExceptionsMatching(e -> e instanceof ShellException late && late.kind() != Kind.LOG_IN)
                .until(() -> shell.run(target(), hasty).isSuccess());
    }

    @Test
    void another_host_key_than_before_is_refused() {
        known.put(target().address(), "SHA256:another");

        assertThatThrownBy(() -> shell.run(target(), script("true")))
                .isInstanceOfSatisfying(
                        ShellException.class, e -> assertThat(e.kind()).isEqualTo(Kind.HOST_KEY))
                .hasMessageContaining("was known by SHA256:another");
    }

    @Test
    void no_ssh_server_and_no_machine_are_two_answers() throws Exception {
        assertThatThrownBy(() -> shell.run(new ShellTarget(server.address(), 1, "postgres", "x"), script("true")))
                .isInstanceOfSatisfying(
                        ShellException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED));
        shell.run(target(), script("true"));
        server.cut();
        try {
            for (int i = 0; i < 2; i++) {
                long start = System.nanoTime();
                assertThatThrownBy(() -> shell.run(target(), new ShellScript("look", "true", Duration.ofSeconds(2))))
                        .isInstanceOfSatisfying(
                                ShellException.class, e -> assertThat(e.kind()).isIn(Kind.UNREACHABLE, Kind.TIME));
                assertThat(System.nanoTime() - start)
                        .isLessThan(Duration.ofSeconds(9).toNanos());
            }
        } finally {
            server.restore();
        }
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> shell.run(target(), script("echo back")).output().equals("back\n"));
    }

    @Test
    void a_server_that_restarts_is_connected_to_again() throws Exception {
        shell.run(target(), script("true"));
        server.stopSshd();
        Awaitility.await().untilAsserted(() -> assertThatThrownBy(() -> shell.run(target(), script("true")))
                .isInstanceOfSatisfying(
                        ShellException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED)));
        server.startSshd();

        assertThat(shell.run(target(), script("echo again")).output()).isEqualTo("again\n");
        shell.keepOnly(Set.of());
    }

    private static ShellScript script(String text) {
        return new ShellScript("test", text, LIMIT);
    }

    private static ShellTarget target() {
        return new ShellTarget(server.address(), PgHost.SSH_PORT, "postgres", PgHost.SSH_PASSWORD);
    }

    private static HostKeys keys(Map<String, String> known) {
        return new HostKeys() {
            @Override
            public Optional<String> known(String address) {
                return Optional.ofNullable(known.get(address));
            }

            @Override
            public void keep(String address, String fingerprint) {
                known.put(address, fingerprint);
            }
        };
    }
}
