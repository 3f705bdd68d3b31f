package mware.core.config;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The keys of {@code application.properties}, overridden by {@code --set KEY=VALUE}: what belongs to one process, not to
 * the site.
 *
 * <p>An unknown key and a wrong value are errors that name key, rule and value.
 */
public final class Settings {

    private static final String FILE = "/application.properties";

    private final Properties values;

    private Settings(Properties values) {
        this.values = values;
    }

    /**
     * Reads the defaults and lays {@code overrides} over them.
     *
     * @throws IllegalArgumentException naming every override whose key does not exist
     */
    public static Settings read(Map<String, String> overrides) {
        var values = new Properties();
        try (InputStream file = Settings.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException(FILE + " is not on the class path");
            }
            values.load(file);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + FILE, e);
        }
        List<String> unknown = new ArrayList<>();
        for (String key : overrides.keySet()) {
            // a component's own options are Camel's to check
            if (!values.containsKey(key) && !key.startsWith("camel.")) {
                unknown.add("--set " + key + ": no such key" + Nearest.clause(key, values.stringPropertyNames()));
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", unknown));
        }
        values.putAll(overrides);
        return new Settings(values);
    }

    /** All keys and values, for Camel's placeholders. */
    public Properties all() {
        var copy = new Properties();
        copy.putAll(values);
        return copy;
    }

    /** The text under {@code key}, without spaces around it; empty text when nothing is given. */
    public String text(String key) {
        String value = values.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException(key + ": no such key");
        }
        return value.trim();
    }

    /** The whole number under {@code key}; an error names the range. */
    public int number(String key, int least, int most) {
        String value = text(key);
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, with the rule
        }
        throw new IllegalArgumentException(key + ": must be " + least + ".." + most + ", got " + value);
    }

    /** The host name or address under {@code key}; an error names the rule. */
    public String host(String key) {
        String broken = Formats.broken("host", text(key));
        if (broken != null) {
            throw new IllegalArgumentException(
                    key + ": " + broken + ", got " + (text(key).isEmpty() ? "nothing" : text(key)));
        }
        return text(key);
    }

    /** The port under {@code key}, 1..65535. */
    public int port(String key) {
        return number(key, 1, 65_535);
    }

    /** The time under {@code key}, such as {@code 500ms}, {@code 4s}, {@code 2m}, {@code 1h}; an error names the range. */
    public Duration time(String key, Duration least, Duration most) {
        if (Spans.isSpan(text(key))) {
            Duration value = Spans.parse(text(key));
            if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException(
                key + ": must be a time of " + words(least) + ".." + words(most) + ", got " + text(key));
    }

    private static String words(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }
}
