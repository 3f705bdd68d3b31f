package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;

import mware.service.telegrambot.Command.Credentials;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {

    @ParameterizedTest(name = "\"{0}\" is {1} of \"{2}\"")
    @CsvSource({
        "/ping, PING, ''",
        "ping, PING, ''",
        "PING, PING, ''",
        "/ping@the_bot, PING, ''",
        "' /echo  a  b ', ECHO, 'a  b'",
        "/sendtoall@the_bot dinner is ready, SENDTOALL, dinner is ready",
        "system_state, SYSTEM_STATE, ''",
        "/disable_subscription, DISABLE_SUBSCRIPTION, ''",
        "/pause_subscription, PAUSE_SUBSCRIPTION, ''",
        "/enable_subscription, ENABLE_SUBSCRIPTION, ''",
        "/set_silent_mode, SET_SILENT_MODE, ''",
        "/reset_silent_mode, RESET_SILENT_MODE, ''",
        "/test, TEST, ''",
        "/testfile, TESTFILE, ''",
        "/ack nms1, ACK, nms1",
        "/stop, STOP, ''",
        "/help, HELP, ''",
    })
    void a_word_with_or_without_slash_and_name_is_a_command(String text, Command.Word word, String rest) {
        assertThat(Command.parse(text)).contains(new Command(word, rest));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "/", "/pong", "hello ping", "pingping", "//ping"})
    void anything_else_is_none(String text) {
        assertThat(Command.parse(text)).isEmpty();
    }

    @Test
    void a_picture_is_none() {
        assertThat(Command.parse(null)).isEmpty();
    }

    @ParameterizedTest(name = "{0} -> {1} with {2}")
    @CsvSource({
        "/start ann:secret, ann, secret",
        "/start ann secret, ann, secret",
        "/start ann:se:cret, ann, se:cret",
        "/start ann se:cret, ann, se:cret",
        "/start ann:se cret, ann, se cret",
        "/start  ann  secret, ann, secret",
    })
    void login_and_password_are_parted_by_a_colon_or_a_space(String text, String login, String password) {
        assertThat(Command.parse(text).orElseThrow().credentials()).contains(new Credentials(login, password));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/start", "/start ann", "/start ann:", "/start :secret"})
    void without_one_of_them_there_is_nothing_to_check(String text) {
        assertThat(Command.parse(text).orElseThrow().credentials()).isEmpty();
    }

    @Test
    void neither_command_nor_credentials_show_a_password() {
        Command start = Command.parse("/start ann:secret").orElseThrow();

        assertThat(start + " " + start.credentials()).doesNotContain("secret");
    }

    @Test
    void help_names_every_word() {
        for (Command.Word word : Command.Word.values()) {
            assertThat(Command.help()).contains("/" + word.text());
        }
    }
}
