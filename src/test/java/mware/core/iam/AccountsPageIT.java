package mware.core.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import mware.testing.Peers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/accounts.md, run as they stand there against a packaged node of the default site. */
class AccountsPageIT {

    @TempDir
    private Path folder;

    @Test
    void the_examples_of_the_page_work() throws Exception {
        Peers.need("curl", "curl");
        Peers.need("python3", "python3");
        String examples = Pattern.compile("(?ms)^```sh\\n(.*?)^```$")
                .matcher(Files.readString(Path.of("docs/accounts.md")))
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining("\n"));
        assertThat(examples.split("curl ")).hasSizeGreaterThan(10);
        try (MwareNode node = MwareNode.in(folder)
                .http()
                .set("zookeeper.port", FreePorts.next())
                .set("syslog-trap.port", FreePorts.next())
                .set("udp-echo.port", FreePorts.next())
                .start()
                .awaitHealthy()) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> node.process().said().contains(" runs: API"));
            Path script = Files.writeString(
                    folder.resolve("examples.sh"),
                    "set -euo pipefail\nnode=http://" + node.httpAddress() + "\ndata=" + node.data() + "\n" + examples);

            Command.Result done = Command.attempt("", List.of("bash", script.toString()));

            assertThat(done.exitCode()).as(done.output()).isZero();
            assertThat(done.output()).contains("\"login\":\"admin\"", "\"email\":\"ann@example.org\"", "grafana");
            assertThat(done.output()).doesNotContain("mwt.");
        }
    }
}
