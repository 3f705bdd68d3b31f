package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OffsetTest {

    private static final long WEEK = Duration.ofDays(7).toMillis();
    private final Offset offset = Offset.UNKNOWN.after("7", 100, 0);

    @Test
    void the_next_one_is_asked_for_and_those_before_are_handled() {
        assertThat(offset.toAsk("7", 1)).hasValue(101);
        assertThat(offset.covers("7", 100, 1)).isTrue();
        assertThat(offset.covers("7", 101, 1)).isFalse();
    }

    @Test
    void another_bot_begins_anew() {
        assertThat(offset.toAsk("8", 1)).isEmpty();
        assertThat(offset.covers("8", 100, 1)).isFalse();
    }

    @Test
    void after_a_week_numbers_may_be_lower_so_only_the_very_last_one_counts_as_handled() {
        assertThat(offset.toAsk("7", WEEK)).isEmpty();
        assertThat(offset.covers("7", 100, WEEK)).isTrue();
        assertThat(offset.covers("7", 5, WEEK)).isFalse();
    }
}
