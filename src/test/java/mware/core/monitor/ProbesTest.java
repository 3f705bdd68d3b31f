package mware.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import mware.core.config.ActiveConfiguration;
import mware.testing.Command;
import mware.testing.Peers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbesTest {

    @TempDir
    private Path data;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicReference<Double> busy = new AtomicReference<>(10.0);
    private final Deviations deviations = new Deviations(Clock.systemUTC());

    @Test
    void a_processor_that_stays_busy_is_told_and_one_that_was_busy_for_a_moment_is_not() {
        Probes probes = probes(data);
        look(probes, 100, 3);
        assertThat(deviations.open()).isEmpty();
        look(probes, 100, 3);
        assertThat(deviations.open()).singleElement().satisfies(deviation -> {
            assertThat(deviation.category()).isEqualTo("cpu_usage");
            assertThat(deviation.details()).containsKeys("busy_percent", "cpu_count", "rup_load_avg1");
        });
        look(probes, 85, 7); // below the limit, but not by much: it does not flap
        assertThat(deviations.open()).hasSize(1);
        look(probes, 10, 7);
        assertThat(deviations.open()).isEmpty();
        look(probes, -1, 20);
        assertThat(deviations.open()).isEmpty();
    }

    @Test
    void a_disk_that_runs_full_is_a_deviation_until_there_is_room() {
        Peers.needRoot("small disks");
        Command.run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", data.toString());
        try {
            probes(data).look();
            assertThat(deviations.open()).singleElement().satisfies(deviation -> {
                assertThat(deviation.status()).isEqualTo(Deviation.Status.WARNING);
                assertThat(deviation.reason()).isEqualTo("less than 1024 MB are free on the disk of " + data);
            });
            Command.run("dd", "if=/dev/zero", "of=" + data.resolve("ballast"), "bs=1M", "count=60", "status=none");
            probes(data).look();
            assertThat(deviations.open()).singleElement().satisfies(deviation -> {
                assertThat(deviation.status()).isEqualTo(Deviation.Status.ERROR);
                assertThat(deviation.reason()).isEqualTo("the disk of " + data + " is full");
            });
        } finally {
            Command.run("umount", data.toString());
        }
    }

    private void look(Probes probes, double percent, int times) {
        busy.set(percent);
        for (int i = 0; i < times; i++) {
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
            probes.look();
        }
        deviations.clear("disk", "data"); // of the machine that runs the test
    }

    private Probes probes(Path folder) {
        return new Probes(
                folder, new ActiveConfiguration(SystemStateTest.TWO_GROUPS), deviations, busy::get, nanos::get);
    }
}
