package mware.core.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How a line looks: time with offset, level, logger, words. Text from outside cannot begin a line of its own. */
final class LineFormat {

    private static final DateTimeFormatter FULL =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT);
    private static final DateTimeFormatter SHORT = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final int LONGEST = 64 * 1024;

    private LineFormat() {}

    /** A line of a file; a stack trace follows it, indented. */
    static String file(ILoggingEvent event, ZoneId zone) {
        StringBuilder line = new StringBuilder(160);
        line.append(FULL.format(Instant.ofEpochMilli(event.getTimeStamp()).atZone(zone)))
                .append(' ')
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
