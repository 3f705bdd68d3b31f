package mware.service.pgcontroller;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import mware.service.pgcontroller.HostLook.Seen;
import mware.service.pgcontroller.PgPair.Snapshot;
import org.jspecify.annotations.Nullable;

/** What the system state says of a pair, under the heading {@code pg}: what is wrong, what is done next, and when. */
final class Alarms {

    /** The heading in the system state. */
    static final String CATEGORY = "pg";

    private static final List<String> TOPICS = List.of(
            "paused", "no_master", "two_masters", "no_standby", "lag", "step", "referee", "ssh", "state", "looks");

    private Alarms() {}

    private record Alarm(Status status, String text) {}

    /** Raises what holds for the pair and clears what does not. */
    static void tell(Deviations deviations, Snapshot of) {
        Map<String, Alarm> now = of(of);
        for (String topic : TOPICS) {
            Alarm alarm = now.get(topic);
            String key = of.group().key() + ": " + topic;
            if (alarm == null) {
                deviations.clear(CATEGORY, key);
            } else {
                deviations.raise(CATEGORY, key, alarm.status(), of.group().key() + ": " + alarm.text());
            }
        }
    }

    /** Clears all of a pair. */
    static void clear(Deviations deviations, PgGroup group) {
        TOPICS.forEach(topic -> deviations.clear(CATEGORY, group.key() + ": " + topic));
    }

    private static Map<String, Alarm> of(Snapshot of) {
        Map<String, Alarm> alarms = new LinkedHashMap<>();
        PairLook look = of.look();
        Decision decision = of.decision();
        if (look == null || decision == null) {
            return alarms;
        }
        boolean first = look.first().master().isPresent();
        boolean second = look.second().master().isPresent();
        String words = decision.words();
        if (of.memory().pause() != null) {
            alarms.put("paused", new Alarm(Status.WARNING, words));
        }
        if (!first && !second) {
            alarms.put("no_master", new Alarm(Status.ERROR, headed("no master", words)));
        } else if (first && second) {
            alarms.put("two_masters", new Alarm(Status.ERROR, headed("two masters", words)));
        } else {
            ServerLook standby = first ? look.second() : look.first();
            Watch.One watched = of.watch().of(standby, look);
            if (!watched.streams()) {
                alarms.put("no_standby", new Alarm(Status.ERROR, headed("no standby", words)));
            } else if (watched.lag() > of.group().maximumLag()) {
                alarms.put(
                        "lag",
                        new Alarm(
                                Status.WARNING,
                                standby.server() + " lies " + watched.lag() + " bytes behind, more than maximum_lag, "
                                        + of.group().maximumLag()
                                        + "; next: it is not promoted until it has caught up"));
            }
        }
        PgPair.Running running = of.running();
        if (running != null && running.percent() >= 0) {
            alarms.put("step", new Alarm(Status.WARNING, running.words() + "; next: it is started and follows"));
        }
        for (ServerLook one : List.of(look.first(), look.second())) {
            if (one.host()
                    .seen()
                    .map(Seen::referee)
                    .filter(reach -> reach == Reach.SILENT)
                    .isPresent()) {
                join(
                        alarms,
                        "referee",
                        Status.WARNING,
                        one.server() + " does not reach the referee "
                                + of.group().referees() + "; next: it is not promoted while that lasts");
            }
            String ssh = ssh(one.host());
            if (ssh != null) {
                join(
                        alarms,
                        "ssh",
                        Status.ERROR,
                        one.server() + ": SSH: " + ssh + "; next: nothing can be done there until that is mended");
            }
        }
        if (decision.wrong() && alarms.isEmpty() && running == null) {
            alarms.put("state", new Alarm(Status.WARNING, words));
        }
        return alarms;
    }

    private static String headed(String head, String words) {
        return words.startsWith(head) ? words : head + ": " + words;
    }

    private static void join(Map<String, Alarm> alarms, String topic, Status status, String text) {
        alarms.merge(topic, new Alarm(status, text), (a, b) -> new Alarm(status, a.text() + "; " + b.text()));
    }

    private static @Nullable String ssh(HostLook host) {
        if (host instanceof HostLook.LoginRefused refused) {
            return refused.why();
        }
        if (host instanceof HostLook.KeyChanged changed) {
            return changed.why();
        }
        return host instanceof HostLook.Refused refused ? refused.why() : null;
    }
}
