package mware.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FileAgesTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Path FILE = Path.of("mware_2026-11-21.0001.log");
    private static final long STARTED = Duration.ofHours(1).toNanos();

    private final FileAges ages = new FileAges(0);

    @Test
    void a_file_grows_old_as_time_passes() {
        assertThat(ages.of(FILE, NOON, NOON.plusSeconds(60), STARTED)).isEqualTo(Duration.ofSeconds(60));
        assertThat(ages.of(FILE, NOON, NOON.plusSeconds(70), STARTED + seconds(10)))
                .isEqualTo(Duration.ofSeconds(70));
    }

    @Test
    void a_clock_that_jumps_a_year_ahead_makes_no_file_old() {
        ages.of(FILE, NOON, NOON.plusSeconds(60), STARTED);

        Instant ahead = NOON.plus(Duration.ofDays(365));
        assertThat(ages.of(FILE, NOON, ahead, STARTED + seconds(10))).isEqualTo(Duration.ofSeconds(70));
    }

    @Test
    void a_file_closed_by_this_process_has_the_age_that_passed_since() {
        ages.closed(FILE, STARTED);

        Instant ahead = NOON.plus(Duration.ofDays(365));
        assertThat(ages.of(FILE, NOON, ahead, STARTED + seconds(10))).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void a_file_of_a_clock_that_was_ahead_grows_old_all_the_same() {
        Instant future = NOON.plus(Duration.ofDays(365));
        assertThat(ages.of(FILE, future, NOON, STARTED)).isEqualTo(Duration.ZERO);
        assertThat(ages.of(FILE, future, NOON.plus(Duration.ofDays(3)), STARTED + seconds(3 * 86_400)))
                .isEqualTo(Duration.ofDays(3));
    }

    @Test
    void nothing_is_old_while_the_clock_may_not_be_set_yet() {
        Instant wrong = NOON.plus(Duration.ofDays(365));
        assertThat(ages.of(FILE, NOON, wrong, seconds(30))).isEqualTo(Duration.ZERO);
        assertThat(ages.of(FILE, NOON, NOON.plusSeconds(700), seconds(700))).isEqualTo(Duration.ofSeconds(700));
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
