package mware.core.cluster;

import static mware.core.cluster.WorkingSite.last;
import static mware.core.cluster.WorkingSite.now;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import mware.core.cluster.WorkingSite.Member;
import mware.testing.MwareNode;
import mware.testing.WorkLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that fails for moments is a nuisance, not a disaster: no take-over, nobody restarts, nothing is lost. */
@Tag("long")
class ShortBlipsIT {

    private static final long SEED = 20261121;

    @Test
    void a_hundred_short_blips_move_nothing(@TempDir Path folder) throws IOException {
        Random random = new Random(SEED);
        String stays = "\"ext\":{\"failback\":false}"; // so that every take-over is one that a blip caused
        try (WorkingSite site = new WorkingSite(
                folder,
                Duration.ofSeconds(4),
                Map.of(),
                new Member("n1", 1, 10, stays),
                new Member("n2", 1, 20, stays),
                new Member("n3", 1, 30, stays))) {
            String active = site.awaitActive(1);
            List<Long> before = pids(site);
            long begin = now();
            for (int i = 0; i < 100; i++) {
                String blinks = random.nextInt(3) > 0 ? active : "n" + (1 + random.nextInt(3));
                site.network().cut(blinks);
                last(Duration.ofMillis(50 + random.nextInt(250)));
                site.network().restore(blinks);
                last(Duration.ofMillis(200 + random.nextInt(400)));
            }
            long end = now();
            site.awaitWell();

            WorkLog log = site.judge("100 short blips (seed " + SEED + ")", 1, begin);
            System.out.printf("%-48s longest pause %d ms%n", "", log.longestPauseMillis(begin, end));
            assertThat(log.terms())
                    .as("no take-over")
                    .extracting(WorkLog.Term::node)
                    .containsExactly(active);
            assertThat(pids(site)).isEqualTo(before);
        }
    }

    private static List<Long> pids(WorkingSite site) {
        return site.nodes().stream()
                .map(MwareNode::process)
                .filter(process -> process.isAlive())
                .map(process -> process.pid())
                .toList();
    }
}
