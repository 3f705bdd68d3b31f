package mware.core.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes time spans as the configuration has them: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h30m}, {@code 2d}. */
public final class Spans {

    private static final Pattern WHOLE = Pattern.compile("(\\d{1,9}(ms|s|m|h|d))+");
    private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private Spans() {}

    /** Whether the text is a time span. */
    public static boolean isSpan(String text) {
        return WHOLE.matcher(text).matches();
    }

    /** The span; throws {@link IllegalArgumentException} for a text that is none. */
    public static Duration parse(String text) {
        if (!isSpan(text)) {
            throw new IllegalArgumentException("must be a time span such as 500ms, 30s, 5m, 1h30m or 2d, got " + text);
        }
        Duration whole = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long count = Long.parseLong(part.group(1));
            whole = whole.plus(
                    switch (part.group(2)) {
                        case "ms" -> Duration.ofMillis(count);
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
        }
        return whole;
    }
}
