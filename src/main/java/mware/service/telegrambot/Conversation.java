package mware.service.telegrambot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mware.core.iam.Logins.Account;
import mware.service.telegrambot.Chat.Subscription;
import mware.service.telegrambot.Message.Kind;
import mware.service.telegrambot.StateText.Words;
import org.jspecify.annotations.Nullable;

/** Says what a message to the bot does, given who is connected and what the chats know. Pure. */
final class Conversation {

    static final String HOW_TO_START = "To connect, send\n/start <login>:<password>\nwith the login and password of an "
            + "administrator of the master domain. The message with the password is deleted at once.";
    static final String WRONG = "Wrong login or password, or not an administrator of the master domain.";
    static final String NOT_DELETED =
            "The message with your password could not be deleted. Please delete it yourself, now.";

    private final String node;
    private final StateText words;

    Conversation(String node, StateText words) {
        this.node = node;
        this.words = words;
    }

    /**
     * What had to be asked before, since it takes time.
     *
     * @param login what came of checking the password; null when there was none to be checked
     * @param state what stands open now; null when nobody asked
     * @param trouble why the state could not be gathered; null when it was
     */
    record Facts(@Nullable Login login, @Nullable Collection<Known> state, @Nullable String trouble) {
        static final Facts NONE = new Facts(null, null, null);
    }

    /** What came of checking a password. */
    record Login(Optional<Account> account, String trouble) {}

    /** Something to be sent. */
    record Post(Kind kind, String heading, String text, List<Long> chats) {}

    /**
     * What follows from a message.
     *
     * @param reason for the log, never with a password; empty when there is nothing to say
     */
    record Outcome(Book book, Told told, List<Post> posts, String reason) {}

    /** Whether the password in this message is to be checked at all. */
    static boolean isToCheck(Received received, Book book, long now) {
        return received.alone()
                && Command.parse(received.text())
                        .filter(command -> command.word() == Command.Word.START)
                        .flatMap(Command::credentials)
                        .isPresent()
                && book.closedFor(received.chat(), now).isZero();
    }

    Outcome answer(Received received, Book book, Told told, Facts facts, long now) {
        Optional<Command> command = Command.parse(received.text());
        var turn = new Turn(received, book, told);
        boolean start = command.filter(it -> it.word() == Command.Word.START).isPresent();
        if (start && !command.get().rest().isEmpty()) {
            turn.posts.add(new Post(Kind.DELETE, "", Long.toString(received.message()), List.of(received.chat())));
        }
        if (!received.alone()) {
            if (command.isPresent()) {
                turn.reply("I speak with one person at a time: write to me in a chat of our own.");
            }
        } else if (start) {
            start(turn, facts.login(), now);
        } else if (book.chat(received.chat()).isEmpty()) {
            turn.reply(HOW_TO_START);
        } else if (command.isEmpty()) {
            turn.reply("I do not know that. What I know:\n" + Command.help());
        } else {
            known(turn, book.chat(received.chat()).get(), command.get(), facts);
        }
        return turn.outcome();
    }

    private void start(Turn turn, @Nullable Login login, long now) {
        long chat = turn.received.chat();
        Duration closed = turn.book.closedFor(chat, now);
        if (!closed.isZero()) {
            turn.reply("Too many wrong passwords: try again in " + (closed.toSeconds() + 1) + " s.");
            turn.reason = "closed after wrong passwords";
        } else if (login == null) {
            turn.reply(turn.book.chat(chat).isPresent() ? "You are connected. /help tells what I know." : HOW_TO_START);
        } else if (!login.trouble().isEmpty()) {
            turn.reply("Passwords cannot be checked now: " + login.trouble());
            turn.reason = "a password could not be checked: " + login.trouble();
        } else if (login.account().isEmpty()) {
            turn.book = turn.book.failed(chat, now);
            turn.reply(WRONG);
            turn.reason = "a wrong password";
        } else {
            connect(turn, login.account().get());
        }
    }

    private void connect(Turn turn, Account account) {
        Received received = turn.received;
        boolean silent = turn.book.chat(received.chat()).map(Chat::silent).orElse(false);
        turn.book = turn.book
                .succeeded(received.chat())
                .put(new Chat(received.chat(), received.from(), account, Subscription.ON, silent));
        Words state = words.state(turn.told.known().values());
        turn.posts.add(new Post(
                Kind.REPLY,
                "Connected as " + account.login(),
                state.heading() + (state.text().isEmpty() ? "" : "\n" + state.text()) + "\n/help tells what I know.",
                List.of(received.chat())));
        turn.tellOthers(account.login() + " is connected now, as " + received.from() + " in Telegram.");
        turn.reason = account.login() + " is connected";
    }

