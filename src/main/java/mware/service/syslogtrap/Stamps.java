package mware.service.syslogtrap;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/** Reads the time stamps that senders write, one message long; what a stamp leaves out is for the caller to fill in. */
final class Stamps {

    private static final int NO_YEAR = 0;
    private static final int SECONDS_OF_DAY = 86_400;

    private final byte[] b;
    private final int length;
    private final TimeOfDay time;
    private boolean found;
    private int end;
    private int year;
    private int month;
    private int day;
    private boolean dayOrMonth;

    Stamps(byte[] b, int length) {
        this.b = b;
        this.length = length;
        time = new TimeOfDay(b, length);
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
        return time.offsetKnown;
    }

    int offsetSeconds() {
        return time.offsetSeconds;
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
            return LocalDateTime.of(inYear, month, day, time.hour, time.minute, Math.min(time.second, 59), time.nanos);
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
                && timeAt(Text.skipSpaces(b, j + 1, length));
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
        month = CalendarNames.monthAt(b, j, length);
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
        return (between == ' ' || between == ':' || between == ',') && timeAt(j);
    }

    /** {@code 2026 Jan 31 10:00:00}. */
    private boolean readYearFirst(int i) {
        if (Text.digits(b, i, length) != 4 || at(i + 4) != ' ') {
            return false;
        }
        int before = Text.number(b, i, i + 4);
        int j = Text.skipSpaces(b, i + 4, length);
        if (CalendarNames.monthAt(b, j, length) == 0 || !readMonthFirst(j)) {
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
        int j = time.fraction(i + 10);
        if (at(j) == '|') {
            return false;
        }
        LocalDate date = LocalDate.ofEpochDay(seconds / SECONDS_OF_DAY);
        year = date.getYear();
        month = date.getMonthValue();
        day = date.getDayOfMonth();
        time.utc((int) (seconds % SECONDS_OF_DAY));
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
        time.compact(j);
        j = time.fraction(j + 6);
        return (d == 10 ? at(j) == '|' : at(j) == ':') && inRange() && found(j);
    }

    /** {@code Jan 31 10:00:00}, with a day of the week, a year before or behind, a fraction and a zone where they are. */
    private boolean readMonthFirst(int i) {
        begin();
        if ((at(i + 3) == ' ' || at(i + 3) == ',') && CalendarNames.isWeekday(b, i, length)) {
            i = Text.skipSpaces(b, i + (at(i + 3) == ',' ? 4 : 3), length);
        }
        month = CalendarNames.monthAt(b, i, length);
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
        return timeAt(j);
    }

    /** See {@link TimeOfDay#uptimeEnd}. */
    int uptimeEnd(int i) {
        return time.uptimeEnd(i);
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
        return at(i) == '@' && timeAt(i + 1);
    }

    private boolean timeAt(int i) {
        int after = time.read(i);
        return after > 0 && inRange() && found(yearBehind(after));
    }

    private int yearBehind(int i) {
        if (year == NO_YEAR && at(i) == ' ' && time.isYear(i + 1)) {
            year = Text.number(b, i + 1, i + 5);
            return i + 5;
        }
        return i;
    }

    private boolean inRange() {
        return month >= 1 && month <= 12 && day >= 1 && day <= 31 && time.inRange();
    }

    private void begin() {
        found = false;
        year = NO_YEAR;
        time.begin();
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
