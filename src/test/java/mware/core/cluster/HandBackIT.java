package mware.core.cluster;

import static mware.core.cluster.WorkingSite.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import mware.core.cluster.WorkingSite.Member;
import mware.testing.WorkLog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose work takes 200 ms: what is in flight ends before leadership is let go, and the first in order gets it back. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandBackIT {

    private static final Duration SESSION = Duration.ofSeconds(4);
    private static final Duration FAILBACK_DELAY = Duration.ofSeconds(3);

    private WorkingSite site;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        String back = "\"ext\":{\"failback\":true,\"failback_delay\":\"3s\"}";
        site = new WorkingSite(
                folder,
                SESSION,
                Map.of("WORK_SLOWLY", "true"),
                new Member("n1", 1, 10, back),
                new Member("n2", 1, 20, back),
                new Member("n3", 1, 30, back));
    }

    @AfterAll
    void never_two_actives_in_all_of_it() {
        try (WorkingSite all = site) {
            all.judge("all of the above", all.log(1));
        }
    }

    @BeforeEach
    void the_first_in_order_is_active() {
        site.startAll();
        await().atMost(Duration.ofSeconds(20)).until(() -> site.awaitActive(1).equals("n1"));
        WorkingSite.last(Duration.ofMillis(500)); // so that this hand-back is not judged with what follows
    }

    @Test
    void the_first_in_order_gets_its_place_back_when_it_has_been_healthy_for_a_while() {
        long begin = now();
        site.node("n1").kill();
        assertThat(site.awaitActiveOtherThan(1, "n1")).as("next in order").isEqualTo("n2");

        site.node("n1").start().awaitHealthy();
        long healthy = now();
        site.awaitActiveOtherThan(1, "n2");

        WorkLog log = site.judge("kill -9, then failback, work of 200 ms in flight", 1, begin);
        assertThat(log.terms()).extracting(WorkLog.Term::node).containsExactly("n1", "n2", "n1");
        assertThat(log.terms().get(2).from())
                .as("not before it was healthy for a while")
                .isGreaterThan(healthy + FAILBACK_DELAY.minusSeconds(1).toNanos());
        assertThat(log.gapsMillis().get(0)).isLessThanOrEqualTo(SESSION.toMillis() + 1000);
        assertThat(log.gapsMillis().get(1)).isLessThanOrEqualTo(500);
    }

    @Test
    void a_graceful_stop_waits_for_what_is_in_flight() {
        long begin = now();
        site.node("n1").stop();
        site.awaitActiveOtherThan(1, "n1");

        WorkLog log = site.judge("graceful stop, work of 200 ms in flight", 1, begin);
        assertThat(log.gapsMillis()).singleElement().satisfies(gap -> assertThat(gap)
                .isLessThanOrEqualTo(500));
    }

    @Test
    void work_in_flight_ends_before_the_session_when_the_cable_is_pulled() {
        long begin = now();
        site.network().cut("n1");
        site.awaitActiveOtherThan(1, "n1");
        site.network().restore("n1");
        site.awaitWell();

        site.judge("cable pulled, work of 200 ms in flight", 1, begin);
    }
}
