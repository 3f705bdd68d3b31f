package mware.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperEnsembleIT {

    @Test
    void an_ensemble_elects_another_leader_and_takes_the_old_one_back(@TempDir Path folder) {
        try (ZooKeeperEnsemble ensemble = ZooKeeperEnsemble.onLoopback(folder, 3)) {
            int first = ensemble.leader();
            ensemble.kill(first);
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> ensemble.leader() != first);

            ensemble.start(first);
            ensemble.awaitServing();

            assertThat(ensemble.leader()).isNotEqualTo(first);
        }
    }
}