    private void known(Turn turn, Chat chat, Command command, Facts facts) {
        String login = chat.login();
        switch (command.word()) {
            case START -> throw new IllegalStateException("start is handled before");
            case STOP -> {
                turn.book = turn.book.remove(chat.id());
                turn.reply("You are not connected any more.");
                turn.reason = login + " has left";
            }
            case SYSTEM_STATE -> turn.post(Kind.REPLY, state(facts, turn.told));
            case ACK -> acknowledge(turn, login, command.rest());
            case DISABLE_SUBSCRIPTION -> {
                turn.book = turn.book.put(chat.with(Subscription.OFF));
                turn.reply("No automatic messages any more, until /enable_subscription.");
            }
            case PAUSE_SUBSCRIPTION -> {
                if (turn.told.known().isEmpty()) {
                    turn.reply("All is well, so there is nothing to pause.");
                } else {
                    turn.book = turn.book.put(chat.with(Subscription.PAUSED));
                    turn.reply("No automatic messages until all is well again.");
                }
            }
            case ENABLE_SUBSCRIPTION -> {
                turn.book = turn.book.put(chat.with(Subscription.ON));
                turn.reply("Automatic messages are on.");
            }
            case SET_SILENT_MODE -> {
                turn.book = turn.book.put(chat.silent(true));
                turn.reply("Messages make no sound now.");
            }
            case RESET_SILENT_MODE -> {
                turn.book = turn.book.put(chat.silent(false));
                turn.reply("Messages make a sound again.");
            }
            case SENDTOALL -> sendToAll(turn, login, command.rest());
            case ECHO -> turn.reply(command.rest().isEmpty() ? "There is nothing to send back." : command.rest());
            case PING -> turn.reply("pong from " + node);
            case TEST -> turn.reply("This is a test message from " + node + ".");
            case TESTFILE ->
                turn.posts.add(new Post(Kind.FILE, "Test file", "This is a test file from " + node + ".", turn.here()));
            case HELP -> turn.reply(Command.help());
        }
    }

    private Words state(Facts facts, Told told) {
        if (facts.state() == null) {
            return new Words("", "The system state could not be gathered: " + facts.trouble());
        }
        Map<String, Known> open = new LinkedHashMap<>();
        facts.state().forEach(known -> {
            Known before = told.known().get(known.instance());
            boolean acknowledged = before != null && before.wasAcknowledged() && before.saysTheSame(known);
            open.put(known.instance(), acknowledged ? known.acknowledgedBy(before.acknowledged()) : known);
        });
        return words.state(open.values());
    }

    private void acknowledge(Turn turn, String login, String search) {
        List<Known> mine = turn.told.unacknowledged().stream()
                .filter(known -> Told.holds(known, search))
                .toList();
        if (mine.isEmpty()) {
            turn.reply("There is nothing to acknowledge" + (search.isEmpty() ? "." : " with \"" + search + "\"."));
            return;
        }
        turn.told = turn.told.acknowledge(login, search);
        Words what = words.state(mine);
        turn.posts.add(new Post(
                Kind.NEWS,
                login + " acknowledged " + mine.size() + (mine.size() == 1 ? " deviation" : " deviations"),
                what.text(),
                List.copyOf(turn.book.chats().keySet())));
        turn.reason = login + " acknowledged " + mine.size();
    }

    private void sendToAll(Turn turn, String login, String text) {
        if (text.isEmpty()) {
            turn.reply("What shall I send? /sendtoall <text>");
            return;
        }
        List<Long> others = turn.others();
        turn.posts.add(new Post(Kind.NEWS, "From " + login, text, others));
        turn.reply(others.isEmpty() ? "Nobody else is connected." : "Sent to " + others.size() + ".");
        turn.reason = login + " sent a text to " + others.size();
    }

    /** One message and what has come of it so far. */
    private static final class Turn {
        final Received received;
        final List<Post> posts = new ArrayList<>();
        Book book;
        Told told;
        String reason = "";

        Turn(Received received, Book book, Told told) {
            this.received = received;
            this.book = book;
            this.told = told;
        }

        List<Long> here() {
            return List.of(received.chat());
        }

        List<Long> others() {
            return book.chats().keySet().stream()
                    .filter(chat -> chat != received.chat())
                    .toList();
        }

        void reply(String text) {
            posts.add(new Post(Kind.REPLY, "", text, here()));
        }

        void post(Kind kind, Words words) {
            posts.add(new Post(kind, words.heading(), words.text(), here()));
        }

        void tellOthers(String text) {
            posts.add(new Post(Kind.NEWS, "", text, others()));
        }

        Outcome outcome() {
            return new Outcome(book, told, posts, reason);
        }
    }
}
