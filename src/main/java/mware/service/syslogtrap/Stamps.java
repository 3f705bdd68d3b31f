package mware.service.syslogtrap;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Reads the time stamps that senders write, one message long; what a stamp leaves out is for the caller to fill in. */
final class Stamps {

    private static final int NO_YEAR = 0;

    private final byte[] b;
    private final int length;
    private boolean found;
    private int end;
    private int year;
    private int month;
    private int day;
    private int hour;
    private int minute;
    private int second;
    private int nanos;
    private int offsetSeconds;
    private boolean offsetKnown;
    private boolean dayOrMonth;

    Stamps(byte[] b, int length) {
        this.b = b;
        this.length = length;
    }

    boolean found() {
        return found;
    }

    /** Where the stamp that was found ends. */
    int end() {
        return end;
    }

    boolean yearKnown() {
        return year != NO_YEAR;
    }

    int year() {
        return year;
    }

    boolean offsetKnown() {
        return offsetKnown;
    }

    int offsetSeconds() {
        return offsetSeconds;
    }

    /** Whether {@code 3/10/2026} may as well be meant the other way round. */
    boolean dayOrMonth() {
        return dayOrMonth;
    }

    void swapDayAndMonth() {
        int swap = month;
        month = day;
        day = swap;
    }

    /** The stamp as a local time of {@code inYear}; null when that year has no such day. */
    @Nullable
    LocalDateTime local(int inYear) {
        try {
            return LocalDateTime.of(inYear, month, day, hour, minute, Math.min(second, 59), nanos);
        } catch (DateTimeException e) { // 30 February, or 29 February of this year
            return null;
        }
    }

    /** Reads a stamp of any kind that begins at {@code i}; false, and nothing found, when there is none. */
    boolean read(int i) {
        int c = at(i);
        if ((c == '*' || c == '.')
                && (Text.isLetter(at(i + 1)) || Text.isDigit(at(i + 1)))) { // Cisco: clock not set, or not in step
            c = at(++i);
        }
        if (Text.isDigit(c)) {
            return readIso(i) || readDayFirst(i) || readYearFirst(i) || readEpoch(i) || readCompact(i);
        }
        if (c == '[' && read(i + 1)) {
            end += at(end) == ']' ? 1 : 0;
            return true;
        }
        return Text.isLetter(c) && readMonthFirst(i);
    }

    /** {@code 2026-01-31T10:00:00.000+03:00}, with the liberties that senders take. */
    boolean readIso(int i) {
        begin();
        if (Text.digits(b, i, length) != 4) {
            return false;
        }
        int separator = at(i + 4);
        if (separator != '-' && separator != '/' && separator != '.') {
            return false;
        }
        year = Text.number(b, i, i + 4);
        int m = Text.digits(b, i + 5, length);
        month = Text.number(b, i + 5, i + 5 + m);
        int j = i + 5 + m;
        int d = Text.digits(b, j + 1, length);
        day = Text.number(b, j + 1, j + 1 + d);
        if (m < 1 || m > 2 || d < 1 || d > 2 || at(j) != separator) {
            return false;
        }
        j += 1 + d;
        int between = at(j);
        return (between == 'T'
                        || between == 't'
                        || between == ' '
                        || between == '-'
                        || between == '_'
                        || between == ',')
                && time(Text.skipSpaces(b, j + 1, length));
    }

