package mware.service.syslogtrap;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Takes syslog messages apart: RFC 5424, RFC 3164, and what devices make of the latter.
 *
 * <p>Pure but for the clock, which fills in what stamps leave out: the year (the one that puts the stamp nearest to
 * now) and the zone (the clock's). Never throws: what cannot be taken apart is a message whose text is all of it.
 */
public final class SyslogParser {

    private static final int HIGHEST_PRIORITY = 191;

    private final Clock clock;

    public SyslogParser(Clock clock) {
        this.clock = clock;
    }

    /** Takes one message apart, given without its framing; {@code raw} is kept, so it must not change afterwards. */
    public SyslogMessage parse(byte[] raw) {
        Draft draft = new Draft(raw, 0, endOf(raw));
        draft.at = Text.skipBom(raw, 0, draft.end);
        boolean priority = readPriority(draft);
        draft.textFrom = draft.at;
        if (draft.at >= draft.end) {
            return draft.finish("empty", null, 0);
        }
        if (!(priority && Rfc5424.read(draft))) {
            new Rfc3164(draft, priority).read();
        }
        String problem = priority || draft.stamps.found() || draft.recognized
                ? null
                : "no priority, no time stamp, no known code";
        return finish(draft, problem);
    }

    /** The message's end without the line ends and NULs that senders add. */
    private static int endOf(byte[] raw) {
        int end = raw.length;
        while (end > 0 && (raw[end - 1] == '\n' || raw[end - 1] == '\r' || raw[end - 1] == 0)) {
            end--;
        }
        return end;
    }

    private static boolean readPriority(Draft draft) {
        int at = Text.skipSpaces(draft.raw, draft.at, draft.end);
        if (Text.at(draft.raw, at, draft.end) != '<') {
            return false;
        }
        int digits = Text.digits(draft.raw, at + 1, draft.end);
        int value = Text.number(draft.raw, at + 1, at + 1 + Math.min(digits, 3));
        if (digits < 1
                || digits > 3
                || value > HIGHEST_PRIORITY
                || Text.at(draft.raw, at + 1 + digits, draft.end) != '>') {
            return false;
        }
        draft.facility = value >> 3;
        draft.severity = value & 7;
        draft.at = at + digits + 2;
        return true;
    }

    private SyslogMessage finish(Draft draft, @Nullable String problem) {
        Stamps stamps = draft.stamps;
        if (!stamps.found()) {
            return draft.finish(problem, null, 0);
        }
        LocalDateTime local =
                stamps.yearKnown() && !stamps.dayOrMonth() ? stamps.local(stamps.year()) : nearest(stamps);
        if (local == null) {
            return draft.finish(problem, null, 0);
        }
        ZoneOffset offset = stamps.offsetKnown()
                ? ZoneOffset.ofTotalSeconds(stamps.offsetSeconds())
                : clock.getZone().getRules().getOffset(local);
        return draft.finish(problem, local.toInstant(offset), offset.getTotalSeconds());
    }

    /** The reading of an incomplete stamp that is nearest to now; null when no year has such a day. */
    private @Nullable LocalDateTime nearest(Stamps stamps) {
        Instant now = clock.instant();
        LocalDateTime today = LocalDateTime.ofInstant(now, clock.getZone());
        if (stamps.yearKnown()) {
            LocalDateTime first = stamps.local(stamps.year());
            stamps.swapDayAndMonth();
            return nearer(first, stamps.local(stamps.year()), today);
        }
        LocalDateTime best = stamps.local(today.getYear() - 1);
        best = nearer(best, stamps.local(today.getYear()), today);
        return nearer(best, stamps.local(today.getYear() + 1), today);
    }

    private static @Nullable LocalDateTime nearer(
            @Nullable LocalDateTime one, @Nullable LocalDateTime other, LocalDateTime today) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return distance(other, today) < distance(one, today) ? other : one;
    }

    private static long distance(LocalDateTime one, LocalDateTime other) {
        return Math.abs(one.toEpochSecond(ZoneOffset.UTC) - other.toEpochSecond(ZoneOffset.UTC));
    }
}
