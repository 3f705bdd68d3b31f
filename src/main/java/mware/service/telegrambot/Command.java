package mware.service.telegrambot;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the bot.
 *
 * @param rest what follows the word, without spaces around it; may be empty
 */
record Command(Word word, String rest) {

    /** The words that the bot knows. */
    enum Word {
        START("<login>:<password>", "connect, as an administrator of the master domain"),
        STOP("", "disconnect"),
        SYSTEM_STATE("", "what is wrong now"),
        ACK("[words]", "acknowledge what stands now, or what has these words: it is not repeated until it changes"),
        DISABLE_SUBSCRIPTION("", "no automatic messages"),
        PAUSE_SUBSCRIPTION("", "no automatic messages until all is well"),
        ENABLE_SUBSCRIPTION("", "automatic messages again"),
        SET_SILENT_MODE("", "messages make no sound"),
        RESET_SILENT_MODE("", "messages make a sound again"),
        SENDTOALL("<text>", "send a text to all who are connected"),
        ECHO("<text>", "send the text back"),
        PING("", "is anybody there?"),
        TEST("", "a test message"),
        TESTFILE("", "a test file"),
        HELP("", "this list");

        private final String arguments;
        private final String meaning;

        Word(String arguments, String meaning) {
            this.arguments = arguments;
            this.meaning = meaning;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads {@code /word rest}; the slash and {@code @name of the bot} may be missing; empty when no word is known. */
    static Optional<Command> parse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        String[] parts = text.strip().split("\\s+", 2);
        String first = parts[0].replaceFirst("^/", "").replaceFirst("@\\w+$", "");
        return Arrays.stream(Word.values())
                .filter(word -> word.text().equalsIgnoreCase(first))
                .findFirst()
                .map(word -> new Command(word, parts.length < 2 ? "" : parts[1].strip()));
    }

    /** Login and password of {@code start}: parted by the first colon, or by white space; empty when one is missing. */
    Optional<Credentials> credentials() {
        int colon = rest.indexOf(':');
        String[] words = rest.split("\\s+", 2);
        boolean byColon = colon >= 0 && (words.length < 2 || colon < words[0].length());
        String login = byColon ? rest.substring(0, colon).strip() : words[0];
        String password = byColon ? rest.substring(colon + 1) : words.length < 2 ? "" : words[1];
        return login.isEmpty() || password.isEmpty() ? Optional.empty() : Optional.of(new Credentials(login, password));
    }

    /** All commands, a line each. */
    static String help() {
        return Arrays.stream(Word.values())
                .map(word -> "/" + word.text() + (word.arguments.isEmpty() ? "" : " " + word.arguments) + " - "
                        + word.meaning)
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String toString() {
        return word.text(); // the rest may hold a password
    }

    /** What somebody logs in with. */
    record Credentials(String login, String password) {
        @Override
        public String toString() {
            return login;
        }
    }
}
