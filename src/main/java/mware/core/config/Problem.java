package mware.core.config;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a configuration.
 *
 * @param path where it stands, such as {@code roles[2].group}, or {@code line 3, column 7} where the text is not JSON
 * @param rule what must hold there, such as {@code must be 1..9999999}
 * @param value what stands there, in JSON and shortened, or {@code ***} for a secret; null where nothing stands there
 *     or where showing it would not help
 * @param severity whether the configuration can be used all the same
 */
public record Problem(String path, String rule, @Nullable String value, Severity severity) {

    /** Path, rule and value in one line: {@code roles[2].group: must be 1..9999999, got 0}. */
    public String message() {
        return (path.isEmpty() ? "" : path + ": ") + rule + (value == null ? "" : ", got " + value);
    }

    /** The same problem as one that does not stop the configuration from being used. */
    public Problem asWarning() {
        return new Problem(path, rule, value, Severity.WARNING);
    }

    @Override
    public String toString() {
        return severity + " " + message();
    }

    /** Whether a configuration with the problem can be used. */
    public enum Severity {
        /** The configuration is refused. */
        ERROR,
        /** It is used, but somebody should look. */
        WARNING
    }
}
