package mware.core.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills in {@code {{env:NAME}}} and {@code {{file:PATH}}} when a value is used; what they hold is never kept. */
public final class Placeholders {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(env|file):([^{}]+)}}");

    private Placeholders() {}

    /** Whether the text holds a placeholder. */
    public static boolean in(String text) {
        return text.contains("{{") && PLACEHOLDER.matcher(text).find();
    }

    /**
     * The text with what its placeholders stand for; of a file, the line ends at its end are left out.
     *
     * @throws Unresolved when an environment variable is not set or a file cannot be read
     */
    public static String resolve(String text) {
        if (!text.contains("{{")) {
            return text;
        }
        Matcher found = PLACEHOLDER.matcher(text);
        var whole = new StringBuilder();
        while (found.find()) {
            found.appendReplacement(whole, Matcher.quoteReplacement(value(found.group(1), found.group(2))));
        }
        return found.appendTail(whole).toString();
    }

    /** Why placeholders of the text cannot be filled in on this machine; empty when all can. */
    static List<String> missing(String text) {
        if (!text.contains("{{")) {
            return List.of();
        }
        var reasons = new ArrayList<String>();
        Matcher found = PLACEHOLDER.matcher(text);
        while (found.find()) {
            try {
                value(found.group(1), found.group(2));
            } catch (Unresolved e) {
                reasons.add(String.valueOf(e.getMessage()));
            }
        }
        return reasons;
    }

    private static String value(String kind, String name) {
        if (kind.equals("env")) {
            String value = System.getenv(name);
            if (value == null) {
                throw new Unresolved("environment variable " + name + " is not set");
            }
            return value;
        }
        try {
            return Files.readString(Path.of(name)).replaceFirst("[\\r\\n]+\\z", "");
        } catch (IOException | RuntimeException e) {
            throw new Unresolved(
                    "file " + name + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** What a placeholder names is not there; the message says what, never what it holds. */
    public static final class Unresolved extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Unresolved(String message) {
            super(message);
        }
    }
}