    /** {@code 01-Jan-2026 10:00:00}, {@code 01/Jan/2026:10:00:00}, {@code 31.1.2026 10:00}, {@code 31 Jan 10:00:00}. */
    private boolean readDayFirst(int i) {
        begin();
        int d = Text.digits(b, i, length);
        int separator = at(i + d);
        if (d < 1 || d > 2 || (separator != '-' && separator != '/' && separator != '.' && separator != ' ')) {
            return false;
        }
        day = Text.number(b, i, i + d);
        int j = i + d + 1;
        month = monthAt(j);
        if (month > 0) {
            j += 3;
        } else {
            int m = Text.digits(b, j, length);
            month = Text.number(b, j, j + m);
            if (m < 1 || m > 2 || separator == ' ') {
                return false;
            }
            j += m;
            dayOrMonth = day <= 12;
            if (month > 12) {
                swapDayAndMonth();
            }
        }
        if (at(j) == separator && Text.digits(b, j + 1, length) == 4) {
            year = Text.number(b, j + 1, j + 5);
            j += 5;
        } else if (separator != ' ') {
            return false;
        }
        int between = at(j);
        j = Text.skipSpaces(b, j + (between == ':' || between == ',' ? 1 : 0), length);
        return (between == ' ' || between == ':' || between == ',') && time(j);
    }

    /** {@code 2026 Jan 31 10:00:00}. */
    private boolean readYearFirst(int i) {
        if (Text.digits(b, i, length) != 4 || at(i + 4) != ' ') {
            return false;
        }
        int before = Text.number(b, i, i + 4);
        int j = Text.skipSpaces(b, i + 4, length);
        if (monthAt(j) == 0 || !readMonthFirst(j)) {
            return false;
        }
        year = before;
        return true;
    }

    /** Seconds since 1970 with any fraction. */
    private boolean readEpoch(int i) {
        begin();
        int d = Text.digits(b, i, length);
        int after = at(i + d);
        if (d != 10 || b[i] > '4' || (after != ' ' && after != '.' && after != ':' && after != -1)) {
            return false;
        }
        long seconds = Text.number(b, i, i + 5) * 100_000L + Text.number(b, i + 5, i + 10);
        int j = fraction(i + 10);
        if (at(j) == '|') {
            return false;
        }
        LocalDateTime time = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
        year = time.getYear();
        month = time.getMonthValue();
        day = time.getDayOfMonth();
        hour = time.getHour();
        minute = time.getMinute();
        second = time.getSecond();
        offsetKnown = true;
        return found(j);
    }

    /** {@code 0131100000.123|} (Poly) and {@code 01312026 100000.123456:} (Sonus). */
    private boolean readCompact(int i) {
        begin();
        int d = Text.digits(b, i, length);
        month = Text.number(b, i, i + 2);
        day = Text.number(b, i + 2, i + 4);
        int j;
        if (d == 10) {
            j = i + 4;
        } else if (d == 8 && at(i + 8) == ' ' && Text.digits(b, i + 9, length) == 6) {
            year = Text.number(b, i + 4, i + 8);
            j = i + 9;
        } else {
            return false;
        }
        hour = Text.number(b, j, j + 2);
        minute = Text.number(b, j + 2, j + 4);
        second = Text.number(b, j + 4, j + 6);
        j = fraction(j + 6);
        return (d == 10 ? at(j) == '|' : at(j) == ':') && inRange() && found(j);
    }

