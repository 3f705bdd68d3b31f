package mware.core.iam;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import mware.core.http.Closings.Closed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailedTriesTest {

    private static final String SOME = "10.0.0.1";
    private final AtomicLong nanos = new AtomicLong(-5);
    private final FailedTries tries = new FailedTries(IamLimits.DEFAULT, nanos::get, new IamLog());

    private void pass(long seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            tries.failed(address, "an unknown token");
        }
    }

    @Test
    void the_fifth_failure_closes_the_address_for_three_minutes_and_nobody_else() {
        fail(SOME, 4);
        assertThat(tries.closed(SOME)).isEmpty();

        fail(SOME, 1);

        assertThat(tries.closed(SOME)).map(Closed::retryAfter).hasValue(180);
        assertThat(tries.closed(SOME))
                .map(Closed::why)
                .hasValue("10.0.0.1 is closed after 5 failed log-ins: try again in 180 s");
        assertThat(tries.begun(SOME)).isPresent();
        assertThat(tries.closed("10.0.0.2")).isEmpty();
        pass(179);
        assertThat(tries.closed(SOME)).map(Closed::retryAfter).hasValue(1);
        pass(1);
        assertThat(tries.closed(SOME)).isEmpty();
        fail(SOME, 4);
        assertThat(tries.closed(SOME)).isEmpty();
    }

    @Test
    void failures_count_together_for_three_minutes_only() {
        for (int i = 0; i < 20; i++) {
            fail(SOME, 1);
            pass(46); // four within three minutes
        }

        assertThat(tries.closed(SOME)).isEmpty();
    }

    @Test
    void more_tries_make_a_closing_no_longer() {
        fail(SOME, 5);
        pass(100);
        fail(SOME, 50);

        assertThat(tries.closed(SOME)).map(Closed::retryAfter).hasValue(80);
    }

    @Test
    void no_more_passwords_are_tried_at_once_than_may_fail() {
        for (int i = 0; i < 5; i++) {
            assertThat(tries.begun(SOME)).isEmpty();
        }
        assertThat(tries.begun(SOME)).map(Closed::retryAfter).hasValue(1);
        assertThat(tries.begun("10.0.0.2")).isEmpty();

        tries.ended(SOME, false);
        assertThat(tries.begun(SOME)).isEmpty();

        for (int i = 0; i < 5; i++) {
            tries.ended(SOME, true);
        }
        assertThat(tries.begun(SOME)).map(Closed::retryAfter).hasValue(180);
    }

    @Test
    void log_ins_that_work_close_nothing() {
        for (int i = 0; i < 100; i++) {
            assertThat(tries.begun(SOME)).isEmpty();
            tries.ended(SOME, false);
        }
    }

    @Test
    void the_memory_is_bounded_and_keeps_who_failed_last() {
        for (int i = 0; i < 3 * FailedTries.MOST; i++) {
            fail("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), 1);
            if (i % 1_000 == 0) {
                fail("192.0.2.1", 1);
                pass(1);
            }
        }

        assertThat(tries.remembered()).isLessThanOrEqualTo(FailedTries.MOST);
        assertThat(tries.closed("192.0.2.1")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3,                    10.1.2.3",
        "::ffff:10.1.2.3,             10.1.2.3",
        "2001:db8:1:2:3:4:5:6,        2001:0db8:0001:0002::/64",
        "2001:db8:1:2::9,             2001:0db8:0001:0002::/64",
        "fe80::1%eth0,                fe80:0000:0000:0000::/64",
        "::1,                         0000:0000:0000:0000::/64",
        "?,                           ?",
        "a.name.that.is:no.address,   a.name.that.is:no.address",
    })
    void ipv6_is_closed_by_the_64_bits_of_a_subscriber(String address, String network) {
        assertThat(FailedTries.network(address)).isEqualTo(network);
    }
}
