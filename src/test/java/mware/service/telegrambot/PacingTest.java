package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PacingTest {

    private static final long MS = 1_000_000;
    private final Pacing pacing = new Pacing();

    @Test
    void a_chat_gets_the_next_message_a_second_after_the_last_one_arrived() {
        pacing.arrived(1, 0);

        assertThat(pacing.allows(1, 999 * MS)).isFalse();
        assertThat(pacing.allows(2, 999 * MS)).isTrue();
        assertThat(pacing.allows(1, 1000 * MS)).isTrue();
    }

    @Test
    void no_more_than_25_leave_within_a_second() {
        for (int i = 0; i < 25; i++) {
            assertThat(pacing.allows(i * MS)).isTrue();
            pacing.sent(i * MS);
        }

        assertThat(pacing.allows(1000 * MS)).isFalse();
        assertThat(pacing.allows(1100 * MS)).isTrue();
    }

    @Test
    void one_refused_chat_waits_alone_two_make_all_wait() {
        pacing.refused(1, Duration.ofSeconds(5), 0);
        assertThat(pacing.allows(1, 4999 * MS)).isFalse();
        assertThat(pacing.allows(1000 * MS)).isTrue();

        pacing.refused(2, Duration.ofSeconds(2), 1000 * MS);

        assertThat(pacing.allows(4999 * MS)).isFalse();
        assertThat(pacing.allows(5000 * MS)).isTrue();
    }

    @Test
    void a_refusal_that_is_over_does_not_count_as_the_first_of_two() {
        pacing.refused(1, Duration.ofSeconds(1), 0);
        pacing.refused(2, Duration.ofSeconds(1), 2000 * MS);

        assertThat(pacing.allows(2001 * MS)).isTrue();
    }
}
