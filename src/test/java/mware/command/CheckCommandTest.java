package mware.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import mware.core.config.DefaultSite;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void aFile() throws Exception {
        file = folder.resolve("site.json");
        Files.write(file, DefaultSite.text());
    }

    @Test
    void a_good_file_is_ok() {
        assertThat(run(file.toString())).isZero();
        assertThat(out.toString()).isEqualTo(file + ": ok" + System.lineSeparator());
    }

    @Test
    void every_problem_has_a_line_and_the_command_fails() throws Exception {
        write("\"group\": 1", "\"group\": 0");
        write("\"demo.mware.local\"", "\"Demo.mware.local\"");

        assertThat(run(file.toString())).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        "error    domains[1].name: must be in lower case, got \"Demo.mware.local\"",
                        "error    roles[0].group: must be 1..9999999, got 0",
                        file + ": 2 errors, 0 warnings");
    }

    @Test
    void a_warning_alone_does_not_fail() throws Exception {
        write("\"group\": 1", "\"group\": 1, \"pg_controller\": 5");

        assertThat(run(file.toString())).isZero();
        assertThat(out.toString().lines())
                .containsExactly("warning  roles[0].pg_controller: must be a list, got 5", file + ": ok, 1 warning");
    }

    @Test
    void programs_get_one_object() throws Exception {
        write("\"group\": 1", "\"group\": 0");

        assertThat(run(file.toString(), "-o", "json")).isEqualTo(1);
        JsonNode result = new ObjectMapper().readTree(out.toString());
        assertThat(result.get("ok").booleanValue()).isFalse();
        assertThat(result.get("errors").intValue()).isEqualTo(1);
        assertThat(result.at("/problems/0").toString())
                .isEqualTo("{\"severity\":\"error\",\"path\":\"roles[0].group\",\"rule\":\"must be 1..9999999\","
                        + "\"value\":\"0\",\"message\":\"roles[0].group: must be 1..9999999, got 0\"}");
    }

    @Test
    void a_file_that_is_not_there_is_wrong_use() {
        assertThat(run(folder.resolve("none.json").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("cannot read " + folder.resolve("none.json"));
        assertThat(run()).isEqualTo(2);
        assertThat(run(file.toString(), "-o", "xml")).isEqualTo(2);
    }

    private void write(String from, String to) throws Exception {
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    private int run(String... arguments) {
        return new CommandLine(new CheckCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
