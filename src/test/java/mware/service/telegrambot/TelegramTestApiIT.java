package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import mware.core.monitor.Deviation.Status;
import mware.testing.MemoryState;
import mware.testing.TelegramTestApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bot and npm telegram-test-api: all commands, and what is told by itself. */
class TelegramTestApiIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final long ANN = 11;
    private static final long BOB = 12;

    @TempDir
    Path folder;

    private final MemoryState state = new MemoryState();
    private final SettableLogins logins = new SettableLogins();
    private TelegramTestApi telegram;
    private TestBot bot;

    @BeforeEach
    void begin() {
        telegram = TelegramTestApi.start(folder, TestBot.TOKEN);
        logins.put("ann", "administrator", "1");
        logins.put("bob", "administrator", "1");
        state.begin(1);
        bot = new TestBot("mware1", state, logins).use(telegram.url(), Map.of("period", "2s"));
        bot.leadership.give(1);
        telegram.says(ANN, "/start ann:nna");
        telegram.says(BOB, "start bob bob");
        shown(ANN, "Connected as ann");
        shown(BOB, "Connected as bob");
    }

    @AfterEach
    void end() {
        if (bot != null) {
            bot.close();
        }
        if (telegram != null) {
            telegram.close();
        }
    }

    @Test
    void every_command_does_what_it_says() {
        assertThat(telegram.written()).noneMatch(text -> text.contains("nna") || text.contains("bob bob"));

        asked("/ping", "pong from mware1");
        asked("test@a_bot", "a test message from mware1");
        asked("echo as <it> is & more", "as <it> is & more");
        asked("/sendtoall dinner is ready", "Sent to 1.");
        shown(BOB, "dinner is ready");
        asked("/system_state", "all is well");
        asked("/help", "/reset_silent_mode");
        asked("what?", "I do not know that");
        asked("/ack", "nothing to acknowledge");
        asked("/set_silent_mode", "no sound now");
        asked("/reset_silent_mode", "a sound again");
        asked("/disable_subscription", "until /enable_subscription");
        bot.deviations.raise("snmp", "nms1", Status.ERROR, "does not answer");
        shown(BOB, "nms1");
        asked("/enable_subscription", "are on");
        asked("/pause_subscription", "until all is well");
        telegram.says(BOB, "/ack nms1");
        shown(ANN, "bob acknowledged 1 deviation");
        asked("/system_state", "acknowledged by bob");
        bot.deviations.clear("snmp", "nms1");
        shown(ANN, "No longer paused: ann");
        asked("/stop", "not connected any more");
        asked("/ping ", "To connect");

        assertThat(telegram.shown(ANN)).noneMatch(text -> text.contains("new: snmp nms1"));
    }

    @Test
    void only_what_changes_is_told() {
        bot.deviations.raise("disk", "data", Status.WARNING, "91 % full");
        shown(ANN, "new: disk data on mware1: 91 % full");
        bot.deviations.raise("disk", "data", Status.WARNING, "93 % full");
        await().during(Duration.ofSeconds(4)) // two periods and more
                .atMost(SOON)
                .until(() -> count("disk data") == 1);

        bot.deviations.raise("disk", "data", Status.ERROR, "full");
        shown(ANN, "changed: 🔴 disk data on mware1: full");
        bot.deviations.clear("disk", "data");
        shown(ANN, "cleared: disk data");
        assertThat(count("disk data")).isEqualTo(3);
    }

    private long count(String text) {
        return telegram.shown(ANN).stream().filter(each -> each.contains(text)).count();
    }

    private void asked(String text, String answer) {
        telegram.says(ANN, text);
        shown(ANN, answer);
    }

    private void shown(long chat, String text) {
        await().atMost(SOON).until(() -> telegram.shown(chat).stream()
                .anyMatch(each -> plain(each).contains(text)));
    }

    /** As a chat shows it. */
    private static String plain(String text) {
        return !text.startsWith("<b>")
                ? text
                : text.replace("<b>", "")
                        .replace("</b>", "")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&amp;", "&");
    }
}
