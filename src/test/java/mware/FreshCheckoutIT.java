package mware;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import mware.testing.FreePorts;
import mware.testing.PeerProcess;
import mware.testing.Peers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer does first: the files of a checkout, and one command. */
@Tag("long")
class FreshCheckoutIT {

    private static final Path ROOT = Path.of("").toAbsolutePath();

    @TempDir
    Path folder;

    @Test
    void a_fresh_checkout_runs_with_one_command() throws Exception {
        Peers.need("git", "git");
        Path checkout = Files.createDirectory(folder.resolve("mware"));
        for (String file : trackedFiles()) {
            Path to = checkout.resolve(file);
            Files.createDirectories(to.getParent());
            Files.copy(ROOT.resolve(file), to, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        int http = FreePorts.next();
        var command = List.of(
                checkout.resolve("mware").toString(),
                "run",
                "--http",
                "127.0.0.1:" + http,
                "--data",
                folder.resolve("data").toString(),
                "--set",
                "zookeeper.port=" + FreePorts.next(),
                "--set",
                "syslog-trap.port=" + FreePorts.next(),
                "--set",
                "udp-echo.port=" + FreePorts.next());

        try (var node = PeerProcess.start("fresh", folder.resolve("out.log"), command, Map.of())) {
            node.awaitSaid("runs: API http://127\\.0\\.0\\.1:" + http + ", syslog", Duration.ofMinutes(6));

            var health = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http + "/observe/health"))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(health.body()).isEqualTo("{\"status\":\"UP\"}");
        }
    }

    private static List<String> trackedFiles() throws Exception {
        var git = new ProcessBuilder("git", "ls-files", "--cached", "--others", "--exclude-standard")
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .start();
        String listed = new String(git.getInputStream().readAllBytes());
        assertThat(git.waitFor()).as(listed).isZero();
        return listed.lines()
                .filter(file -> Files.isRegularFile(ROOT.resolve(file)))
                .toList();
    }
}
