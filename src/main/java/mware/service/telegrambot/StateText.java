package mware.service.telegrambot;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import mware.core.monitor.Deviation.Status;

/** Puts the system state into words: a mark and a line for each deviation. */
final class StateText {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MM-dd HH:mm");

    private final ZoneId zone;

    StateText(ZoneId zone) {
        this.zone = zone;
    }

    /** A message before it has a number. */
    record Words(String heading, String text) {}

    /** What changed. */
    Words news(StateNews news) {
        var counts = new ArrayList<String>();
        count(news.raised(), "new", counts);
        count(news.changed(), "changed", counts);
        count(news.cleared(), "cleared", counts);
        String now = news.known().isEmpty() ? "all is well" : news.known().size() + " open";
        var lines = new ArrayList<String>();
        news.raised().forEach(known -> lines.add(mark(known) + " new: " + line(known)));
        news.changed().forEach(known -> lines.add("🔁 changed: " + mark(known) + " " + line(known)));
        news.cleared().forEach(known -> lines.add("🟢 cleared: " + line(known)));
        return new Words("System state: " + String.join(", ", counts) + "; " + now, String.join("\n", lines));
    }

    private static void count(List<Known> list, String word, List<String> into) {
        if (!list.isEmpty()) {
            into.add(list.size() + " " + word);
        }
    }

    /** All that stands open, acknowledged or not. */
    Words state(Collection<Known> open) {
        return new Words(
                open.isEmpty() ? "System state: all is well" : "System state: " + open.size() + " open",
                String.join("\n", open.stream().map(this::full).toList()));
    }

    /** What stands open and nobody has acknowledged. */
    Words digest(Told told) {
        List<Known> open = told.unacknowledged();
        int rest = told.known().size() - open.size();
        return new Words(
                "System state unchanged: " + open.size() + " open"
                        + (rest == 0 ? "" : ", " + rest + " more acknowledged"),
                String.join("\n", open.stream().map(this::full).toList()));
    }

    private String full(Known known) {
        return mark(known) + " " + line(known)
                + (known.wasAcknowledged() ? " (acknowledged by " + known.acknowledged() + ")" : "");
    }

    private static String mark(Known known) {
        return known.status() == Status.ERROR ? "🔴" : "🟡";
    }

    private String line(Known known) {
        String where = known.node().isEmpty() ? "" : " on " + known.node();
        return known.category() + " " + known.key() + where + ": " + known.reason() + " (since " + since(known) + ")";
    }

    private String since(Known known) {
        return TIME.format(Instant.parse(known.since()).atZone(zone));
    }
}
