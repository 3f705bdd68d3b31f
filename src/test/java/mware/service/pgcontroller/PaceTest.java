package mware.service.pgcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

    @ParameterizedTest(name = "a look of {0} ms, something due in {1} ms: {2} ms ({3})")
    @CsvSource({
        "100,      , 1900, every 2 s from begin to begin",
        "2800,     ,  100, a long look is followed at once",
        "2800, 9000,  100, far off: as usual",
        "2800, 5200, 2550, the next look ends when it is due",
        "2800, 1000,  100, overdue by then: at once",
        "100,  5000, 1900, far off: as usual",
        "100,  1500, 1550, sooner than usual",
        "100,  2050, 2100, a little later than usual",
        "100,   -10, 1900, what is over is not waited for",
    })
    void the_next_look(long took, Long due, long wait, String why) {
        assertThat(Pace.afterLook(Duration.ofMillis(took), due == null ? null : Duration.ofMillis(due)))
                .isEqualTo(Duration.ofMillis(wait));
    }
}
