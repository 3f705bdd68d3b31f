package mware.service.syslogtrap;

/** Reads the time of a stamp, one message long: hours, minutes, and seconds, a fraction and a zone where they are. */
final class TimeOfDay {

    private final byte[] b;
    private final int length;
    int hour;
    int minute;
    int second;
    int nanos;
    int offsetSeconds;
    boolean offsetKnown;

    TimeOfDay(byte[] b, int length) {
        this.b = b;
        this.length = length;
    }

    /** Forgets what was read. */
    void begin() {
        second = 0;
        nanos = 0;
        offsetKnown = false;
        offsetSeconds = 0;
    }

    /** Reads {@code 100000}, digits without marks between them. */
    void compact(int i) {
        hour = Text.number(b, i, i + 2);
        minute = Text.number(b, i + 2, i + 4);
        second = Text.number(b, i + 4, i + 6);
    }

    /** Takes a time that is known, in UTC. */
    void utc(int secondOfDay) {
        hour = secondOfDay / 3600;
        minute = secondOfDay / 60 % 60;
        second = secondOfDay % 60;
        offsetKnown = true;
    }

    boolean inRange() {
        return hour < 24 && minute < 60 && second <= 60;
    }

    /** Reads hours, minutes and what follows them; where it ends, -1 when it is no time. */
    int read(int i) {
        int d = Text.digits(b, i, length);
        if (d < 1 || d > 2 || at(i + d) != ':' || Text.digits(b, i + d + 1, length) != 2) {
            return -1;
        }
        hour = Text.number(b, i, i + d);
        minute = Text.number(b, i + d + 1, i + d + 3);
        i += d + 3;
        if (at(i) == ':' && Text.digits(b, i + 1, length) == 2) {
            second = Text.number(b, i + 1, i + 3);
            i = fraction(i + 3);
        }
        if (at(i) == ' ' && (at(i + 2) == 'M') && (at(i + 1) == 'A' || at(i + 1) == 'P') && !Text.isLetter(at(i + 3))) {
            hour = hour % 12 + (at(i + 1) == 'P' ? 12 : 0);
            i += 3;
        }
        return inRange() ? zone(i) : -1;
    }

    /** A time without a day, or how long a device is up: {@code 10:00:00.123:}, {@code 2w3d:}; where it ends, or -1. */
    int uptimeEnd(int i) {
        i += at(i) == '*' || at(i) == '.' ? 1 : 0;
        int digits = Text.digits(b, i, length);
        if (digits == 0) {
            return -1;
        }
        int j = i;
        if (at(i + digits) == ':') {
            int groups = 0;
            while (groups < 2 && at(j + digits) == ':' && Text.digits(b, j + digits + 1, length) == 2) {
                j += digits + 1;
                digits = 2;
                groups++;
            }
            return groups == 2 ? fraction(j + 2) : -1;
        }
        while (digits > 0 && at(j + digits) > 0 && "ywdhms".indexOf(at(j + digits)) >= 0) {
            j += digits + 1;
            digits = Text.digits(b, j, length);
        }
        return j > i && at(j) == ':' ? j : -1;
    }

    /** Reads a fraction of a second where there is one; where it ends. */
    int fraction(int i) {
        int digits = Text.digits(b, i + 1, length);
        boolean mark = at(i) == '.' || at(i) == ',' || (at(i) == ':' && digits == 3); // Comware writes 10:00:00:123
        if (!mark || digits == 0) {
            return i;
        }
        int used = Math.min(digits, 9);
        nanos = Text.number(b, i + 1, i + 1 + used);
        for (int k = used; k < 9; k++) {
            nanos *= 10;
        }
        return i + 1 + digits;
    }

    private int zone(int i) {
        int j = at(i) == ' ' ? i + 1 : i;
        int c = at(j);
        if (j == i && (c == 'Z' || c == 'z') && !Text.isLetter(at(i + 1))) {
            offsetKnown = true;
            return i + 1;
        }
        if (c == '+' || c == '-') {
            int after = numericZone(j, j != i);
            return after < 0 ? i : after;
        }
        int k = j;
        while (k < length && k - j < 6 && Text.isUpper(b[k])) {
            k++;
        }
        if (k - j < 2 || k - j > 5) {
            return i;
        }
        int behind = at(k);
        if (behind != ' ' && behind != ':' && behind != '+' && behind != '-' && behind != ']' && behind != -1) {
            return i;
        }
        Integer known = CalendarNames.SECONDS.get(Text.string(b, j, k));
        if (known == null) { // a name that we do not know is a zone only before a Cisco code or a year
            boolean code = behind == ':' && at(Text.skipSpaces(b, k + 1, length)) == '%';
            return j != i && (code || (behind == ' ' && isYear(k + 1))) ? k : i;
        }
        if (behind == '+' || behind == '-') {
            int after = numericZone(k, false);
            return after < 0 ? i : after;
        }
        offsetKnown = true;
        offsetSeconds = known;
        return k;
    }

    private int numericZone(int i, boolean spaced) {
        int d = Text.digits(b, i + 1, length);
        int hours;
        int minutes = 0;
        int j;
        if (d == 4) {
            hours = Text.number(b, i + 1, i + 3);
            minutes = Text.number(b, i + 3, i + 5);
            j = i + 5;
        } else if ((d == 1 || d == 2) && at(i + d + 1) == ':' && Text.digits(b, i + d + 2, length) == 2) {
            hours = Text.number(b, i + 1, i + 1 + d);
            minutes = Text.number(b, i + d + 2, i + d + 4);
            j = i + d + 4;
        } else if ((d == 1 || d == 2) && !spaced) {
            hours = Text.number(b, i + 1, i + 1 + d);
            j = i + 1 + d;
        } else {
            return -1;
        }
        if (hours > 14 || minutes > 59) {
            return -1;
        }
        offsetKnown = true;
        offsetSeconds = (hours * 60 + minutes) * (at(i) == '-' ? -60 : 60);
        return j;
    }

    /** Whether a year, and nothing else, stands at {@code i}. */
    boolean isYear(int i) {
        int value = Text.digits(b, i, length) == 4 ? Text.number(b, i, i + 4) : 0;
        return value >= 1970
                && value < 2100
                && (at(i + 4) == ' ' || at(i + 4) == -1 || (at(i + 4) == ':' && !Text.isHex(at(i + 5))));
    }

    private int at(int i) {
        return Text.at(b, i, length);
    }
}
