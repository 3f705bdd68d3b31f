package mware.testing.pg;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PgLabIT {

    @Test
    void a_pair_streams_and_what_a_cut_and_a_kill_cost_is_counted() throws Exception {
        try (PgLab lab = PgLab.start().pair()) {
            PgWriter writer = lab.writer("writer");
            Awaitility.await().until(() -> writer.acknowledged().rows().size() > 50);
            long cut = System.nanoTime();
            lab.a().cut();
            Awaitility.await().until(() -> writer.acknowledged().outage(cut) == 0 || System.nanoTime() - cut > 2e9);
            lab.a().restore();
            int before = writer.acknowledged().rows().size();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> writer.acknowledged().rows().size() > before + 20);
            assertThat(writer.acknowledged().outage(cut)).isBetween(1.5, 15.0);
            assertThat(lab.a().isMaster()).isTrue();
            assertThat(lab.b().isStandby()).isTrue();

            lab.a().killPostmaster();
            Awaitility.await().until(() -> lab.a().ask("select 1").isEmpty());
            lab.b().promote();
            Awaitility.await().until(() -> lab.b().isMaster());

            assertThat(writer.stop().acknowledged().missing(lab.b())).hasSizeLessThan(10);
        }
    }
}
