package mware.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTextTest {

    @Test
    void comments_and_trailing_commas_are_allowed() {
        var problems = new Problems();

        var read = JsonText.parse(
                """
                # a word
                {
                  "a": 1, // one
                  "b": [1, 2,], /* two */
                }
                """
                        .getBytes(StandardCharsets.UTF_8),
                problems);

        assertThat(problems.all()).isEmpty();
        assertThat(read).hasToString("Optional[{\"a\":1,\"b\":[1,2]}]");
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of("", "line 1, column 1: must be a JSON object, but there is nothing"),
                Arguments.of(
                        "{\n  \"a\" 1\n}",
                        "line 2, column 7: is not JSON: Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value"),
                Arguments.of(
                        "{\n  \"a\": 1\n  \"b\": 2\n}",
                        "line 3, column 3: is not JSON: Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries"),
                Arguments.of(
                        "{\"a\": [1, 2}",
                        "line 1, column 12: is not JSON: Unexpected close marker '}': expected ']' (for Array starting at line 1, column 7)"),
                Arguments.of(
                        "{\"a\": [1, 2",
                        "line 1, column 12: is not JSON: Unexpected end-of-input: expected close marker for Array (start marker at line 1, column 7)"),
                Arguments.of(
                        "{\"ssh_pwd\": hunter2}",
                        "line 1, column 13: is not JSON: unknown word: was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"),
                Arguments.of("{} {}", "line 1, column 4: must end here, but more follows the JSON object"),
                Arguments.of(
                        "{\"sites\": [{\"name\": \"a\",\n\"name\": \"b\"}]}",
                        "sites[0].name: must not be given twice in one object (again at line 2, column 1)"));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("mistakes")
    void a_mistake_names_line_column_and_what_was_expected(String text, String message) {
        var problems = new Problems();

        JsonText.parse(text.getBytes(StandardCharsets.UTF_8), problems);

        assertThat(problems.all()).extracting(Problem::message).containsExactly(message);
    }

    @Test
    void what_is_no_text_or_far_too_deep_is_a_problem_too() {
        assertThat(ConfigurationReader.read(new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'})
                        .problems())
                .hasSize(1);
        assertThat(ConfigurationReader.read("[".repeat(100_000)).problems()).hasSize(1);
        assertThat(ConfigurationReader.read("[1, 2]").problems())
                .extracting(Problem::message)
                .containsExactly("must be an object, got a list of 2");
        assertThat(ConfigurationReader.read("null").problems())
                .extracting(Problem::message)
                .containsExactly("must be an object, got null");
    }

    @Test
    void numbers_without_end_are_told_and_not_reckoned_with() {
        String text = new String(Edited.twoSites(), StandardCharsets.UTF_8)
                .replace("\"order\": 20", "\"order\": 1e999999999");

        assertThat(ConfigurationReader.read(text).problems())
                .extracting(Problem::path)
                .containsExactly("roles[1].order");
    }
}
