package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BookTest {

    private static final long CHAT = 1;
    private static final long SECOND = 1000;

    private static Book failed(Book book, long... times) {
        for (long time : times) {
            book = book.failed(CHAT, time);
        }
        return book;
    }

    @Test
    void four_wrong_passwords_close_nothing() {
        Book book = failed(Book.EMPTY, 0, 1, 2, 3);

        assertThat(book.closedFor(CHAT, 4)).isZero();
    }

    @Test
    void the_fifth_within_three_minutes_closes_the_chat_for_three_minutes_and_no_other() {
        Book book = failed(Book.EMPTY, 0, 10 * SECOND, 20 * SECOND, 30 * SECOND, 179 * SECOND);

        assertThat(book.closedFor(CHAT, 179 * SECOND)).isEqualTo(Duration.ofMinutes(3));
        assertThat(book.closedFor(CHAT, 358 * SECOND)).isEqualTo(Duration.ofSeconds(1));
        assertThat(book.closedFor(CHAT, 359 * SECOND)).isZero();
        assertThat(book.closedFor(2, 179 * SECOND)).isZero();
    }

    @Test
    void those_older_than_three_minutes_do_not_count() {
        Book book = failed(Book.EMPTY, 0, 1, 2, 3, 180 * SECOND + 4);

        assertThat(book.closedFor(CHAT, 180 * SECOND + 5)).isZero();
    }

    @Test
    void the_right_password_wipes_them_out() {
        Book book = failed(Book.EMPTY, 0, 1, 2, 3).succeeded(CHAT);

        assertThat(failed(book, 4).closedFor(CHAT, 5)).isZero();
    }

    @Test
    void a_clock_that_went_back_closes_for_three_minutes_at_most() {
        Book book = failed(Book.EMPTY, 0, 0, 0, 0, 0);

        assertThat(book.closedFor(CHAT, -3_600_000)).isEqualTo(Duration.ofMinutes(3));
    }
}
