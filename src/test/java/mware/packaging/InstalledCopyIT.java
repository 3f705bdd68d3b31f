package mware.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
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

    private void runs(Path javaHome) {
        Peers.need("runuser", "util-linux");
        Peers.needRoot("runs as another user");
        int http = FreePorts.next();
        PeerProcess node = PeerProcess.start(
                "installed copy",
                folder.resolve("out.log"),
                List.of(
                        "runuser",
                        "-u",
                        "nobody",
                        "--",
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
                        "udp-echo.port=" + FreePorts.next()));
        open.add(node);

        node.await("become healthy", Duration.ofSeconds(60), () -> isHealthy(http));
        Command.Result health = Command.attempt("", List.of("docker/health", "127.0.0.1", String.valueOf(http)));
        assertThat(health).isEqualTo(new Command.Result(0, "HTTP/1.1 200 OK\n"));
        assertThat(node.said()).doesNotContain("WARNING: sun.misc.Unsafe");

        node.stop(Duration.ofSeconds(30));
        assertThat(Command.attempt("", List.of("docker/health", "127.0.0.1", String.valueOf(http)))
                        .exitCode())
                .isEqualTo(1);
    }

    private static boolean isHealthy(int http) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http + "/observe/health"))
                                    .timeout(Duration.ofSeconds(2))
                                    .build(),
                            BodyHandlers.ofString())
                    .body()
                    .replaceAll("\\s", "")
                    .contains("\"status\":\"UP\"");
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
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
