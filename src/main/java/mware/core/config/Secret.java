package mware.core.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A password, token or community string: shown as {@code ***} by whoever prints it, given out by {@link #reveal()} only. */
public final class Secret {

    /** What is shown in place of a secret. */
    public static final String MASK = "***";

    private static final Pattern SEGMENTS = Pattern.compile("[.\\[\\]\"]+");
    private static final Pattern WORDS = Pattern.compile("[_-]|(?<=[a-z])(?=[A-Z])");
    private static final Pattern USER_INFO = Pattern.compile("(://)[^/@\\s]*@");
    private static final Set<String> ENDINGS = Set.of(
            "pwd", "password", "passwd", "passphrase", "secret", "token", "community", "credentials", "authorization");

    private final String written;

    private Secret(String written) {
        this.written = written;
    }

    /** A secret as it is written in the configuration, with its placeholders. */
    public static Secret of(String written) {
        return new Secret(written);
    }

    /**
     * The secret itself, its placeholders resolved now.
     *
     * @throws Placeholders.Unresolved when an environment variable or a file that it names cannot be read
     */
    public String reveal() {
        return Placeholders.resolve(written);
    }

    /** Whether what stands at this path of a configuration, or under this key, must never be shown. */
    public static boolean hides(String path) {
        for (String segment : SEGMENTS.split(path)) {
            String[] words = WORDS.matcher(segment)
                    .replaceAll("_")
                    .toLowerCase(Locale.ROOT)
                    .split("_");
            if (words.length > 0 && (ENDINGS.contains(words[words.length - 1]) || words[0].equals("pwd"))) {
                return true;
            }
            if (words.length > 1
                    && words[words.length - 1].equals("key")
                    && Set.of("private", "api", "auth", "priv").contains(words[words.length - 2])) {
                return true;
            }
        }
        return false;
    }

    /** The text with the user and password of a URL in it blotted out. */
    static String withoutUserInfo(String text) {
        return USER_INFO.matcher(text).replaceAll("$1" + MASK + "@");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.written.equals(written);
    }

    @Override
    public int hashCode() {
        return written.hashCode();
    }

    @Override
    public String toString() {
        return MASK;
    }
}
