package mware.service.syslogtrap;

import java.nio.charset.StandardCharsets;

/** Looks at octets without stepping over their end. */
final class Text {

    private Text() {}

    /** The octet at {@code i}, -1 at and behind the end. */
    static int at(byte[] b, int i, int end) {
        return i >= 0 && i < end ? b[i] & 0xff : -1;
    }

    static int skipBom(byte[] b, int i, int end) {
        return at(b, i, end) == 0xef && at(b, i + 1, end) == 0xbb && at(b, i + 2, end) == 0xbf ? i + 3 : i;
    }

    static int skipSpaces(byte[] b, int i, int end) {
        while (i < end && b[i] == ' ') {
            i++;
        }
        return i;
    }

    /** Steps over spaces, and over colons that stand alone. */
    static int skipSpacesAndColons(byte[] b, int i, int end) {
        i = skipSpaces(b, i, end);
        while (i < end && b[i] == ':' && (i + 1 == end || b[i + 1] == ' ' || b[i + 1] == '%')) {
            i = skipSpaces(b, i + 1, end);
        }
        return i;
    }

    /** Where the word at {@code i} ends: at a space, a tab or the end. */
    static int wordEnd(byte[] b, int i, int end) {
        while (i < end && b[i] != ' ' && b[i] != '\t') {
            i++;
        }
        return i;
    }

    /** How many digits stand at {@code i}. */
    static int digits(byte[] b, int i, int end) {
        int from = i;
        while (i < end && isDigit(b[i])) {
            i++;
        }
        return i - from;
    }

    /** The number written from {@code from} to {@code to}, at most nine digits. */
    static int number(byte[] b, int from, int to) {
        int value = 0;
        for (int i = from; i < to && i < from + 9 && i < b.length; i++) {
            value = value * 10 + b[i] - '0';
        }
        return value;
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLetter(int c) {
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    }

    static boolean isUpper(int c) {
        return c >= 'A' && c <= 'Z';
    }

    static boolean isHex(int c) {
        return isDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
    }

    /** Whether {@code word}, ASCII in lower case, stands at {@code i}, in any case. */
    static boolean matches(byte[] b, int i, int end, String word) {
        if (end - i < word.length()) {
            return false;
        }
        for (int k = 0; k < word.length(); k++) {
            int c = b[i + k];
            if ((isUpper(c) ? c | 0x20 : c) != word.charAt(k)) {
                return false;
            }
        }
        return true;
    }

    static String string(byte[] b, int from, int to) {
        return from >= to ? "" : new String(b, from, to - from, StandardCharsets.UTF_8);
    }
}
