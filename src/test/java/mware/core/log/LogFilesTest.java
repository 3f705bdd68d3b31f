package mware.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import mware.testing.Command;
import mware.testing.Peers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {

    private static final long MB = 1024 * 1024;
    private static final LogFamily PG = LogFamily.of("pg-controller");

    @TempDir
    private Path folder;

    private final Time time = new Time(Instant.parse("2026-11-21T22:30:00Z"));
    private final List<String> told = new ArrayList<>();
    private LogLimits limits = new LogLimits(100, Duration.ofDays(2), 10_000, 0);

    @Test
    void a_file_is_followed_by_the_next_number_when_it_is_full_and_a_new_day_begins_one() throws IOException {
        try (LogFiles files = files()) {
            for (int i = 0; i < 4; i++) {
                files.write(PG, "x".repeat(49) + "\n");
            }
            files.write(PG, "fifth\n");
            time.pass(Duration.ofMinutes(29)); // 22:59 UTC is 23:59 at +01:00
            files.write(PG, "sixth\n");
            time.pass(Duration.ofMinutes(1));
            files.write(PG, "tomorrow\n");
        }

        assertThat(names("pg-controller"))
                .containsExactly(
                        "pgctrl_2026-11-21.0001.log",
                        "pgctrl_2026-11-21.0002.log",
                        "pgctrl_2026-11-21.0003.log",
                        "pgctrl_2026-11-22.0001.log");
        assertThat(text("pg-controller/pgctrl_2026-11-21.0003.log")).isEqualTo("fifth\nsixth\n");
    }

    @Test
    void a_node_that_starts_again_goes_on_where_it_was_even_after_half_a_line() throws IOException {
        try (LogFiles files = files()) {
            files.write(PG, "one\n");
        }
        Files.writeString(folder.resolve("pg-controller/pgctrl_2026-11-21.0001.log"), "one\nhal");
        try (LogFiles files = files()) {
            files.write(PG, "two\n");
        }

        assertThat(text("pg-controller/pgctrl_2026-11-21.0001.log")).isEqualTo("one\nhal\ntwo\n");
    }

    @Test
    void closed_files_are_deleted_two_days_later_with_their_folder() throws IOException {
        try (LogFiles files = files()) {
            files.write(PG, "one\n");
            files.flush();
            time.pass(Duration.ofDays(1));
            files.check(); // yesterday's file is closed
            time.pass(Duration.ofHours(47));
            files.check();
            assertThat(names("pg-controller")).hasSize(1);
            time.pass(Duration.ofHours(2));
            files.check();
            assertThat(folder.resolve("pg-controller")).doesNotExist();
        }
    }

    @Test
    void above_the_limit_of_the_node_the_oldest_go_whatever_their_service_but_no_other_files() throws IOException {
        limits = new LogLimits(1_000, Duration.ofDays(2), 2_500, 0);
        Path foreign = Files.createDirectories(folder.resolve("a")).resolve("notes.txt");
        Files.writeString(foreign, "x".repeat(5_000));
        for (int i = 1; i <= 4; i++) {
            Path file = Files.createDirectories(folder.resolve("s" + (i % 2))).resolve("t_2026-11-20.000" + i + ".log");
            Files.writeString(file, "x".repeat(1_000));
            Files.setLastModifiedTime(file, FileTime.from(time.instant().minus(Duration.ofHours(10 - i))));
        }
        try (LogFiles files = files()) {
            files.check();
        }

        assertThat(names("s1")).containsExactly("t_2026-11-20.0003.log");
        assertThat(names("s0")).containsExactly("t_2026-11-20.0004.log");
        assertThat(foreign).exists();
    }

    @Test
    void a_clock_that_jumps_a_year_ahead_and_back_loses_and_deletes_nothing() throws IOException {
        try (LogFiles files = files()) {
            time.pass(Duration.ofHours(1)); // past the grace after a start
            files.write(PG, "before\n");
            files.check();
            time.jump(Duration.ofDays(365));
            files.write(PG, "ahead\n");
            files.check();
            time.jump(Duration.ofDays(-365));
            files.write(PG, "back\n");
            files.check();
            time.jump(Duration.ofDays(-365));
            files.write(PG, "behind\n");
            files.check();
            time.jump(Duration.ofDays(365));
            files.check();
        }

        assertThat(names("pg-controller"))
                .containsExactly(
                        "pgctrl_2025-11-22.0001.log", "pgctrl_2026-11-22.0001.log", "pgctrl_2027-11-22.0001.log");
        assertThat(text("pg-controller/pgctrl_2026-11-22.0001.log")).isEqualTo("before\nback\n");
        assertThat(told).isEmpty();
    }

    @Test
    void a_file_that_somebody_takes_away_is_begun_again() throws IOException {
        try (LogFiles files = files()) {
            files.write(PG, "one\n");
            files.flush();
            Files.delete(folder.resolve("pg-controller/pgctrl_2026-11-21.0001.log"));
            files.check();
            files.write(PG, "two\n");
        }

        assertThat(text("pg-controller/pgctrl_2026-11-21.0001.log")).isEqualTo("two\n");
    }

    @Test
    void below_the_free_space_nothing_is_written_and_both_ends_are_told_once() throws IOException {
        limits = new LogLimits(10_000, Duration.ofDays(2), 100_000, 0);
        try (LogFiles files = files()) {
            files.write(PG, "one\n");
            limits = new LogLimits(10_000, Duration.ofDays(2), 100_000, Long.MAX_VALUE / 2);
            files.check();
            files.check();
            files.write(PG, "lost\n");
            files.write(PG, "lost too\n");
            assertThat(files.stopped()).contains("MB must stay free (setting log, min_free_mb)");
            limits = new LogLimits(10_000, Duration.ofDays(2), 100_000, 0);
            files.check();
            files.write(PG, "two\n");
            assertThat(files.stopped()).isNull();
        }

        assertThat(text("pg-controller/pgctrl_2026-11-21.0001.log")).isEqualTo("one\ntwo\n");
        assertThat(told).hasSize(2);
        assertThat(told.get(0)).startsWith("log files stop: only ");
        assertThat(told.get(1)).isEmpty();
        assertThat(text("node/mware_2026-11-21.0001.log").lines().toList())
                .hasSize(2)
                .anyMatch(line -> line.contains("log files stop: only "))
                .anyMatch(line -> line.contains("log files go on; 2 lines were not written"));
    }

    @Test
    void a_full_disk_throws_nothing_and_all_goes_on_when_there_is_room_again() throws Exception {
        Peers.needRoot("small disks");
        Command.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.toString());
        try (LogFiles files = files()) {
            limits = new LogLimits(10 * MB, Duration.ofDays(2), 100 * MB, 0);
            Path ballast = Files.write(folder.resolve("ballast"), new byte[500 * 1024]);
            for (int i = 0; i < 2_000; i++) {
                files.write(PG, "x".repeat(499) + "\n");
                files.flush();
            }
            assertThat(files.stopped()).contains("cannot write below");
            files.check(); // still no room: no second word
            assertThat(told).hasSize(1);
            Files.delete(ballast);
            files.check();
            assertThat(files.stopped()).isNull();
            files.write(PG, "there again\n");
            files.flush();

            String written = text("pg-controller/pgctrl_2026-11-21.0001.log");
            assertThat(written).endsWith("\nthere again\n");
            long kept = written.lines().filter(line -> line.length() == 499).count();
            assertThat(kept).isGreaterThan(900);
            String line = text("node/mware_2026-11-21.0001.log")
                    .lines()
                    .filter(one -> one.contains("go on"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Long.parseLong(line.replaceAll(".*go on; (\\d+) lines.*", "$1")) + kept)
                    .isBetween(2_000L, 2_001L);
        } finally {
            Command.run("umount", folder.toString());
        }
    }

    private LogFiles files() {
        return new LogFiles(folder, time, time::nanos, () -> limits, told::add);
    }

    private List<String> names(String service) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(service))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private String text(String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }

    /** A wall clock at +01:00 that can be set, and a monotonic one that cannot. */
    private static final class Time extends Clock {
        private Instant wall;
        private long nanos;

        Time(Instant wall) {
            this.wall = wall;
        }

        void pass(Duration time) {
            wall = wall.plus(time);
            nanos += time.toNanos();
        }

        void jump(Duration time) {
            wall = wall.plus(time);
        }

        long nanos() {
            return nanos;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.ofHours(1);
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return wall;
        }
    }
}
