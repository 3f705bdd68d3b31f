package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import mware.service.telegrambot.Message.Kind;
import mware.service.telegrambot.Outbox.Sending;
import mware.testing.MemoryState;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private static final long HOUR = Duration.ofHours(1).toMillis();
    private final Outbox outbox = new Outbox();

    private Sending begun(long chat, long now) {
        return outbox.begin(chat, true, 0, now).orElseThrow();
    }

    private static List<String> texts(Sending sending) {
        return sending.messages().stream().map(Message::text).toList();
    }

    @Test
    void news_that_wait_go_together_answers_one_by_one_before_them() {
        outbox.add(Kind.NEWS, "h", "a", List.of(1L), 0);
        outbox.add(Kind.REPLY, "", "x", List.of(1L), 0);
        outbox.add(Kind.NEWS, "h", "b", List.of(1L), 0);
        outbox.add(Kind.REPLY, "", "y", List.of(1L), 0);

        for (List<String> next : List.of(List.of("x"), List.of("y"), List.of("a", "b"))) {
            Sending sending = begun(1, 0);
            assertThat(texts(sending)).isEqualTo(next);
            assertThat(outbox.chats()).as("one at a time").isEmpty();
            outbox.end(sending);
        }
        assertThat(outbox.size()).isZero();
    }

    @Test
    void a_password_is_deleted_before_all_else_and_without_waiting_for_the_second() {
        outbox.add(Kind.NEWS, "h", "a", List.of(1L), 0);
        outbox.add(Kind.DELETE, "", "77", List.of(1L), 0);

        Optional<Sending> sending = outbox.begin(1, false, 0, 0);

        assertThat(sending.map(OutboxTest::texts)).contains(List.of("77"));
        outbox.end(sending.orElseThrow());
        assertThat(outbox.begin(1, false, 0, 0)).isEmpty();
    }

    @Test
    void what_is_older_than_an_hour_goes_as_one_late_message() {
        outbox.add(Kind.NEWS, "h", "a", List.of(1L), 0);
        outbox.add(Kind.REPLY, "", "x", List.of(1L), 0);
        outbox.add(Kind.NEWS, "h", "b", List.of(1L), HOUR);

        Sending sending = begun(1, HOUR);

        assertThat(texts(sending)).containsExactly("a", "x", "b");
        assertThat(Outgoing.of(sending.messages(), false, false, HOUR, ZoneOffset.UTC))
                .isInstanceOfSatisfying(Outgoing.Text.class, text -> assertThat(text.heading())
                        .startsWith("Late, from 01-01 00:00 on: 3 messages in one"));
    }

    @Test
    void what_is_older_than_a_day_is_given_up_and_counted() {
        outbox.add(Kind.NEWS, "h", "a", List.of(1L, 2L), 0);
        outbox.tidy(24 * HOUR - 1);
        assertThat(outbox.size()).isEqualTo(2);

        outbox.tidy(24 * HOUR);

        assertThat(outbox.size()).isZero();
        assertThat(outbox.givenUp()).isEqualTo(2);
    }

    @Test
    void many_news_become_one_message_that_chats_share_and_nothing_gets_out_of_it() {
        for (int i = 0; i < 60; i++) {
            outbox.add(Kind.NEWS, "heading " + i, "text " + i, List.of(1L, 2L), i);
        }
        outbox.tidy(100);

        assertThat(outbox.size()).isEqualTo(2);
        assertThat(outbox.fresh()).hasSize(1);
        for (int i = 0; i < 60; i++) {
            assertThat(begun(1, 100).messages().get(0).text()).contains("heading " + i + "\ntext " + i + "\n");
            outbox.again(new Sending(1, outbox.fresh(), false, false), false);
        }
    }

    @Test
    void a_message_that_alone_fails_ten_times_is_hopeless() {
        outbox.add(Kind.REPLY, "", "x", List.of(1L), 0);
        long nanos = 0;
        for (int i = 1; i <= 10; i++) {
            nanos += Duration.ofMinutes(1).toNanos();
            Sending sending = outbox.begin(1, true, nanos, 0).orElseThrow();
            assertThat(outbox.failed(sending, false, nanos - 1, nanos)).isEqualTo(i == 10);
        }
    }

    @Test
    void a_failed_one_waits_and_one_that_nobody_can_reach_is_never_hopeless() {
        outbox.add(Kind.REPLY, "", "x", List.of(1L), 0);
        Sending sending = outbox.begin(1, true, 0, 0).orElseThrow();
        outbox.failed(sending, true, -1, 0);

        assertThat(outbox.begin(1, true, Duration.ofMillis(999).toNanos(), 0)).isEmpty();
        assertThat(outbox.begin(1, true, Duration.ofMillis(1000).toNanos(), 0)
                        .orElseThrow()
                        .doubtful())
                .isTrue();
    }

    @Test
    void the_next_node_finds_what_waits_and_knows_what_may_have_arrived() {
        var state = new MemoryState();
        state.begin(1);
        var store = new BotStore(state);
        outbox.add(Kind.REPLY, "", "x", List.of(1L), 5);
        outbox.add(Kind.NEWS, "h", "a".repeat(250_000), List.of(1L, 2L), 6);
        Sending sending = begun(1, 6);
        store.write(1, outbox, List.of());
        assertThat(outbox.isChanged()).isFalse();

        var next = new Outbox();
        BotStore.Kept kept = store.read();
        next.restore(kept.messages(), kept.places());

        assertThat(next.size()).isEqualTo(outbox.size());
        assertThat(next.begin(1, true, 0, 6).orElseThrow().doubtful()).isTrue();
        Sending long2 = next.begin(2, true, 0, 6).orElseThrow();
        assertThat(long2.doubtful()).isFalse();
        assertThat(String.join("", texts(long2))).isEqualTo("a".repeat(250_000));
        outbox.end(sending);
        outbox.drop(1);
        outbox.drop(2);
        store.write(1, outbox, List.of());
        assertThat(store.read().messages()).isEmpty();
        assertThat(store.read().places()).isEmpty();
    }
}
