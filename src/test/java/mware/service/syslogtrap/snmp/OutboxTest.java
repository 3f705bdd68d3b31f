package mware.service.syslogtrap.snmp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import mware.service.syslogtrap.snmp.Outbox.Batch;
import mware.service.syslogtrap.snmp.Outbox.Entry;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long MS = 1_000_000L;

    private final Outbox outbox = new Outbox(1000);

    @Test
    void new_ones_go_in_their_order_up_to_the_window() {
        add(250, 0);

        assertThat(send(0)).hasSize(Outbox.WINDOW).isSorted();
        outbox.acknowledged(7, MS);
        assertThat(send(MS)).containsExactly(100L);
    }

    @Test
    void one_that_got_lost_waits_1_2_5_10_and_30_seconds_while_others_are_answered() {
        add(1, 0);
        assertThat(send(0)).containsExactly(0L);
        long now = 0;
        for (int wait : new int[] {1, 2, 5, 10, 30, 30}) {
            outbox.acknowledged(99_999, now + 1); // the receiver is not silent
            outbox.missed(0, now + 2);
            now += 2;
            assertThat(send(now + wait * SECOND - 1)).isEmpty();
            now += wait * SECOND;
            assertThat(send(now)).containsExactly(0L);
        }
    }

    @Test
    void a_silent_receiver_is_asked_with_the_oldest_only_and_ever_more_seldom() {
        add(300, 0);
        send(0).forEach(id -> outbox.missed(id, SECOND));
        assertThat(outbox.silent()).isTrue();

        List<Long> tries = new ArrayList<>();
        for (long now = SECOND; now < 120 * SECOND; now += SECOND / 10) {
            List<Long> sent = send(now);
            if (!sent.isEmpty()) {
                assertThat(sent).containsExactly(0L);
                tries.add(now / SECOND);
                outbox.missed(0, now);
            }
        }
        assertThat(tries).startsWith(2L, 4L, 9L, 19L, 49L).hasSize(7);
    }

    @Test
    void when_it_answers_again_all_go_in_their_order() {
        add(300, 0);
        send(0).forEach(id -> outbox.missed(id, SECOND));
        long back = 2 * SECOND;
        assertThat(send(back)).containsExactly(0L);

        outbox.acknowledged(0, back + MS);

        List<Long> sent = new ArrayList<>();
        for (long now = back + MS; outbox.size() > 0; now += MS) {
            for (long id : send(now)) {
                sent.add(id);
                outbox.acknowledged(id, now);
            }
        }
        assertThat(sent).hasSize(299).isSorted();
    }

    @Test
    void a_loss_among_answers_is_no_silence() {
        add(10, 0);
        send(0);
        outbox.acknowledged(5, MS);
        outbox.missed(3, SECOND);

        assertThat(outbox.silent()).isFalse();
        assertThat(send(SECOND)).isEmpty();
        assertThat(send(2 * SECOND)).containsExactly(3L);
    }

    @Test
    void an_hour_old_is_given_up_and_counted() {
        add(2, 0);
        add(1, 10 * SECOND);

        outbox.expire(3600 * SECOND - 1);
        assertThat(outbox.size()).isEqualTo(3);
        outbox.expire(3600 * SECOND);
        assertThat(outbox.size()).isEqualTo(1);
        assertThat(outbox.expired()).isEqualTo(2);
    }

    @Test
    void beyond_its_bound_the_oldest_make_room_and_are_counted() {
        add(1003, 0);

        assertThat(outbox.size()).isEqualTo(1000);
        assertThat(outbox.dropped()).isEqualTo(3);
        assertThat(send(0).get(0)).isEqualTo(3);
    }

    @Test
    void the_bytes_are_bounded_too() {
        for (int i = 0; i < 300; i++) {
            outbox.add(new byte[65_000], 0);
        }
        assertThat(outbox.size() * 65_000L).isBetween(Outbox.MOST_BYTES - 65_000, Outbox.MOST_BYTES);
        assertThat(outbox.dropped()).isEqualTo(300 - outbox.size());
    }

    @Test
    void what_is_acknowledged_in_time_is_never_written() {
        add(50, 0);
        send(0).forEach(id -> outbox.acknowledged(id, MS));

        assertThat(outbox.toKeep(200 * MS, 100_000)).isEmpty();
        assertThat(outbox.emptied()).isEmpty();
    }

    @Test
    void what_waits_is_written_in_batches_that_are_deleted_when_all_of_them_is_done() {
        for (int i = 0; i < 30; i++) {
            outbox.add(new byte[10], 0);
        }
        Batch first = outbox.toKeep(MS, 10 * 10).orElseThrow();
        outbox.kept(first);
        Batch second = outbox.toKeep(MS, 10 * 10).orElseThrow();
        outbox.kept(second);

        assertThat(first.entries()).hasSize(10);
        assertThat(second.first()).isEqualTo(10);
        send(0).stream().filter(id -> id < 10).forEach(id -> outbox.acknowledged(id, MS));
        assertThat(outbox.emptied()).containsExactly(0L);
        outbox.deleted(List.of(0L));
        assertThat(outbox.emptied()).isEmpty();
    }

    @Test
    void only_what_came_before_a_moment_is_written() {
        add(1, 0);
        add(1, 100 * MS);

        assertThat(outbox.toKeep(100 * MS, 100_000).orElseThrow().entries()).hasSize(1);
        assertThat(outbox.toKeep(0, 100_000)).isEmpty();
    }

    @Test
    void a_batch_that_was_done_while_it_was_written_is_deleted() {
        add(3, 0);
        Batch batch = outbox.toKeep(MS, 100_000).orElseThrow();
        send(0).forEach(id -> outbox.acknowledged(id, MS));

        outbox.kept(batch);

        assertThat(outbox.emptied()).containsExactly(0L);
    }

    @Test
    void what_a_former_node_kept_goes_first_and_what_only_this_one_has_comes_after() {
        add(2, 100);
        var kept = new Batch(500, List.of(new Entry(500, 0, text("old0")), new Entry(501, 0, text("old1"))));

        outbox.restore(List.of(kept));

        List<String> order = new ArrayList<>();
        for (Optional<Entry> next = outbox.next(200); next.isPresent(); next = outbox.next(200)) {
            order.add(new String(next.get().payload(), US_ASCII));
        }
        assertThat(order).containsExactly("old0", "old1", "0", "1");
    }

    @Test
    void before_a_hand_over_batches_are_written_without_what_is_done() {
        add(3, 0);
        outbox.kept(outbox.toKeep(MS, 100_000).orElseThrow());
        send(0);
        outbox.acknowledged(1, MS);

        assertThat(outbox.remains()).singleElement().satisfies(batch -> assertThat(batch.entries())
                .extracting(Entry::id)
                .containsExactly(0L, 2L));
    }

    /** Whatever happens, in whatever order: nothing is lost but what is counted, and restoring gives the same. */
    @Test
    void nothing_gets_lost_uncounted_over_random_losses_and_hand_overs() {
        for (int seed = 0; seed < 40; seed++) {
            var random = new Random(seed);
            var state = new TreeMap<Long, Batch>();
            var box = new Outbox(500);
            int added = 0;
            int acknowledged = 0;
            long lost = 0;
            List<Long> underway = new ArrayList<>();
            long now = 0;
            for (int step = 0; step < 3000; step++) {
                now += random.nextInt(200) * MS;
                switch (random.nextInt(step < 2500 ? 8 : 6)) {
                    case 0, 1 -> {
                        for (Optional<Entry> next = box.next(now); next.isPresent(); next = box.next(now)) {
                            underway.add(next.get().id());
                        }
                    }
                    case 2, 3 -> {
                        if (!underway.isEmpty()) {
                            long id = underway.remove(random.nextInt(underway.size()));
                            acknowledged += box.acknowledged(id, now) ? 1 : 0;
                        }
                    }
                    case 4 -> {
                        if (!underway.isEmpty()) {
                            box.missed(underway.remove(random.nextInt(underway.size())), now);
                        }
                    }
                    case 5 -> {
                        keep(box, state, now);
                        if (random.nextInt(10) == 0) {
                            keep(box, state, now + 1);
                            lost += box.dropped() + box.expired();
                            box = new Outbox(500);
                            box.restore(List.copyOf(state.values()));
                            underway.clear();
                        }
                    }
                    default -> {
                        box.add(text("entry " + added++), now);
                    }
                }
            }
            lost += box.dropped() + box.expired();
            // those acknowledged after their batch was last written come back after a hand-over: more, never less
            assertThat(acknowledged + lost + box.size()).as("seed " + seed).isGreaterThanOrEqualTo(added);
        }
    }

    private static void keep(Outbox box, TreeMap<Long, Batch> state, long until) {
        List<Long> emptied = box.emptied();
        emptied.forEach(state::remove);
        box.deleted(emptied);
        for (var batch = box.toKeep(until, 200); batch.isPresent(); batch = box.toKeep(until, 200)) {
            state.put(batch.get().first(), batch.get());
            box.kept(batch.get());
        }
    }

    private void add(int count, long now) {
        for (int i = 0; i < count; i++) {
            outbox.add(text(Integer.toString(i)), now);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(US_ASCII);
    }

    private List<Long> send(long now) {
        List<Long> ids = new ArrayList<>();
        for (Optional<Entry> next = outbox.next(now); next.isPresent(); next = outbox.next(now)) {
            ids.add(next.get().id());
        }
        return ids;
    }
}
