package mware.core.ssh;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A POSIX shell script to be run on a server.
 *
 * @param name what it does, for messages: {@code promote}
 * @param text the script; it may hold secrets, for it travels on standard input only
 * @param limit how long it may take, log-in included
 * @param silence how long it may say nothing
 * @param onLine is given each line of its output while it runs; must be quick
 * @param isCancelled asked twice a second: whether it shall be ended
 */
public record ShellScript(
        String name,
        String text,
        Duration limit,
        Duration silence,
        Consumer<String> onLine,
        BooleanSupplier isCancelled) {

    public ShellScript(String name, String text, Duration limit) {
        this(name, text, limit, line -> {});
    }

    public ShellScript(String name, String text, Duration limit, Consumer<String> onLine) {
        this(name, text, limit, limit, onLine, () -> false);
    }

    /** {@code value} as one word of a shell. */
    public static String quote(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }

    /** Its name, never its text. */
    @Override
    public String toString() {
        return name;
    }
}
