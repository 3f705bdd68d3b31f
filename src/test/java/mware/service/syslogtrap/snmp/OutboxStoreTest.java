package mware.service.syslogtrap.snmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import mware.service.syslogtrap.snmp.Outbox.Batch;
import mware.service.syslogtrap.snmp.Outbox.Entry;
import mware.testing.MemoryState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutboxStoreTest {

    private static final long MINUTE = 60_000_000_000L;

    private final MemoryState state = new MemoryState();
    private final OutboxStore store = new OutboxStore(state, "nms1");

    @Test
    void another_node_reads_what_one_wrote_with_the_age_of_each() {
        state.begin(7);
        var batch = new Batch(3, List.of(new Entry(3, 0, new byte[] {1, 2}), new Entry(4, 5 * MINUTE, new byte[0])));

        store.write(7, List.of(batch), List.of(), 1_000_000_000_000L, 10 * MINUTE);

        // two minutes later by the wall clock; the other process counts its nanoseconds from elsewhere
        List<Batch> read = store.read(1_000_000_120_000L, -MINUTE);
        assertThat(read).singleElement().satisfies(one -> {
            assertThat(one.first()).isEqualTo(3);
            assertThat(one.entries()).extracting(Entry::id).containsExactly(3L, 4L);
            assertThat(one.entries()).extracting(Entry::born).containsExactly(-13 * MINUTE, -8 * MINUTE);
            assertThat(one.entries().get(0).payload()).containsExactly(1, 2);
        });
    }

    @Test
    void a_wall_clock_that_was_set_back_makes_nothing_younger_than_now() {
        state.begin(7);
        store.write(7, List.of(new Batch(0, List.of(new Entry(0, 0, new byte[1])))), List.of(), 1_000_000, 0);

        assertThat(store.read(0, 0).get(0).entries()).extracting(Entry::born).containsExactly(0L);
    }

    @ParameterizedTest(name = "after {0} by the wall clock they are {1} old and over: {2}")
    @CsvSource({
        "PT0S,      PT0S,  false",
        "PT30M,     PT30M, false",
        "PT55M,     PT50M, false", // what is left is never less than ten minutes
        "PT61M,     PT50M, true",
        "P365D,     PT50M, true", // a clock that jumped, or a node that stood still for a year
        "-PT2H,     PT0S,  false",
        "-P365D,    PT0S,  false",
    })
    void a_wall_clock_that_jumps_between_two_terms_gives_up_nothing_at_once(
            Duration later, Duration age, boolean over) {
        state.begin(7);
        long wall = 1_800_000_000_000L;
        store.write(7, List.of(new Batch(0, List.of(new Entry(0, 0, new byte[1])))), List.of(), wall, 0);

        List<Batch> read = store.read(wall + later.toMillis(), 0);

        assertThat(read.get(0).entries()).extracting(Entry::born).containsExactly(-age.toNanos());
        assertThat(store.isOver(wall + later.toMillis())).isEqualTo(over);
        var outbox = new Outbox(100);
        outbox.restore(read);
        outbox.expire(OutboxStore.GRACE.toNanos() - 1);
        assertThat(outbox.size()).isEqualTo(1);
    }

    @Test
    void batches_come_back_in_their_order_and_deleted_ones_do_not() {
        state.begin(7);
        for (long first : new long[] {300, 4, 20}) {
            store.write(7, List.of(new Batch(first, List.of(new Entry(first, 0, new byte[1])))), List.of(), 0, 0);
        }
        store.write(7, List.of(), List.of(20L), 0, 0);

        assertThat(store.read(0, 0)).extracting(Batch::first).containsExactly(4L, 300L);
    }

    @Test
    void a_batch_that_cannot_be_read_does_not_hide_the_others() {
        state.begin(7);
        state.put(7, "syslog-trap/outbox/nms1/0000000000000000", new byte[] {1, 2, 3});
        store.write(7, List.of(new Batch(5, List.of(new Entry(5, 0, new byte[1])))), List.of(), 0, 0);

        assertThat(store.read(0, 0)).extracting(Batch::first).containsExactly(5L);
    }
}
