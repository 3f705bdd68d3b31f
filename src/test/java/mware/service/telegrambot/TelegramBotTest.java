package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.NullNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mware.core.monitor.Deviation.Status;
import mware.testing.FaultyTelegram;
import mware.testing.FaultyTelegram.Fault;
import mware.testing.FaultyTelegram.Taken;
import mware.testing.MemoryState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bot against a Telegram that fails as it is told. */
class TelegramBotTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long ANN = 11;
    private static final long BOB = 12;

    private final FaultyTelegram telegram = FaultyTelegram.start();
    private final MemoryState state = new MemoryState();
    private final SettableLogins logins = new SettableLogins();
    private TestBot bot = new TestBot("mware1", state, logins);

    @BeforeEach
    void begin() {
        logins.put("ann", "administrator", "1");
        logins.put("bob", "administrator", "1");
        logins.put("eve", "user", "1");
        state.begin(1);
        bot.use(telegram.url());
        bot.leadership.give(1);
    }

    @AfterEach
    void end() {
        bot.close();
        telegram.close();
    }

    private void connect(long chat, String login) {
        telegram.says(chat, "/start " + login + ":" + new StringBuilder(login).reverse());
        shown(chat, "Connected as " + login);
    }

    private Taken shown(long chat, String text) {
        return await().atMost(SOON)
                .until(
                        () -> telegram.taken(chat).stream()
                                .filter(taken -> taken.all().contains(text))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private List<String> texts(long chat) {
        return telegram.taken(chat).stream().map(Taken::all).toList();
    }

    @Test
    void an_administrator_connects_and_the_message_with_the_password_is_deleted() {
        long message = telegram.says(ANN, "/start ann:nna");

        shown(ANN, "Connected as ann");
        assertThat(telegram.requests()).anySatisfy(request -> {
            assertThat(request.method()).isEqualTo("deleteMessage");
            assertThat(request.text()).isEqualTo(Long.toString(message));
        });
    }

    @Test
    void neither_a_wrong_password_nor_a_user_who_is_no_administrator_connects() {
        telegram.says(ANN, "start ann:wrong");
        shown(ANN, Conversation.WRONG);
        telegram.says(BOB, "start eve eve");
        shown(BOB, Conversation.WRONG);

        telegram.says(ANN, "ping");
        shown(ANN, "To connect");
    }

    @Test
    void five_wrong_passwords_close_the_chat_and_no_other() {
        for (int i = 0; i < 6; i++) {
            telegram.says(ANN, "/start ann:wrong" + i);
        }
        telegram.says(ANN, "/start ann:nna");
        connect(BOB, "bob");

        shown(ANN, "Too many wrong passwords");
        assertThat(logins.checks()).isEqualTo(6);
        assertThat(texts(ANN)).noneMatch(text -> text.contains("Connected"));
    }

    @Test
    void what_changes_on_this_node_is_told_within_two_seconds_and_what_does_not_is_not() {
        connect(ANN, "ann");
        long since = System.nanoTime();
        bot.deviations.raise("snmp", "nms1", Status.ERROR, "does not answer");

        Taken raised = shown(ANN, "new: snmp nms1 on mware1: does not answer");
        assertThat(Duration.ofNanos(raised.nanos() - since)).isLessThan(Duration.ofSeconds(2));
        bot.deviations.raise("snmp", "nms1", Status.ERROR, "does not answer");
        bot.deviations.clear("snmp", "nms1");
        Taken cleared = shown(ANN, "cleared: snmp nms1");
        assertThat(cleared.text()).contains("all is well");
        assertThat(telegram.taken(ANN).stream().filter(taken -> taken.all().contains("nms1")))
                .hasSize(2);
    }

    @Test
    void a_flood_arrives_whole_in_few_messages_a_second_apart() {
        connect(ANN, "ann");
        connect(BOB, "bob");
        for (int i = 0; i < 500; i++) {
            bot.deviations.raise("flood", "key" + i + ".", Status.ERROR, "thing " + i + " is broken");
        }

        await().atMost(SOON).untilAsserted(() -> {
            for (long chat : List.of(ANN, BOB)) {
                String all = String.join("\n", texts(chat));
                assertThat(IntStream.range(0, 500)).allMatch(i -> all.contains("flood key" + i + ". on"));
            }
        });
        assertThat(telegram.taken(ANN)).hasSizeLessThan(10);
        inOrderAndApart(ANN);
        inOrderAndApart(BOB);
    }

    private void inOrderAndApart(long chat) {
        List<Long> times = telegram.taken(chat).stream()
                .filter(taken -> !taken.method().equals("deleteMessage"))
                .map(Taken::nanos)
                .toList();
        for (int i = 1; i < times.size(); i++) {
            assertThat(Duration.ofNanos(times.get(i) - times.get(i - 1)))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(995));
        }
    }

    @Test
    void too_many_requests_are_obeyed_and_nothing_is_lost() {
        connect(ANN, "ann");
        telegram.fault(request -> request.method().equals("sendMessage")
                        && telegram.requests().stream()
                                        .filter(each -> each.text().contains("nms1"))
                                        .count()
                                < 2
                ? Fault.tooMany(3)
                : null);
        bot.deviations.raise("snmp", "nms1", Status.ERROR, "does not answer");

        shown(ANN, "nms1");
        List<Long> tries = telegram.requests().stream()
                .filter(request -> request.text().contains("nms1"))
                .map(FaultyTelegram.Request::nanos)
                .toList();
        assertThat(tries).hasSizeBetween(2, 3);
        assertThat(Duration.ofNanos(tries.get(1) - tries.get(0))).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void a_sick_server_is_told_by_the_system_state_and_gets_all_when_it_is_well() {
        connect(ANN, "ann");
        telegram.fault(request -> Fault.status(500, "Internal Server Error"));
        bot.deviations.raise("snmp", "nms1", Status.ERROR, "does not answer");

        await().atMost(SOON).until(() -> bot.deviations.open().stream()
                .anyMatch(deviation -> deviation.category().equals("telegram")
                        && deviation.key().equals("connection")
                        && deviation.reason().contains("500")));
        bot.deviations.raise("snmp", "nms2", Status.ERROR, "does not answer");
        telegram.fault(request -> null);

        shown(ANN, "nms1");
        shown(ANN, "nms2");
        await().atMost(SOON).until(() -> bot.deviations.open().stream()
                .noneMatch(deviation -> deviation.category().equals("telegram")));
        assertThat(texts(ANN).stream().filter(text -> text.contains("nms1"))).hasSize(1);
    }

    @Test
    void what_may_have_arrived_is_sent_again_and_says_so() {
        connect(ANN, "ann");
        telegram.fault(request ->
                telegram.taken(ANN).stream().noneMatch(taken -> taken.all().contains("nms1"))
                                && request.text().contains("nms1")
                        ? Fault.mute()
                        : null);
        bot.deviations.raise("snmp", "nms1", Status.ERROR, "does not answer");

        shown(ANN, Outgoing.DOUBT);
        assertThat(texts(ANN).stream().filter(text -> text.contains("nms1"))).hasSize(2);
    }

    @Test
    void a_chat_that_blocked_the_bot_is_dropped_and_the_others_hear_of_it() {
        connect(ANN, "ann");
        connect(BOB, "bob");
        telegram.fault(
                request -> request.chat() == ANN ? Fault.status(403, "Forbidden: bot was blocked by the user") : null);
        bot.deviations.raise("snmp", "nms1", Status.ERROR, "does not answer");

        shown(BOB, "ann is not connected any more");
        telegram.forget();
        bot.deviations.raise("snmp", "nms2", Status.ERROR, "does not answer");
        shown(BOB, "nms2");
        assertThat(telegram.requests()).noneMatch(request -> request.chat() == ANN);
    }

    @Test
    void what_cannot_be_formatted_goes_as_plain_text_and_what_cannot_be_sent_is_given_up() {
        connect(ANN, "ann");
        telegram.fault(
                request -> request.text().contains("<b>") || request.text().contains("never")
                        ? Fault.status(400, "Bad Request: can't parse entities")
                        : null);
        bot.deviations.raise("snmp", "nms1", Status.ERROR, "does not answer");
        shown(ANN, "nms1");

        telegram.says(ANN, "echo never");

        shown(ANN, "A message for you was given up");
        assertThat(telegram.requests().stream().filter(request -> request.text().contains("never")))
                .hasSize(1);
        await().atMost(SOON).until(() -> bot.bot.counts().lost() == 1);
    }

    @Test
    void ten_thousand_characters_go_as_a_file() {
        connect(ANN, "ann");
        bot.deviations.raise("long", "one", Status.ERROR, "x".repeat(10_000));

        Taken taken = shown(ANN, "x".repeat(10_000));

        assertThat(taken.method()).isEqualTo("sendDocument");
        assertThat(taken.text()).contains("System state: 1 new; 1 open");
    }

    @Test
    void a_changed_account_loses_its_chat_at_once() {
        connect(ANN, "ann");
        connect(BOB, "bob");
        logins.put("ann", "administrator", "2");

        shown(ANN, "You are not connected any more, since the account ann was changed");
        shown(BOB, "ann is not connected any more");
        bot.deviations.raise("snmp", "nms1", Status.ERROR, "does not answer");
        shown(BOB, "nms1");
        assertThat(texts(ANN)).noneMatch(text -> text.contains("nms1"));
    }

    @Test
    void the_state_of_the_other_nodes_is_looked_at_each_period() {
        bot.use(telegram.url(), Map.of("period", "1s"));
        connect(ANN, "ann");
        bot.others.put("mware2", List.of(TestBot.deviation("disk", "data", "full")));
        shown(ANN, "new: disk data on mware2: full");

        bot.others.put("mware2", List.of());

        shown(ANN, "cleared: disk data on mware2");
    }

    @Test
    void a_pause_ends_when_all_is_well_and_all_are_told() {
        connect(ANN, "ann");
        connect(BOB, "bob");
        bot.deviations.raise("snmp", "nms1", Status.ERROR, "does not answer");
        shown(ANN, "nms1");
        telegram.says(ANN, "/pause_subscription");
        shown(ANN, "until all is well again");
        bot.deviations.raise("snmp", "nms2", Status.ERROR, "does not answer");
        shown(BOB, "nms2");
        bot.deviations.clear("snmp", "nms1");
        bot.deviations.clear("snmp", "nms2");

        shown(ANN, "No longer paused: ann");
        shown(BOB, "No longer paused: ann");
        assertThat(texts(ANN)).noneMatch(text -> text.contains("new: snmp nms2"));
    }

    @Test
    void a_take_over_neither_loses_nor_repeats_commands_and_messages() {
        connect(ANN, "ann");
        bot.deviations.raise("snmp", "nms1", Status.ERROR, "does not answer");
        shown(ANN, "nms1");
        telegram.says(ANN, "echo before");
        shown(ANN, "before");
        await().atMost(SOON)
                .until(() ->
                        bot.bot.counts().commands() == 2 && bot.bot.counts().waiting() == 0);
        bot.bot.handOver(Duration.ofSeconds(1));
        bot.close();
        telegram.says(ANN, "echo between");

        bot = new TestBot("mware2", state, logins).use(telegram.url());
        state.begin(2);
        bot.leadership.give(2);
        telegram.says(ANN, "echo after");

        for (String word : List.of("before", "between", "after")) {
            shown(ANN, word);
        }
        assertThat(texts(ANN).stream()
                        .filter(text -> text.matches("before|between|after"))
                        .collect(Collectors.toList()))
                .containsExactly("before", "between", "after");
        assertThat(texts(ANN).stream().filter(text -> text.contains("nms1"))).hasSize(1);
    }

    @Test
    void a_token_that_telegram_does_not_know_is_told_and_a_new_one_works_at_once() {
        telegram.fault(request -> request.token().equals(TestBot.TOKEN) ? Fault.status(401, "Unauthorized") : null);
        trouble("token", "Telegram does not know the token");

        bot.use(telegram.url(), Map.of("token", "123456:another-one"));

        connect(ANN, "ann");
        await().atMost(SOON).until(() -> bot.deviations.open().isEmpty());
    }

    @Test
    void another_program_with_the_same_bot_is_told() {
        telegram.fault(request -> request.method().equals("getUpdates") ? Fault.status(409, "Conflict") : null);

        trouble("poll", "another program asks for the messages to this bot");
    }

    @Test
    void a_state_that_cannot_be_written_holds_all_back_and_loses_nothing() {
        connect(ANN, "ann");
        state.breakDown(true);
        telegram.says(ANN, "echo once");
        bot.deviations.raise("snmp", "nms1", Status.ERROR, "does not answer");
        trouble("runtime-state", "cannot be read or kept");

        state.breakDown(false);

        shown(ANN, "once");
        shown(ANN, "nms1");
        assertThat(texts(ANN).stream().filter(text -> text.contains("once"))).hasSize(1);
    }

    private void trouble(String key, String reason) {
        await().atMost(SOON).until(() -> bot.deviations.open().stream()
                .anyMatch(deviation -> deviation.category().equals("telegram")
                        && deviation.key().equals(key)
                        && deviation.reason().contains(reason)));
    }

    @Test
    void without_a_token_nothing_is_asked_and_nothing_is_wrong() {
        bot.use(telegram.url(), Map.of("token", NullNode.getInstance()));
        connectFails();
        assertThat(bot.deviations.open()).isEmpty();
    }

    private void connectFails() {
        telegram.says(ANN, "/start ann:nna");
        await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> telegram.taken()
                .isEmpty());
    }
}
