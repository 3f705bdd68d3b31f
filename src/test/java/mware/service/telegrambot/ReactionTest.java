package mware.service.telegrambot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReactionTest {

    private static Reply reply(int status, String description) {
        return Reply.of(
                status,
                ("{\"ok\":" + (status == 200) + ",\"error_code\":" + status + ",\"description\":\"" + description
                                + "\"}")
                        .getBytes(UTF_8));
    }

    @ParameterizedTest(name = "{0} {1}, rich {2}: {3}")
    @CsvSource({
        "200, '', true, Delivered",
        "429, Too Many Requests, true, Wait",
        "401, Unauthorized, true, Refused",
        "404, Not Found, true, Refused",
        "403, Forbidden: bot was blocked by the user, true, Gone",
        "403, Forbidden: user is deactivated, true, Gone",
        "400, Bad Request: chat not found, true, Gone",
        "400, Bad Request: can't parse entities, true, Plain",
        "400, Bad Request: can't parse entities, false, Never",
        "400, Bad Request: message is too long, false, Never",
        "413, Request Entity Too Large, false, Never",
        "500, Internal Server Error, true, Unreachable",
        "502, Bad Gateway, true, Unreachable",
        "302, Found, true, Unreachable",
    })
    void what_follows_from_an_answer(int status, String description, boolean rich, String reaction) {
        assertThat(Reaction.to(reply(status, description), rich).getClass().getSimpleName())
                .isEqualTo(reaction);
    }

    @ParameterizedTest(name = "{0} s asked: waits {1} s")
    @CsvSource({"7, 7", "0, 5", "86400, 3600"})
    void a_wait_is_as_long_as_asked_within_reason(int asked, int waits) {
        Reply reply = Reply.of(
                429,
                ("{\"ok\":false,\"error_code\":429,\"parameters\":{\"retry_after\":" + asked + "}}").getBytes(UTF_8));

        assertThat(Reaction.to(reply, true)).isEqualTo(new Reaction.Wait(Duration.ofSeconds(waits)));
    }

    @ParameterizedTest(name = "a {0} may have arrived: {1}")
    @CsvSource({"500, false", "502, true", "503, false", "504, true"})
    void a_gateway_that_gave_up_leaves_a_doubt(int status, boolean doubtful) {
        assertThat(Reply.of(status, "<html>".getBytes(UTF_8)).doubtful()).isEqualTo(doubtful);
    }

    @Test
    void an_error_inside_an_ok_counts_as_what_it_says() {
        assertThat(Reply.of(200, "{\"ok\":false,\"error_code\":400,\"description\":\"no\"}".getBytes(UTF_8))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void a_page_of_somebody_else_is_no_answer() {
        assertThat(Reaction.to(Reply.of(200, "<html>welcome to the hotel</html>".getBytes(UTF_8)), true))
                .isInstanceOfSatisfying(Reaction.Unreachable.class, unreachable -> assertThat(unreachable.why())
                        .contains("not the Bot API"));
    }
}
