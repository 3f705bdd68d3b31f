package mware.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricsTest {

    @Test
    void what_was_counted_before_and_after_the_first_reading_is_there() {
        try (Metrics metrics = new Metrics()) {
            metrics.counter("syslog-trap.received", "messages", "via", "udp").add(3);
            metrics.gauge("udp-echo.sources", "sources", () -> 7);
            metrics.counted("udp-echo.packets", "packets", () -> 8);

            assertThat(metrics.scrape())
                    .contains(
                            "syslog_trap_received_total{via=\"udp\"} 3.0",
                            "udp_echo_sources 7.0",
                            "udp_echo_packets_total 8.0",
                            "jvm_memory_used");

            metrics.counter("syslog-trap.received", "messages", "via", "udp").increment();
            metrics.counter("syslog-trap.received", "messages", "via", "tcp").increment();

            assertThat(metrics.scrape())
                    .contains(
                            "syslog_trap_received_total{via=\"udp\"} 4.0",
                            "syslog_trap_received_total{via=\"tcp\"} 1.0");
        }
    }
}
