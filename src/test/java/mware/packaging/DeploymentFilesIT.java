package mware.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mware.core.config.ConfigurationReader;
import mware.core.config.Settings;
import mware.testing.Command;
import mware.testing.Peers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The systemd unit and the container files, read by the programs that judge them. */
class DeploymentFilesIT {

    private static final Path NPM = Path.of("target/peers/node_modules/.bin").toAbsolutePath();

    @TempDir
    private Path folder;

    @Test
    void systemd_finds_nothing_wrong_with_the_unit() throws IOException {
        Command.Result result = systemd("verify");

        assertThat(result.output()).isEmpty();
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void the_unit_exposes_little_of_the_machine() throws IOException {
        Command.Result result = systemd("security", "--offline=true", "--threshold=25"); // of 100: "OK" ends at 40

        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "User=mware",
                "NoNewPrivileges=yes",
                "ProtectSystem=strict",
                "CapabilityBoundingSet=",
                "Restart=on-failure",
                "TimeoutStopSec=60",
                "ExecStart=/opt/mware/mware run --data /var/lib/mware $MWARE_OPTIONS"
            })
    void the_unit_says(String line) throws IOException {
        assertThat(Files.readAllLines(Path.of("packaging/mware.service"))).contains(line);
    }

    @Test
    void the_image_passes_its_linter() {
        Command.Result result = npm("dockerfile-utils", "lint", "docker/Dockerfile");

        assertThat(result.output().trim()).isEmpty();
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void the_two_nodes_for_compose_pass_their_linter() {
        Command.Result result = npm("dclint", "docker/compose.yaml");

        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @Test
    void every_option_and_key_of_the_two_nodes_exists() throws IOException {
        List<String> keys = Files.readAllLines(Path.of("docker/compose.yaml")).stream()
                .filter(line -> line.contains("--set="))
                .map(line -> line.replaceAll(".*--set=([^=]+)=.*", "$1"))
                .toList();

        assertThat(keys).isNotEmpty().allSatisfy(key -> Settings.read(Map.of(key, "0.0.0.0")));
    }

    @Test
    void the_sample_site_has_no_mistake() throws IOException {
        ConfigurationReader.Checked checked = ConfigurationReader.read(Path.of("docker/site.json"));

        assertThat(checked.problems()).isEmpty();
        assertThat(checked.configuration().orElseThrow().node("mware2")).isPresent();
    }

    /** Judges the unit as it would be installed; its program is the packaged one, since /opt/mware is not there. */
    private Command.Result systemd(String... arguments) throws IOException {
        Path systemd = Peers.need("systemd-analyze", "systemd");
        Path program = Path.of(System.getProperty("mware.dist", "target/mware")).toAbsolutePath();
        Path unit = Files.writeString(
                folder.resolve("mware.service"),
                Files.readString(Path.of("packaging/mware.service")).replace("/opt/mware/", program + "/"));
        List<String> command = new ArrayList<>(List.of(systemd.toString()));
        command.addAll(List.of(arguments));
        command.add(unit.toString());
        return Command.attempt("", command);
    }

    private static Command.Result npm(String program, String... arguments) {
        Peers.need("node", "nodejs");
        assertThat(NPM.resolve(program)).as("src/test/peers/install brings it").exists();
        List<String> command = new ArrayList<>(List.of(NPM.resolve(program).toString()));
        command.addAll(List.of(arguments));
        return Command.attempt("", command);
    }
}
