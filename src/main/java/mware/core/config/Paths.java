package mware.core.config;

import java.util.regex.Pattern;

/** Writes the path of a value in a configuration: {@code roles[2].ext.failback}. */
final class Paths {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

    private Paths() {}

    /** The path of a key of the object at {@code path}; the whole document's path is empty. */
    static String key(String path, String key) {
        if (!PLAIN.matcher(key).matches()) {
            return path + "[\"" + (key.length() > 60 ? key.substring(0, 60) + "..." : key).replaceAll("\\p{Cntrl}", "?")
                    + "\"]";
        }
        return path.isEmpty() ? key : path + '.' + key;
    }

    /** The path of an entry of the list at {@code path}. */
    static String index(String path, int index) {
        return path + '[' + index + ']';
    }
}
