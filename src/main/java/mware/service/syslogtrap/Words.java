package mware.service.syslogtrap;

/** Tells names and addresses of senders from words of the text. */
final class Words {

    private Words() {}

    /** Whether the word could be the name or the address of a sender at all. */
    static boolean isHost(byte[] b, int from, int to) {
        if (to <= from || to - from > 255) {
            return false;
        }
        boolean name = false;
        boolean colon = false;
        for (int i = from; i < to; i++) {
            int c = b[i] & 0xff;
            name |= Text.isLetter(c) || c >= 0x80 || c == '.';
            colon |= c == ':';
            if (!Text.isLetter(c) && !Text.isDigit(c) && c < 0x80 && "._-:%/@+".indexOf(c) < 0) {
                return false;
            }
        }
        return colon ? isAddress(b, from, to) : name && b[from] != '-' && b[from] != '/' && b[from] != '%';
    }

    /** Whether it is an IPv4, IPv6 or MAC address, or IPv4 with a port. */
    static boolean isAddress(byte[] b, int from, int to) {
        int dots = 0;
        int colons = 0;
        int zone = from;
        boolean digitsOnly = true;
        boolean hexOnly = true;
        while (zone < to && b[zone] != '%') {
            int c = b[zone++];
            dots += c == '.' ? 1 : 0;
            colons += c == ':' ? 1 : 0;
            boolean mark = c == '.' || c == ':' || c == '-';
            digitsOnly &= mark || Text.isDigit(c);
            hexOnly &= mark || Text.isHex(c);
        }
        return (dots == 3 && digitsOnly && colons <= 1 && to - from >= 7) || (colons >= 2 && hexOnly);
    }

    /** Whether it looks like a name that somebody gave to a device rather than like a word: server1, a.b, top-sw. */
    static boolean isNameLike(byte[] b, int from, int to) {
        boolean digit = false;
        boolean letter = false;
        boolean joint = false;
        for (int i = from; i < to; i++) {
            int c = b[i];
            digit |= Text.isDigit(c);
            letter |= Text.isLetter(c) || c < 0;
            joint |= (c == '.' || c == '-' || c == '_') && i > from && i < to - 1;
        }
        return letter && (digit || joint) || isAddress(b, from, to) || Text.matches(b, from, to, "localhost");
    }

    /** Whether the word at {@code i} is an ordinary word of a text, or a number. */
    static boolean isPlain(byte[] b, int i, int end) {
        int to = Text.wordEnd(b, i, end);
        if (to > i && (b[to - 1] == ',' || b[to - 1] == '.')) {
            to--;
        }
        for (int k = i; k < to; k++) {
            int c = b[k];
            if (!Text.isLetter(c) && !Text.isDigit(c) && c >= 0 && c != '-' && c != '\'' && c != '/' && c != '.') {
                return false;
            }
        }
        return to > i;
    }
}
