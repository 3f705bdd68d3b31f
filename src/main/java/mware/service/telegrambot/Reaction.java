package mware.service.telegrambot;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What to do after a try to send, by what Telegram answered. */
sealed interface Reaction {

    /** It arrived. */
    record Delivered() implements Reaction {}

    /** Too many: nothing goes to the chat for so long; two chats at once mean that it is about all. */
    record Wait(Duration time) implements Reaction {}

    /** Telegram does not answer, or is ill: all waits, and is tried again. */
    record Unreachable(String why, boolean doubtful) implements Reaction {}

    /** It cannot read the formatting: the same goes as plain text. */
    record Plain(String why) implements Reaction {}

    /** The chat is gone, or does not want the bot. */
    record Gone(String why) implements Reaction {}

    /** This message can never be sent. */
    record Never(String why) implements Reaction {}

    /** Telegram does not know the token. */
    record Refused(String why) implements Reaction {}

    /** When Telegram does not say how long. */
    Duration WAIT = Duration.ofSeconds(5);

    /** Never longer than this, whatever is said. */
    Duration LONGEST_WAIT = Duration.ofHours(1);

    /** How Telegram says that there is no such chat any more. */
    List<String> GONE = List.of(
            "chat not found", "user is deactivated", "peer_id_invalid", "bot was kicked", "group chat was upgraded");

    /**
     * Decides.
     *
     * @param rich whether the message was sent with formatting
     */
    static Reaction to(Reply reply, boolean rich) {
        String said = reply.description().toLowerCase(Locale.ROOT);
        return switch (reply.status()) {
            case 200 -> new Delivered();
            case 429 -> new Wait(wait(reply.retryAfter()));
            case 401, 404 -> new Refused(reply.why());
            case 403 -> new Gone(reply.why());
            case 400, 413 -> {
                if (GONE.stream().anyMatch(said::contains)) {
                    yield new Gone(reply.why());
                }
                yield rich ? new Plain(reply.why()) : new Never(reply.why());
            }
            default -> new Unreachable(reply.why(), reply.doubtful());
        };
    }

    private static Duration wait(int seconds) {
        Duration asked = seconds > 0 ? Duration.ofSeconds(seconds) : WAIT;
        return asked.compareTo(LONGEST_WAIT) < 0 ? asked : LONGEST_WAIT;
    }
}
