package mware.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import mware.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ConfigCommandTest {

    @ParameterizedTest
    @ValueSource(strings = {"get --help", "set --help", "history --help", "rollback --help", "--help"})
    void each_command_tells_its_options(String arguments) {
        var out = new StringWriter();

        int code = new CommandLine(new ConfigCommand())
                .setOut(new PrintWriter(out))
                .execute(arguments.split(" "));

        assertThat(code).isZero();
        assertThat(out.toString()).contains("Usage: config");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "set", "get --version x", "get --version 1 --id a", "rollback x"})
    void wrong_use_ends_with_2(String arguments) {
        var err = new StringWriter();

        int code = new CommandLine(new ConfigCommand())
                .setErr(new PrintWriter(err))
                .execute(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
    }

    @Test
    void a_roll_back_without_a_version_means_the_one_before() throws Exception {
        var json = new ObjectMapper();
        List<JsonNode> all = List.of(
                json.readTree(
                        "{\"id\":\"a\",\"state\":\"archived\",\"ext\":{\"deactivation_time\":\"2026-11-25T10:00:00.000Z\"}}"),
                json.readTree(
                        "{\"id\":\"b\",\"state\":\"archived\",\"ext\":{\"deactivation_time\":\"2026-11-25T11:00:00.000Z\"}}"),
                json.readTree("{\"id\":\"c\",\"state\":\"active\",\"ext\":{}}"));

        assertThat(ConfigCommand.before(all).path("id").asText()).isEqualTo("b");
        assertThatThrownBy(() -> ConfigCommand.before(all.subList(2, 3)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("no former version");
    }
}
