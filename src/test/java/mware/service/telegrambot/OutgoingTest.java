package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.List;
import mware.service.telegrambot.Message.Kind;
import mware.service.telegrambot.Outgoing.File;
import mware.service.telegrambot.Outgoing.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutgoingTest {

    private static Message message(Kind kind, String heading, String text) {
        return new Message(1, 0, kind, heading, text);
    }

    private static Outgoing of(boolean plain, boolean doubtful, Message... messages) {
        return Outgoing.of(List.of(messages), plain, doubtful, 0, ZoneOffset.UTC);
    }

    @ParameterizedTest(name = "{0} characters: a file {1}")
    @CsvSource({"4094, false", "4095, true", "10000, true"})
    void more_than_4096_characters_go_as_a_file(int length, boolean file) {
        Outgoing outgoing = of(false, false, message(Kind.NEWS, "h", "x".repeat(length)));

        assertThat(outgoing instanceof File).isEqualTo(file);
    }

    @Test
    void a_heading_is_bold_unless_that_could_not_be_read() {
        assertThat(of(false, false, message(Kind.NEWS, "h", "t"))).isEqualTo(new Text("h", "t", true));
        assertThat(of(true, false, message(Kind.NEWS, "h", "t"))).isEqualTo(new Text("h", "t", false));
        assertThat(of(false, false, message(Kind.REPLY, "", "t"))).isEqualTo(new Text("", "t", false));
    }

    @Test
    void what_may_have_arrived_says_so_in_texts_and_above_files() {
        assertThat(of(false, true, message(Kind.NEWS, "h", "t")))
                .isEqualTo(new Text("h", Outgoing.DOUBT + "\nt", true));
        assertThat(of(false, true, message(Kind.FILE, "h", "t")))
                .isInstanceOfSatisfying(
                        File.class, file -> assertThat(file.caption()).contains(Outgoing.DOUBT));
    }

    @Test
    void several_become_one_with_the_time_of_each() {
        assertThat(of(false, false, message(Kind.NEWS, "h1", "t1"), message(Kind.NEWS, "h2", "")))
                .isEqualTo(new Text("2 messages in one", "— 00:00:00 h1\nt1\n— 00:00:00 h2", true));
    }
}
