package mware.core.config;

/** Writes the path of a value in a configuration: {@code roles[2].ext.failback}. */
final class Paths {

    private Paths() {}

    /** The path of a key of the object at {@code path}; the whole document's path is empty. */
    static String key(String path, String key) {
        if (!isPlain(key)) {
            return path + "[\"" + (key.length() > 60 ? key.substring(0, 60) + "..." : key).replaceAll("\\p{Cntrl}", "?")
                    + "\"]";
        }
        return path.isEmpty() ? key : path + '.' + key;
    }

    /** The path of an entry of the list at {@code path}. */
    static String index(String path, int index) {
        return path + '[' + index + ']';
    }

    private static boolean isPlain(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
            if (!letter && (i == 0 || c != '-' && (c < '0' || c > '9'))) {
                return false;
            }
        }
        return !key.isEmpty();
    }
}
