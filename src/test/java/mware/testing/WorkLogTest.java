package mware.testing;

import static mware.testing.WorkLog.Kind.WORK;
import static mware.testing.WorkLog.Kind.WRITE;
import static mware.testing.WorkLog.Outcome.DONE;
import static mware.testing.WorkLog.Outcome.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mware.testing.WorkLog.Entry;
import mware.testing.WorkLog.Kind;
import mware.testing.WorkLog.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The judge of the fault suites must itself be right. */
class WorkLogTest {

    @Test
    void one_after_the_other_is_a_gap_and_no_overlap() {
        WorkLog log = log(work("a", 1, 100), work("a", 1, 200), work("b", 2, 700), work("b", 2, 800));

        assertThat(log.gapsMillis()).containsExactly(500L);
        assertThat(log.overlapMillis()).isZero();
    }

    @Test
    void an_old_active_that_works_on_is_an_overlap() {
        WorkLog log = log(work("a", 1, 100), work("b", 2, 700), work("a", 1, 730), work("b", 2, 800));

        assertThat(log.overlapMillis()).isEqualTo(30);
        assertThat(log.workOfOlderTerms()).isEqualTo(1);
    }

    @Test
    void an_overlap_is_seen_over_a_term_between() {
        WorkLog log = log(work("a", 1, 100), work("b", 2, 200), work("c", 3, 300), work("a", 1, 400));

        assertThat(log.overlapMillis()).isEqualTo(200);
    }

    @Test
    void two_nodes_under_one_epoch_are_an_overlap() {
        WorkLog log = log(work("a", 1, 100), work("b", 1, 150), work("a", 1, 200));

        assertThat(log.overlapMillis()).isEqualTo(50);
    }

    @Test
    void an_epoch_that_falls_is_an_overlap() {
        assertThat(log(work("a", 2, 100), work("b", 1, 200)).overlapMillis()).isEqualTo(100);
    }

    @Test
    void work_that_lasts_is_counted_to_its_end() {
        WorkLog log = log(new Entry(WORK, millis(100), millis(300), "a", 1, 1, DONE), work("b", 2, 250));

        assertThat(log.overlapMillis()).isEqualTo(50);
    }

    @Test
    void a_second_term_of_the_same_node_is_a_term_of_its_own() {
        WorkLog log = log(work("a", 1, 100), work("b", 2, 200), work("a", 3, 300));

        assertThat(log.terms()).extracting(WorkLog.Term::node).containsExactly("a", "b", "a");
        assertThat(log.overlapMillis()).isZero();
    }

    @Test
    void a_write_that_does_not_build_on_the_last_one_is_lost() {
        WorkLog log = log(write("a", 1, 100, 1, DONE), write("a", 1, 110, 2, DONE), write("b", 2, 200, 2, DONE));

        assertThat(log.lost()).extracting(Entry::node).containsExactly("b");
    }

    @Test
    void a_refused_write_counts_as_refused_and_loses_nothing() {
        WorkLog log = log(write("a", 1, 100, 1, DONE), write("b", 2, 150, 2, DONE), write("a", 1, 200, 2, REFUSED));

        assertThat(log.refused()).isEqualTo(1);
        assertThat(log.lost()).isEmpty();
    }

    @Test
    void the_longest_pause_reaches_to_both_ends() {
        WorkLog log = log(work("a", 1, 300), work("a", 1, 400));

        assertThat(log.longestPauseMillis(millis(100), millis(450))).isEqualTo(200);
        assertThat(log.longestPauseMillis(millis(250), millis(900))).isEqualTo(500);
    }

    @Test
    void a_line_that_a_kill_cut_short_is_left_out(@TempDir Path folder) throws Exception {
        Path file =
                Files.writeString(folder.resolve("a.log"), "WORK 1 2 a 7 1 DONE\nWRITE 3 4 a 7 1 UNKNOWN\nWORK 5 6");

        assertThat(WorkLog.read(List.of(file, folder.resolve("none.log"))).entries())
                .containsExactly(
                        new Entry(WORK, 1, 2, "a", 7, 1, DONE), new Entry(WRITE, 3, 4, "a", 7, 1, Outcome.UNKNOWN));
    }

    private static WorkLog log(Entry... entries) {
        return new WorkLog(List.of(entries));
    }

    private static Entry work(String node, long epoch, long at) {
        return new Entry(Kind.WORK, millis(at), millis(at), node, epoch, at, DONE);
    }

    private static Entry write(String node, long epoch, long at, long value, Outcome outcome) {
        return new Entry(WRITE, millis(at), millis(at), node, epoch, value, outcome);
    }

    private static long millis(long at) {
        return at * 1_000_000;
    }
}
