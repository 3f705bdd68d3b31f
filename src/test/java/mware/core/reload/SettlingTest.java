package mware.core.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettlingTest {

    private final Settling settling = new Settling();

    /** Each column is a look, 100 ms after the former: the stamp of the one file (- when it is away). */
    @ParameterizedTest(name = "{1} -> {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            a new file is taken when it rests 200 ms         | 1 1 1           | . . changed
            a file that grows is not taken while it does     | 1 2 3 3 3       | . . . . changed
            a pause of less than 200 ms is no rest           | 1 1 2 2 2       | . . . . changed
            it is taken once                                 | 1 1 1 1 1       | . . changed . .
            and again after the next change                  | 1 1 1 2 2 2     | . . changed . . changed
            the same stamp after a short absence is a change | 1 1 1 - 1 1 1   | . . changed . . . changed
            an absence of less than 500 ms is no deletion    | 1 1 1 - - - 2 2 2 | . . changed . . . . . changed
            a deleted file is gone after 500 ms              | 1 1 1 - - - - - - - | . . changed . . . . . gone .
            a file that went before it was taken was nothing | 1 - - - - - -   | . . . . . . gone
            """)
    void what_each_look_says(String rule, String looks, String expected) {
        StringBuilder said = new StringBuilder();
        long now = 0;
        for (String stamp : looks.split(" ")) {
            var ready = settling.look(stamp.equals("-") ? Map.of() : Map.of("A.java", stamp), now);
            said.append(said.isEmpty() ? "" : " ");
            said.append(
                    ready.changed().contains("A.java")
                            ? "changed"
                            : ready.gone().contains("A.java") ? "gone" : ".");
            settling.taken(ready.changed().isEmpty() && ready.gone().isEmpty() ? "none" : "A.java");
            now += 100_000_000L;
        }
        assertThat(said).hasToString(expected);
    }

    @Test
    void a_file_that_is_not_taken_is_named_again() {
        Map<String, String> seen = new HashMap<>(Map.of("A.java", "1"));
        settling.look(seen, 0);

        assertThat(settling.look(seen, 200_000_000L).changed()).containsExactly("A.java");
        assertThat(settling.look(seen, 300_000_000L).changed()).containsExactly("A.java");
    }

    @Test
    void each_file_rests_for_itself() {
        settling.look(Map.of("A.java", "1", "B.java", "1"), 0);
        settling.look(Map.of("A.java", "1", "B.java", "2"), 100_000_000L);

        assertThat(settling.look(Map.of("A.java", "1", "B.java", "2"), 200_000_000L)
                        .changed())
                .containsExactly("A.java");
        assertThat(settling.quiet("B.java", 200_000_000L)).hasMillis(100);
    }
}
