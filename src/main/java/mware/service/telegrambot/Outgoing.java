package mware.service.telegrambot;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;
import mware.service.telegrambot.Message.Kind;

/** One request to Telegram. */
sealed interface Outgoing {

    /** A text; {@code rich}: its heading in bold. */
    record Text(String heading, String body, boolean rich) implements Outgoing {}

    /** A text file, its caption above it. */
    record File(String name, String caption, String content) implements Outgoing {}

    /** Takes a message away. */
    record Delete(long message) implements Outgoing {}

    /** What is longer goes as a file: characters after Telegram has read the formatting. */
    int LONGEST_TEXT = 4096;

    /** The longest caption of a file. */
    int LONGEST_CAPTION = 1024;

    /** What waited for longer is called late. */
    Duration LATE = Duration.ofHours(1);

    /** Stands above what may have arrived before. */
    String DOUBT = "Perhaps you have had this already: whether the first try arrived is not known.";

    /**
     * Makes one request of messages that go together.
     *
     * @param plain without formatting, since Telegram could not read it
     * @param doubtful whether an earlier try may have arrived
     */
    static Outgoing of(List<Message> messages, boolean plain, boolean doubtful, long now, ZoneId zone) {
        Message first = messages.get(0);
        if (first.kind() == Kind.DELETE) {
            return new Delete(Long.parseLong(first.text()));
        }
        String heading = heading(messages, now, zone);
        String body = messages.size() == 1 ? first.text() : digest(messages, zone);
        if (doubtful) {
            body = body.isEmpty() ? DOUBT : DOUBT + '\n' + body;
        }
        if (first.kind() == Kind.FILE || heading.length() + 1 + body.length() > LONGEST_TEXT) {
            String caption = doubtful ? heading + '\n' + DOUBT : heading;
            return new File(
                    first.kind() == Kind.NEWS ? "system-state.txt" : "answer.txt",
                    caption.length() <= LONGEST_CAPTION ? caption : caption.substring(0, LONGEST_CAPTION - 1) + '…',
                    heading.isEmpty() ? body : heading + "\n\n" + body + '\n');
        }
        return new Text(heading, body, !plain && !heading.isEmpty());
    }

    private static String heading(List<Message> messages, long now, ZoneId zone) {
        Message first = messages.get(0);
        boolean late = now - first.born() >= LATE.toMillis();
        String one = messages.size() == 1 ? first.heading() : messages.size() + " messages in one";
        return late ? "Late, from " + time("MM-dd HH:mm", first, zone) + " on: " + one : one;
    }

    private static String digest(List<Message> messages, ZoneId zone) {
        return messages.stream()
                .map(message -> "— " + time("HH:mm:ss", message, zone) + ' ' + message.heading()
                        + (message.text().isEmpty() ? "" : '\n' + message.text()))
                .collect(Collectors.joining("\n"));
    }

    private static String time(String pattern, Message message, ZoneId zone) {
        return DateTimeFormatter.ofPattern(pattern)
                .format(Instant.ofEpochMilli(message.born()).atZone(zone));
    }
}
