package mware.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.state.StateException;
import mware.core.state.ZooKeeperState;
import mware.testing.SmallDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded server when its disk is full, and when its log ends in the middle of a transaction. */
class FullDiskTest {

    private static final long MB = 1 << 20;

    @TempDir
    Path temporary;

    private final Deviations deviations = new Deviations(Clock.systemUTC());

    /** A node on an embedded server with its state. */
    private final class Running implements AutoCloseable {
        final EmbeddedZooKeeper server;
        final TestNode node;
        final ZooKeeperState state;
        final long epoch;
        private boolean stopped;

        Running(Path folder) throws IOException {
            server = new EmbeddedZooKeeper(folder.resolve("zookeeper"), 0, 4 * MB, deviations);
            node = new TestNode(server.connectString(), temporary, TestNode.member("a", 10)).start();
            state = new ZooKeeperState(
                    node.connection,
                    new GroupPaths(1),
                    node.election::epochVersion,
                    Duration.ofSeconds(2),
                    server::refusal);
            epoch = node.awaitActive();
        }

        void stop() throws IOException {
            if (!stopped) {
                stopped = true;
                node.close();
                server.close();
            }
        }

        @Override
        public void close() throws IOException {
            stop();
        }
    }

    private List<String> wrong() {
        return deviations.open().stream().map(Deviation::reason).toList();
    }