    /** {@code Jan 31 10:00:00}, with a day of the week, a year before or behind, a fraction and a zone where they are. */
    private boolean readMonthFirst(int i) {
        begin();
        if ((at(i + 3) == ' ' || at(i + 3) == ',') && isWeekday(i)) {
            i = Text.skipSpaces(b, i + (at(i + 3) == ',' ? 4 : 3), length);
        }
        month = monthAt(i);
        int j = i + 3;
        if (month == 0 || (at(j) != ' ' && at(j) != '.' && at(j) != '-' && at(j) != '/')) {
            return false;
        }
        j = Text.skipSpaces(b, j + 1, length);
        int d = Text.digits(b, j, length);
        if (d < 1 || d > 2) {
            return false;
        }
        day = Text.number(b, j, j + d);
        j += d;
        j = Text.skipSpaces(b, at(j) == ',' || at(j) == '-' || at(j) == '/' ? j + 1 : j, length);
        if (Text.digits(b, j, length) == 4) {
            year = Text.number(b, j, j + 4);
            j = Text.skipSpaces(b, at(j + 4) == ',' || at(j + 4) == ':' ? j + 5 : j + 4, length);
        }
        return time(j);
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

    /** {@code [Time:31-01@10:00:00.123]} at the end of the message (AudioCodes). */
    boolean readTrailing() {
        int i = length - 2;
        while (i > 0 && i > length - 40 && b[i] != '[') {
            i--;
        }
        if (i <= 0 || at(length - 1) != ']' || !Text.matches(b, i, length, "[time:")) {
            return false;
        }
        begin();
        i += 6;
        if (Text.digits(b, i, length) != 2 || at(i + 2) != '-' || Text.digits(b, i + 3, length) != 2) {
            return false;
        }
        day = Text.number(b, i, i + 2);
        month = Text.number(b, i + 3, i + 5);
        i += 5;
        if (at(i) == '-' && Text.digits(b, i + 1, length) == 4) {
            year = Text.number(b, i + 1, i + 5);
            i += 5;
        }
        return at(i) == '@' && time(i + 1);
    }

    private boolean time(int i) {
        int d = Text.digits(b, i, length);
        if (d < 1 || d > 2 || at(i + d) != ':' || Text.digits(b, i + d + 1, length) != 2) {
            return false;
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
        return inRange() && found(yearBehind(zone(i)));
    }

    private int fraction(int i) {
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
        Integer known = Zones.SECONDS.get(Text.string(b, j, k));
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

    private int yearBehind(int i) {
        if (year == NO_YEAR && at(i) == ' ' && isYear(i + 1)) {
            year = Text.number(b, i + 1, i + 5);
            return i + 5;
        }
        return i;
    }

    private boolean isYear(int i) {
        int value = Text.digits(b, i, length) == 4 ? Text.number(b, i, i + 4) : 0;
        return value >= 1970
                && value < 2100
                && (at(i + 4) == ' ' || at(i + 4) == -1 || (at(i + 4) == ':' && !Text.isHex(at(i + 5))));
    }

    private boolean inRange() {
        return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second <= 60;
    }

    private int monthAt(int i) {
        if (i + 3 > length || !Text.isLetter(b[i])) {
            return 0;
        }
        int key = (b[i] | 0x20) << 16 | (b[i + 1] | 0x20) << 8 | (b[i + 2] | 0x20);
        return switch (key) {
            case 'j' << 16 | 'a' << 8 | 'n' -> 1;
            case 'f' << 16 | 'e' << 8 | 'b' -> 2;
            case 'm' << 16 | 'a' << 8 | 'r' -> 3;
            case 'a' << 16 | 'p' << 8 | 'r' -> 4;
            case 'm' << 16 | 'a' << 8 | 'y' -> 5;
            case 'j' << 16 | 'u' << 8 | 'n' -> 6;
            case 'j' << 16 | 'u' << 8 | 'l' -> 7;
            case 'a' << 16 | 'u' << 8 | 'g' -> 8;
            case 's' << 16 | 'e' << 8 | 'p' -> 9;
            case 'o' << 16 | 'c' << 8 | 't' -> 10;
            case 'n' << 16 | 'o' << 8 | 'v' -> 11;
            case 'd' << 16 | 'e' << 8 | 'c' -> 12;
            default -> 0;
        };
    }

    private boolean isWeekday(int i) {
        for (String name : Zones.WEEKDAYS) {
            if (Text.matches(b, i, length, name)) {
                return true;
            }
        }
        return false;
    }

    private void begin() {
        found = false;
        year = NO_YEAR;
        second = 0;
        nanos = 0;
        offsetKnown = false;
        offsetSeconds = 0;
        dayOrMonth = false;
    }

    private boolean found(int at) {
        end = at;
        found = true;
        return true;
    }

    private int at(int i) {
        return Text.at(b, i, length);
    }
}
