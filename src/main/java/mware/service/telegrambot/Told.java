package mware.service.telegrambot;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the chats know of the system state. Pure.
 *
 * @param known by instance
 * @param at when they were told last, in ms
 */
record Told(Map<String, Known> known, long at) {

    static final Told NOTHING = new Told(Map.of(), 0);

    private static final Duration DAY = Duration.ofDays(1);

    /** Those that nobody has acknowledged. */
    List<Known> unacknowledged() {
        return known.values().stream().filter(each -> !each.wasAcknowledged()).toList();
    }

    /** Marks those that are not acknowledged yet and hold {@code words}. */
    Told acknowledge(String login, String words) {
        var next = new LinkedHashMap<String, Known>();
        known.forEach((instance, each) ->
                next.put(instance, !each.wasAcknowledged() && holds(each, words) ? each.acknowledgedBy(login) : each));
        return new Told(next, at);
    }

    static boolean holds(Known known, String words) {
        String all = String.join(" ", known.node(), known.category(), known.key(), known.reason());
        return all.toLowerCase(Locale.ROOT).contains(words.toLowerCase(Locale.ROOT));
    }

    /**
     * Whether a bad state that did not change is to be told again: a day after it was told last, or each day at {@code
     * digestAt}; never what is acknowledged.
     */
    boolean isDigestDue(long now, @Nullable LocalTime digestAt, ZoneId zone) {
        if (unacknowledged().isEmpty()) {
            return false;
        }
        if (digestAt == null) {
            return now - at >= DAY.toMillis();
        }
        ZonedDateTime time = Instant.ofEpochMilli(now).atZone(zone);
        ZonedDateTime due = time.with(digestAt);
        if (due.isAfter(time)) {
            due = due.minusDays(1);
        }
        return at < due.toInstant().toEpochMilli();
    }
}
