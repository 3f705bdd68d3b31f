package mware.service.syslogtrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LossesTest {

    private final Losses losses = new Losses();
    private long now = Long.MAX_VALUE - 5; // nanoTime may wrap

    @Test
    void nothing_lost_is_nothing_to_tell() {
        assertThat(look(0, 0)).isEmpty();
        assertThat(look(0, 3600)).isEmpty();
    }

    @Test
    void a_loss_is_told_with_its_number_until_a_minute_without_one() {
        assertThat(look(7, 0)).startsWith("7 syslog datagrams were lost");
        assertThat(look(7, 30)).startsWith("7 ");
        assertThat(look(9, 40)).startsWith("9 ");
        assertThat(look(9, 60)).startsWith("9 ");
        assertThat(look(9, 1)).isEmpty();
    }

    @Test
    void a_later_loss_counts_from_there() {
        look(7, 0);
        look(7, 61);

        assertThat(look(10, 100)).startsWith("3 ");
    }

    @Test
    void a_port_that_is_opened_anew_counts_anew() {
        look(100, 0);

        assertThat(look(2, 1)).startsWith("2 ");
    }

    private String look(long lost, int secondsLater) {
        now += Duration.ofSeconds(secondsLater).toNanos();
        return losses.look(lost, now).orElse("");
    }
}
