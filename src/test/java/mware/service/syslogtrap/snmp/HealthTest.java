package mware.service.syslogtrap.snmp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HealthTest {

    private static final long SECOND = 1_000_000_000L;

    private final Health health = new Health();

    @Test
    void a_refusal_stands_while_nothing_else_is_sent() {
        health.failed("refused", 0);
        assertThat(health.wrong(3600 * SECOND)).hasValue("refused");
    }

    @Test
    void it_is_over_when_something_was_sent_and_no_refusal_came_back() {
        health.failed("refused", 0);
        health.sent(10 * SECOND);
        assertThat(health.wrong(11 * SECOND)).hasValue("refused");
        assertThat(health.wrong(12 * SECOND)).isEmpty();
        assertThat(health.lastError()).isEqualTo("refused");
    }

    @Test
    void a_receiver_that_goes_on_refusing_does_not_flap() {
        for (int second = 0; second < 60; second++) {
            health.sent(second * SECOND);
            health.failed("refused", second * SECOND + 1000);
            assertThat(health.wrong(second * SECOND + SECOND - 1)).isPresent();
        }
    }

    @Test
    void an_answer_ends_it_at_once() {
        health.failed("silent", 0);
        health.answered();
        assertThat(health.wrong(1)).isEmpty();
    }

    @Test
    void a_name_without_an_address_stands_until_it_has_one() {
        health.unresolved("nms cannot be resolved");
        assertThat(health.wrong(0)).hasValue("nms cannot be resolved");
        health.resolved();
        assertThat(health.wrong(0)).isEmpty();
    }
}
