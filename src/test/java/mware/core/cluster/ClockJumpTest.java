package mware.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.state.TakeOverHistory;
import mware.core.state.ZooKeeperState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wall clock that jumps a year ahead and back costs no term; it only shows in the times that are told. */
class ClockJumpTest {

    private static final Duration SESSION = Duration.ofSeconds(1);

    @TempDir
    Path data;

    private final Wall wall = new Wall();

    @Test
    void the_role_the_state_and_the_history_outlast_jumps_of_a_year_both_ways() throws Exception {
        var deviations = new Deviations(wall);
        List<String> heard = new CopyOnWriteArrayList<>();
        var secret = ClusterSecret.load(data.resolve("a"), Optional.of("a secret of this test"));
        try (var server = new EmbeddedZooKeeper(data.resolve("zookeeper"), 0, deviations);
                var connection = new ZooKeeperConnection(server.connectString(), SESSION, secret, false, deviations);
                var election =
                        new GroupElection(connection, TestNode.member("a", 10), deviations, wall, System::nanoTime)) {
            var state = new ZooKeeperState(connection, new GroupPaths(1), election::epochVersion, SESSION);
            try (var history = new TakeOverHistory(state, "a", wall)) {
                election.onChange(history);
                election.onChange((epoch, why) -> heard.add(epoch.isPresent() ? "active" : "passive"));
                election.start();
                election.setEligible(true);
                connection.start();
                await().until(election::isActive);
                long epoch = election.epoch().orElseThrow();
                deviations.raise("disk", "before", Deviation.Status.WARNING, "raised before the jump");
                Instant raised = wall.instant();

                for (Instant jump :
                        List.of(wall.now.plus(Duration.ofDays(365)), wall.now.minus(Duration.ofDays(365)), wall.now)) {
                    wall.now = jump;
                    await().during(SESSION.multipliedBy(2)).until(election::isActive);
                    state.put(epoch, "s/jump", jump.toString().getBytes());
                }

                assertThat(election.epoch()).hasValue(epoch);
                assertThat(heard).containsExactly("passive", "active");
                await().untilAsserted(() -> assertThat(history.entries()).hasSize(1));
                assertThat(deviations.open()).singleElement().satisfies(one -> assertThat(one.since())
                        .isEqualTo(raised));
            }
        }
    }

    private static final class Wall extends Clock {
        private volatile Instant now = Instant.parse("2026-11-21T22:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
