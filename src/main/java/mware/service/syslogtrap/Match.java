package mware.service.syslogtrap;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a rule looks for; all that it names must fit, and what it does not name fits always.
 *
 * @param severity this one and those that are worse (numerically lower), 7 for all
 * @param facilities 0..23; empty: all
 * @param host found in the name or address
 * @param app found in the name
 * @param text found anywhere in the text
 */
public record Match(
        int severity, Set<Integer> facilities, @Nullable Pattern host, @Nullable Pattern app, @Nullable Pattern text) {

    private static final int MOST_STEPS = 200_000;

    public Match {
        facilities = Set.copyOf(facilities);
    }

    boolean matches(SyslogMessage message) {
        return message.severity() <= severity
                && (facilities.isEmpty() || facilities.contains(message.facility()))
                && (host == null || found(host, message.host()))
                && (app == null || found(app, message.app()))
                && (text == null || found(text, message.text()));
    }

    /** A pattern that gets lost in a text (senders choose their texts) is one that does not match. */
    private static boolean found(Pattern pattern, String text) {
        try {
            return pattern.matcher(new Bounded(text, new int[] {MOST_STEPS})).find();
        } catch (Lost | StackOverflowError e) {
            return false;
        }
    }

    /**
     * The pattern for a whole name with {@code *} and {@code ?}, or for an expression between slashes that is found
     * anywhere in it; cases are equal.
     *
     * @throws java.util.regex.PatternSyntaxException when it is not an expression
     */
    static Pattern pattern(String text) {
        if (text.length() > 1 && text.startsWith("/") && text.endsWith("/")) {
            return Pattern.compile(text.substring(1, text.length() - 1), Pattern.CASE_INSENSITIVE);
        }
        StringBuilder expression = new StringBuilder("\\A");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            expression.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(expression + "\\z", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    private record Bounded(CharSequence text, int[] steps) implements CharSequence {

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (steps[0]-- <= 0) {
                throw new Lost();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Bounded(text.subSequence(start, end), steps);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static final class Lost extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Lost() {
            super("too many steps", null, false, false);
        }
    }
}