    @Test
    void on_a_full_disk_the_node_stays_active_and_writes_until_half_of_the_reserve_is_gone() throws IOException {
        try (var disk = SmallDisk.of(temporary.resolve("disk"), 24);
                var running = new Running(disk.folder())) {
            running.state.put(running.epoch, "s/before", new byte[] {1});
            disk.fill();

            int written = 0;
            StateException refused = null;
            while (refused == null) {
                try {
                    running.state.put(running.epoch, "s/" + written % 10, value(written));
                    written++;
                } catch (StateException e) {
                    refused = e;
                }
            }
            int acknowledged = written;

            assertThat(acknowledged).isPositive();
            assertThat(refused).hasMessageContaining("is full").hasMessageContaining("for the election");
            assertThat(wrong()).anyMatch(reason -> reason.contains("a reserve is used"));
            await().during(Duration.ofSeconds(3)).until(running.node::active);
            assertThat(running.state.get("s/" + (acknowledged - 1) % 10)).hasValue(value(acknowledged - 1));

            disk.free();

            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() -> assertThat(wrong()).isEmpty());
            running.state.put(running.epoch, "s/after", new byte[] {2});
            running.stop();
            try (var again = new Running(disk.folder())) {
                assertThat(again.state.get("s/before")).hasValue(new byte[] {1});
                assertThat(again.state.get("s/after")).hasValue(new byte[] {2});
                assertThat(again.state.get("s/" + (acknowledged - 1) % 10)).hasValue(value(acknowledged - 1));
            }
        }
    }

    @Test
    void with_the_reserve_gone_too_the_node_is_active_again_soon_after_there_is_space() throws IOException {
        try (var disk = SmallDisk.of(temporary.resolve("disk"), 24);
                var running = new Running(disk.folder())) {
            running.state.put(running.epoch, "s/before", value(1));
            Files.delete(disk.folder().resolve("zookeeper/reserve"));
            disk.fill();
            var unguarded = new ZooKeeperState(
                    running.node.connection,
                    new GroupPaths(1),
                    running.node.election::epochVersion,
                    Duration.ofSeconds(1));
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            unguarded.put(running.epoch, "s/" + i, value(i));
                        }
                    })
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("cannot write s/");
            await().atMost(Duration.ofSeconds(5)).until(() -> !running.node.active());
            assertThat(wrong()).anyMatch(reason -> reason.contains("No space left on device"));

            disk.free();

            await().atMost(Duration.ofSeconds(15)).until(running.node::active);
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(wrong()).isEmpty());
            assertThat(running.state.get("s/before")).hasValue(value(1));
            running.state.put(running.node.awaitActive(), "s/after", value(2));
            running.stop();
            try (var again = new Running(disk.folder())) {
                assertThat(again.state.get("s/before")).hasValue(value(1));
                assertThat(again.state.get("s/after")).hasValue(value(2));
            }
        }
    }

    @Test
    void it_can_be_stopped_while_it_waits_for_space() throws Exception {
        try (var disk = SmallDisk.of(temporary.resolve("disk"), 24)) {
            var running = new Running(disk.folder());
            Files.delete(disk.folder().resolve("zookeeper/reserve"));
            disk.fill();
            var unguarded = new ZooKeeperState(
                    running.node.connection,
                    new GroupPaths(1),
                    running.node.election::epochVersion,
                    Duration.ofMillis(500));
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            unguarded.put(running.epoch, "s/" + i, value(i));
                        }
                    })
                    .isInstanceOf(StateException.class);

            var stopped = new CountDownLatch(1);
            var stopper = new Thread(() -> {
                try {
                    running.server.close();
                    stopped.countDown();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            stopper.start();
            assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
            running.node.close();
        }
    }

    @Test
    void a_start_on_a_full_disk_is_refused_with_the_folder_and_the_free_space() throws IOException {
        try (var disk = SmallDisk.of(temporary.resolve("disk"), 8)) {
            disk.fill();

            assertThatThrownBy(() -> new Running(disk.folder()).close())
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            disk.folder().resolve("zookeeper") + ": the disk is full: 0 MB are free, 4 MB are needed");
        }
    }

    @Test
    void a_log_that_ends_in_the_middle_of_a_transaction_keeps_all_that_was_acknowledged() throws IOException {
        for (Damage damage : damages()) {
            Path folder = temporary.resolve(damage.name());
            String last = "s/" + 9;
            try (var running = new Running(folder)) {
                for (int i = 0; i < 10; i++) {
                    running.state.put(running.epoch, "s/" + i, value(i));
                }
            }
            damage.act().accept(newestLog(folder));

            try (var again = new Running(folder)) {
                assertThat(again.state.get(last)).as(damage.name()).hasValue(value(9));
                again.state.put(again.epoch, "s/after", value(7));
            }
            try (var third = new Running(folder)) {
                assertThat(third.state.get("s/after")).as(damage.name()).hasValue(value(7));
            }
        }
    }

    private record Damage(String name, Consumer<Path> act) {}

    /** What a crash may leave behind the last acknowledged transaction. */
    private static List<Damage> damages() {
        return List.of(
                new Damage("half", file -> append(file, start(500), 200)),
                new Damage("truncated", file -> truncate(file, append(file, start(500), 200))),
                new Damage("wrong-sum", file -> append(file, whole(500), 513)),
                new Damage("length-only", file -> append(file, start(500), 12)),
                new Damage("noise", file -> append(file, value(3), 3000)),
                new Damage("empty-next-file", file -> next(file, new byte[0])),
                new Damage("next-file-of-zeros", file -> next(file, new byte[4096])),
                new Damage("half-a-header-in-the-next-file", file -> next(file, new byte[] {'Z', 'K', 'L', 'G', 0})));
    }

    private static void next(Path file, byte[] content) {
        try {
            Files.write(file.resolveSibling("log.ffff"), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] start(int length) {
        return ByteBuffer.allocate(length)
                .putLong(4711)
                .putInt(length)
                .put(new SplittableRandom(1)
                        .ints(400, 1, 100)
                        .collect(ByteArrayOutputStream::new, (out, b) -> out.write(b), (a, b) -> {})
                        .toByteArray())
                .array();
    }

    private static byte[] whole(int length) {
        byte[] bytes = Arrays.copyOf(start(length), length + 13);
        bytes[bytes.length - 1] = 'B';
        return bytes;
    }

    /** Writes behind the last transaction, into the zeros that were laid out for it; returns where that ends. */
    private static long append(Path file, byte[] bytes, int length) {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] all = Files.readAllBytes(file);
            int end = all.length;
            while (all[end - 1] == 0) {
                end--;
            }
            channel.write(ByteBuffer.wrap(bytes, 0, length), end);
            return end + length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void truncate(Path file, long size) {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path newestLog(Path folder) throws IOException {
        try (var files = Files.list(folder.resolve("zookeeper/version-2"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("log."))
                    .max(Comparator.comparing(
                            file -> Long.parseLong(file.getFileName().toString().substring(4), 16)))
                    .orElseThrow();
        }
    }

    private static byte[] value(int seed) {
        byte[] bytes = new byte[100_000];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }
}
