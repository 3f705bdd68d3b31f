package mware.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import mware.core.monitor.Deviations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class LogsTest {

    private static final LogLimits LIMITS = new LogLimits(10_000_000, Duration.ofDays(2), 1_000_000_000, 0);

    @TempDir
    private Path data;

    @ParameterizedTest(name = "{0} -> {1}/{2}")
    @CsvSource({
        "pg-controller,            pg-controller,     pgctrl",
        "pg-controller.promote,    pg-controller,     pgctrl",
        "backup-controller,        backup-controller, bkp",
        "syslog-trap,              syslog-trap,       syslog-trap",
        "mutex,                    mutex,             mutex",
        "http.access,              http,              access",
        "iam.audit,                iam,               audit",
        "iam,                      iam,               iam",
        "http,                     node,              mware",
        "cluster,                  node,              mware",
        "org.apache.camel.Foo,     node,              mware",
        "mware.service.x.Y,        node,              mware",
        "ROOT,                     node,              mware",
        "Some Thing,               node,              mware",
        "..,                       node,              mware",
        "../../etc/passwd,         node,              mware",
        "route1/../x,              node,              mware",
    })
    void a_service_has_files_of_its_own_and_everything_else_is_the_nodes(String logger, String service, String type) {
        assertThat(LogFamily.of(logger)).isEqualTo(new LogFamily(service, type));
    }

    @Test
    void lines_of_services_are_in_their_files_and_cannot_be_forged() throws IOException {
        try (Logs logs =
                Logs.start(data, "mware1", Clock.systemUTC(), () -> LIMITS, new Deviations(Clock.systemUTC()))) {
            assertThat(logs).isNotNull();
            LoggerFactory.getLogger("pg-controller.promote")
                    .info("first\n2026-11-21T00:00:00.000Z ERROR [x] y: forged\u001b[2J");
            LoggerFactory.getLogger("test.of.logs"); // no line, no file
            LoggerFactory.getLogger("mware.core.X")
                    .error("failed", new IllegalStateException("why\n2026-11-21 forged"));
        }

        List<String> pg = Files.readAllLines(only("pg-controller"));
        assertThat(pg).hasSize(2);
        assertThat(pg.get(0)).matches("\\d{4}-.*[+-]\\d\\d:\\d\\d INFO  \\[main\\] pg-controller.promote: first");
        assertThat(pg.get(1)).startsWith("    2026-11-21T").endsWith("forged?[2J");
        List<String> node = Files.readAllLines(only("node"));
        assertThat(node.get(0)).endsWith("mware.core.X: failed");
        assertThat(node.subList(1, node.size())).hasSizeGreaterThan(5).allMatch(line -> line.startsWith("    "));
    }

    @Test
    void a_writer_that_hangs_holds_nobody_up_and_what_was_lost_is_counted() {
        CountDownLatch go = new CountDownLatch(1);
        List<String> written = new ArrayList<>();
        List<Long> lost = new ArrayList<>();
        var queue = new LineQueue<String>("test-log", 10, new LineQueue.Writer<>() {
            @Override
            public void write(List<String> lines, long dropped) {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                written.addAll(lines);
                lost.add(dropped);
            }

            @Override
            public void tick() {}

            @Override
            public void close() {}
        });
        for (int i = 0; i < 1_000; i++) {
            queue.add("line " + i);
        }
        go.countDown();
        queue.close();

        assertThat(written).hasSizeLessThan(100);
        assertThat(written.size() + lost.stream().mapToLong(Long::longValue).sum() + queue.dropped())
                .isEqualTo(1_000);
    }

    @Test
    void a_log_folder_that_cannot_be_made_is_a_deviation_and_no_error() throws IOException {
        Deviations deviations = new Deviations(Clock.systemUTC());
        Files.writeString(data.resolve("log"), "a file where the folder should be");
        try (Logs logs = Logs.start(data, "mware1", Clock.systemUTC(), () -> LIMITS, deviations)) {
            assertThat(logs).isNotNull();
            LoggerFactory.getLogger("pg-controller").info("nobody reads this");

            await().until(() -> !deviations.open().isEmpty());
            assertThat(deviations.open().get(0).reason()).startsWith("log files stop: cannot write below");
        }
    }

    private Path only(String service) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("log/mware1").resolve(service))) {
            return files.reduce((one, two) -> {
                        throw new AssertionError(one + " and " + two);
                    })
                    .orElseThrow();
        }
    }
}
