package mware.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.PeerProcess;
import mware.testing.Peers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packaged folder, copied to another place and run there by a user that may do nothing. */
class InstalledCopyIT {

    private final List<AutoCloseable> open = new ArrayList<>();
    private Path folder;
    private Path installed;

    @BeforeEach
    void install() throws IOException {
        // below /tmp, since the JUnit folder of a root user is closed to others
        folder = Files.createTempDirectory(
                "mware-installed", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        installed = folder.resolve("opt");
        Command.run("cp", "-r", dist().toString(), installed.toString());
    }

    @AfterEach
    void remove() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        Command.run("rm", "-rf", folder.toString());
    }

    @Test
    void it_holds_all_that_a_server_needs() {
        assertThat(installed.resolve("mware")).isExecutable();
        assertThat(Stream.of("lib/mware.jar", "routes/UdpEchoRoutes.java", "packaging/mware.service", "docs/install.md")
                        .map(installed::resolve))
                .allSatisfy(file -> assertThat(file).isRegularFile());
    }

    @Test
    void it_says_that_tests_need_the_sources() {
        Command.Result result =
                Command.attempt("", List.of(installed.resolve("mware").toString(), "test"));

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("test needs a checkout of the sources; this is an installed copy");
    }

    @Test
    void an_unprivileged_user_runs_it_from_another_folder() {
        runs(Path.of(System.getProperty("java.home")));
    }

    @Test
    void it_runs_on_the_newest_jdk_of_this_machine() throws IOException {
        Optional<Path> newest = jdk25();
        assumeTrue(newest.isPresent(), "no JDK 25 in /usr/lib/jvm");

        runs(newest.orElseThrow());
    }

    @Test
    void a_taken_echo_port_is_a_failed_health_check_that_names_port_and_key() throws IOException {
        try (DatagramSocket holder = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            int http = FreePorts.next();
            PeerProcess node = start(Path.of(System.getProperty("java.home")), http, holder.getLocalPort());

            node.awaitSaid("mware1 runs: API", Duration.ofSeconds(60));
            assertThat(health(http).output()).isEqualTo("HTTP/1.1 503 Service Unavailable\n");
            assertThat(node.said())
                    .contains("UDP port " + holder.getLocalPort()
                            + " on 127.0.0.1 (udp-echo.port) is taken by another program");
        }
    }

    private void runs(Path javaHome) {
        int http = FreePorts.next();
        int echo = FreePorts.next();
        PeerProcess node = start(javaHome, http, echo);

        node.awaitSaid("mware1 runs: API", Duration.ofSeconds(60));
        node.await("become healthy", Duration.ofSeconds(60), () -> health(http).exitCode() == 0);
        assertThat(health(http).output()).isEqualTo("HTTP/1.1 200 OK\n");
        assertThat(echo(echo, "over there?")).isEqualTo("over there?");

        node.stop(Duration.ofSeconds(30));
        assertThat(health(http).exitCode()).isEqualTo(1);
    }

    /** As nobody, in a folder that is not its own. */
    private PeerProcess start(Path javaHome, int http, int echo) {
        Peers.need("setpriv", "util-linux");
        Peers.needRoot("runs as another user");
        PeerProcess node = PeerProcess.start(
                "installed copy",
                folder.resolve("out.log"),
                List.of(
                        "setpriv", // in place of itself, so that killing it leaves nothing behind
                        "--reuid=nobody",
                        "--regid=nogroup",
                        "--clear-groups",
                        "env",
                        "JAVA_HOME=" + javaHome,
                        "sh",
                        "-c",
                        "cd \"$0\" && exec \"$@\"",
                        folder.toString(),
                        installed.resolve("mware").toString(),
                        "run",
                        "--data",
                        folder.resolve("data").toString(),
                        "--http",
                        "127.0.0.1:" + http,
                        "--set",
                        "zookeeper.port=" + FreePorts.next(),
                        "--set",
                        "syslog-trap.port=" + FreePorts.next(),
                        "--set",
                        "udp-echo.port=" + echo));
        open.add(node);
        return node;
    }

    private static Command.Result health(int http) {
        return Command.attempt("", List.of("docker/health", "127.0.0.1", String.valueOf(http)));
    }

    private static String echo(int port, String text) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(5000);
            byte[] data = text.getBytes(StandardCharsets.UTF_8);
            socket.send(new DatagramPacket(data, data.length, InetAddress.getByName("127.0.0.1"), port));
            DatagramPacket answer = new DatagramPacket(new byte[1000], 1000);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path dist() {
        Path dist = Path.of(System.getProperty("mware.dist", "target/mware")).toAbsolutePath();
        assertThat(dist.resolve("lib/mware.jar")).as("run mvn package first").isRegularFile();
        return dist;
    }

    private static Optional<Path> jdk25() throws IOException {
        Path all = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(all)) {
            return Optional.empty();
        }
        try (Stream<Path> each = Files.list(all)) {
            return each.filter(home -> home.getFileName().toString().contains("25"))
                    .filter(home -> Files.isExecutable(home.resolve("bin/java")))
                    .findFirst();
        }
    }
}
