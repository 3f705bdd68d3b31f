package mware.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import mware.core.monitor.Deviations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnouncerTest {

    private final List<String> heard = new CopyOnWriteArrayList<>();

    @Test
    void work_that_fails_keeps_no_other_work_from_starting_and_stopping() throws Exception {
        var term = new AtomicReference<Term>();
        try (var announcer = new Announcer(term::get)) {
            announcer.run(work("broken", true));
            announcer.run(work("sound", false));
            announcer.add((epoch, why) -> heard.add(epoch.isPresent() ? "active" : "passive"));

            term.set(new Term(1, 1, 1, () -> 0, 0, 1_000));
            announcer.tell();
            announcer.drain(term.get(), Duration.ofSeconds(1), "test").get(5, TimeUnit.SECONDS);

            assertThat(heard)
                    .containsSubsequence("passive", "active", "broken starts", "sound starts", "broken stops")
                    .containsSubsequence("sound stops", "passive");
        }
    }

    @Test
    void the_pulse_goes_on_after_a_failure(@TempDir Path data) throws Exception {
        var secret = ClusterSecret.load(data, Optional.empty());
        var connection = new ZooKeeperConnection(
                "127.0.0.1:1", Duration.ofSeconds(1), secret, false, new Deviations(Clock.systemUTC()));
        var beats = new AtomicInteger();
        Runnable failing = () -> {
            beats.incrementAndGet();
            throw new IllegalStateException("test");
        };
        try (var pulse =
                new Pulse(connection, new GroupPaths(1), () -> null, System::nanoTime, failing, (term, why) -> {})) {
            pulse.start();

            await().until(() -> beats.get() >= 2);
        } finally {
            connection.close();
        }
    }

    private Work work(String name, boolean fails) {
        return new Work() {
            @Override
            public void start() {
                step(name + " starts");
            }

            @Override
            public void stop(Duration limit) {
                step(name + " stops");
            }

            private void step(String what) {
                heard.add(what);
                if (fails) {
                    throw new IllegalStateException("test");
                }
            }
        };
    }
}
