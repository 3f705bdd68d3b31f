package mware.core.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How a line looks: time with offset, level, logger, words. Text from outside cannot begin a line of its own. */
final class LineFormat {

    private static final DateTimeFormatter FULL =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT);
    private static final DateTimeFormatter SHORT = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final int LONGEST = 64 * 1024;
    private static final int BEFORE_MILLIS = "yyyy-MM-ddTHH:mm:ss.".length();

    /** What the lines of a second begin with, up to its thousandths, and the offset that follows these. */
    private record Second(long at, ZoneId zone, String head, String offset) {}

    private static volatile Second second = new Second(Long.MIN_VALUE, ZoneOffset.UTC, "", "");

    private LineFormat() {}

    /** A line of a file; a stack trace follows it, indented. */
    static String file(ILoggingEvent event, ZoneId zone) {
        StringBuilder line = new StringBuilder(160);
        time(event.getTimeStamp(), zone, line);
        line.append(' ')
                .append(pad(event.getLevel()))
                .append(" [")
                .append(event.getThreadName())
                .append("] ")
                .append(event.getLoggerName())
                .append(": ")
                .append(tame(event.getFormattedMessage()))
                .append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy())
                    .stripTrailing()
                    .replace("\r", "")
                    .replace("\n", "\n    ")
                    .indent(4));
        }
        return line.toString();
    }

    /** A line of the console: shorter, and of an exception only what it says. */
    static String console(ILoggingEvent event, ZoneId zone) {
        StringBuilder line = new StringBuilder(120);
        line.append(SHORT.format(Instant.ofEpochMilli(event.getTimeStamp()).atZone(zone)))
                .append(' ')
                .append(pad(event.getLevel()))
                .append(' ')
                .append(event.getLoggerName())
                .append(": ")
                .append(tame(event.getFormattedMessage()));
        if (event.getThrowableProxy() != null) {
            line.append(" (")
                    .append(tame(String.valueOf(event.getThrowableProxy().getMessage())))
                    .append(')');
        }
        return line.append('\n').toString();
    }

    /** A line that the log itself writes into a file. */
    static String own(Clock clock, String message) {
        return FULL.format(clock.instant().atZone(clock.getZone())) + " WARN  [log] log: " + tame(message) + "\n";
    }

    /** As {@link #FULL} writes it; the part that is the same for a second is made once in it. */
    private static void time(long millis, ZoneId zone, StringBuilder line) {
        long at = Math.floorDiv(millis, 1_000L);
        Second known = second;
        if (known.at() != at || !known.zone().equals(zone)) {
            String whole = FULL.format(Instant.ofEpochSecond(at).atZone(zone));
            known = new Second(at, zone, whole.substring(0, BEFORE_MILLIS), whole.substring(BEFORE_MILLIS + 3));
            second = known;
        }
        long rest = Math.floorMod(millis, 1_000L);
        line.append(known.head())
                .append((char) ('0' + rest / 100))
                .append((char) ('0' + rest / 10 % 10))
                .append((char) ('0' + rest % 10))
                .append(known.offset());
    }

    private static String pad(Level level) {
        return level.levelStr.length() == 4 ? level.levelStr + " " : level.levelStr;
    }

    private static String tame(String message) {
        String cut = message.length() > LONGEST ? message.substring(0, LONGEST) + "..." : message;
        StringBuilder tamed = null;
        for (int i = 0; i < cut.length(); i++) {
            char c = cut.charAt(i);
            boolean odd = c < ' ' && c != '\t' || c == 0x7f || c == '\u0085' || c == '\u2028' || c == '\u2029';
            if (odd && tamed == null) {
                tamed = new StringBuilder(cut.length() + 16).append(cut, 0, i);
            }
            if (tamed != null) {
                tamed.append(c == '\n' ? "\n    " : odd ? "?" : String.valueOf(c));
            }
        }
        return tamed == null ? cut : tamed.toString();
    }
}
