package mware.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import mware.core.log.Retention.Closed;
import mware.core.log.Retention.Deletion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionTest {

    private static final LogLimits LIMITS = new LogLimits(10, Duration.ofHours(48), 100, 0);

    /** Files as name:bytes:hours, the limits being 48 hours and 100 bytes. */
    @ParameterizedTest(name = "{0}, open {1} -> {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "-,                          0,   -",
                "a:50:1 b:50:2,              0,   -",
                "a:50:48,                    0,   -",
                "a:1:49,                     0,   a",
                "a:1:49 b:1:50 c:1:1,        0,   b a",
                "a:51:1 b:50:2,              0,   b",
                "a:50:1 b:50:2,              1,   b",
                "a:30:3 b:30:2 c:30:1,       50,  a b",
                "a:30:3 b:30:2 c:30:1,       200, a b c",
                "a:90:49 b:50:2 c:50:1,      0,   a",
                "a:90:49 b:50:2 c:51:1,      0,   a b",
                "b:60:2 a:60:2,              0,   a",
            })
    void what_is_too_old_goes_then_the_oldest_until_all_fits(String files, long open, String expected) {
        List<Closed> closed = files == null
                ? List.of()
                : Arrays.stream(files.split(" "))
                        .map(file -> file.split(":"))
                        .map(file -> new Closed(
                                Path.of(file[0]),
                                Long.parseLong(file[1]),
                                Duration.ofHours(Long.parseLong(file[2])),
                                Instant.EPOCH))
                        .toList();

        String deleted = Retention.decide(closed, open, LIMITS).stream()
                .map(deletion -> deletion.path().toString())
                .collect(Collectors.joining(" "));

        assertThat(deleted).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void every_deletion_says_why() {
        var old = new Closed(Path.of("a"), 1, Duration.ofHours(49), Instant.EPOCH);
        var large = new Closed(Path.of("b"), 101, Duration.ofHours(1), Instant.EPOCH);

        assertThat(Retention.decide(List.of(old, large), 0, LIMITS))
                .extracting(Deletion::why)
                .containsExactly("closed more than 2 days ago", "the oldest while all logs hold more than 0 MB");
    }
}
