package mware.service.syslogtrap;

import org.jspecify.annotations.Nullable;

/**
 * Where the name of the program stands before the text, as in {@code sshd[123]: text}; positions in the octets.
 *
 * @param idFrom where the process id begins; equal to {@code idTo} when there is none
 */
record Tag(int nameFrom, int nameTo, int idFrom, int idTo, int textFrom) {

    private static final int LONGEST = 64;
    private static final int LONGEST_ID = 130;
    private static final int MOST_WORDS = 3;

    /** The tag that begins at {@code i}; null when what stands there is not one. */
    static @Nullable Tag read(byte[] b, int i, int end) {
        boolean letter = false;
        boolean digit = false;
        int words = 1;
        int j = i;
        while (j < end && j - i < LONGEST) {
            int c = b[j] & 0xff;
            if (Text.isLetter(c) || c >= 0x80) {
                letter = true;
            } else if (Text.isDigit(c)) {
                digit = true;
            } else if (c == ':') {
                boolean address = Text.at(b, j + 1, end) == '/' && Text.at(b, j + 2, end) == '/';
                return !letter || words > 1 || address ? null : new Tag(i, j, j, j, afterSpace(b, j + 1, end));
            } else if (c == '[') {
                return letter ? withId(b, i, j, j, end, words > 1) : null;
            } else if (c == '\t') {
                return letter && words == 1 ? new Tag(i, j, j, j, j + 1) : null;
            } else if (c == '(') {
                int close = indexOf(b, ')', j, Math.min(end, j + LONGEST));
                if (close < 0 || indexOf(b, ' ', j, close) >= 0) {
                    return null;
                }
                j = close;
            } else if (c == ' ') {
                if (!letter) {
                    return null;
                }
                if (words == 1 && Text.at(b, j + 1, end) == ':' && Text.at(b, j + 2, end) == ' ') {
                    return new Tag(i, j, j, j, j + 3);
                }
                if (Text.at(b, j + 1, end) == '[') {
                    return digit ? null : withId(b, i, j, j + 1, end, true);
                }
                if (++words > MOST_WORDS) {
                    return null;
                }
            } else if ("._-/@+#*~$&!".indexOf(c) < 0) {
                return null;
            }
            j++;
        }
        return null;
    }

    private static @Nullable Tag withId(byte[] b, int from, int to, int open, int end, boolean strict) {
        int close = indexOf(b, ']', open, Math.min(end, open + LONGEST_ID));
        if (close <= open + 1) {
            return null;
        }
        boolean number = Text.digits(b, open + 1, close) == close - open - 1;
        int j = close + 1;
        boolean colon = Text.at(b, j, end) == ':';
        if (!colon && Text.at(b, j, end) == ' ' && Text.at(b, j + 1, end) == ':') {
            colon = true;
            j++;
        }
        if (strict ? !(number && colon) : !(number || colon)) {
            return null;
        }
        return new Tag(from, to, open + 1, close, afterSpace(b, colon ? j + 1 : j, end));
    }

    private static int indexOf(byte[] b, char c, int from, int to) {
        for (int i = from; i < to; i++) {
            if (b[i] == c) {
                return i;
            }
        }
        return -1;
    }

    private static int afterSpace(byte[] b, int i, int end) {
        return Text.at(b, i, end) == ' ' ? i + 1 : i;
    }
}
