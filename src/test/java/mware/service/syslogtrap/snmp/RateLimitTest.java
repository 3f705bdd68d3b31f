package mware.service.syslogtrap.snmp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimitTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long START = -5; // nanoTime may be anything

    private final RateLimit limit = new RateLimit(100, START);

    @Test
    void a_second_s_worth_may_come_at_once_and_then_as_much_each_second() {
        assertThat(allowed(250, START)).isEqualTo(100);
        assertThat(allowed(250, START + SECOND / 2)).isEqualTo(50);
        assertThat(allowed(250, START + SECOND)).isEqualTo(50);
        assertThat(allowed(250, START + 3600 * SECOND)).isEqualTo(100);
    }

    @Test
    void what_was_held_back_is_told_once_when_the_flood_is_over() {
        allowed(130, START);

        assertThat(limit.toTell(START + SECOND / 2)).isEmpty();
        assertThat(limit.toTell(START + SECOND)).hasValue(30);
        assertThat(limit.toTell(START + 2 * SECOND)).isEmpty();
    }

    @Test
    void a_flood_that_lasts_is_told_every_ten_seconds() {
        long told = 0;
        long held = 0;
        for (int tenth = 0; tenth < 250; tenth++) {
            long now = START + tenth * SECOND / 10;
            held += 30 - allowed(30, now);
            told += limit.toTell(now).isPresent() ? 1 : 0;
        }
        assertThat(held).isEqualTo(250 * 30 - 100 - 2490);
        assertThat(told).isEqualTo(2);
    }

    @Test
    void nothing_held_back_is_nothing_to_tell() {
        allowed(100, START);
        assertThat(limit.toTell(START + 60 * SECOND)).isEmpty();
    }

    private int allowed(int offered, long now) {
        int allowed = 0;
        for (int i = 0; i < offered; i++) {
            allowed += limit.allows(now) ? 1 : 0;
        }
        return allowed;
    }
}
