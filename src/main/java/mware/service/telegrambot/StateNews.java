package mware.service.telegrambot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mware.core.monitor.Deviation;

/**
 * What is new in the system state, given what the chats know. Pure.
 *
 * @param known what they know afterwards, by instance
 * @param wasBad whether they knew of anything before
 */
record StateNews(
        Map<String, Known> known, List<Known> raised, List<Known> changed, List<Known> cleared, boolean wasBad) {

    /** The category whose own trouble is told by SNMP: a chat that cannot be reached need not hear of it afterwards. */
    static final String OWN_CATEGORY = "telegram";

    /** The keys of that category that are about the way to Telegram. */
    static final List<String> OF_THE_WAY = List.of("connection", "token", "poll");

    /** So many are remembered; a system with more has other worries. */
    static final int MOST_KNOWN = 10_000;

    /**
     * Compares.
     *
     * @param before what the chats know, by instance
     * @param open the open deviations of each node that answered; what is known of others stays as it is
     */
    static StateNews between(Map<String, Known> before, Map<String, List<Deviation>> open) {
        Map<String, Known> standing = new LinkedHashMap<>();
        open.forEach((node, deviations) -> deviations.stream()
                .filter(StateNews::isToTell)
                .map(deviation -> Known.of(node, deviation))
                .forEach(known -> standing.put(known.instance(), known)));
        Map<String, Known> known = new LinkedHashMap<>();
        var cleared = new ArrayList<Known>();
        before.forEach((instance, earlier) -> {
            if (!open.containsKey(earlier.node()) || standing.containsKey(instance)) {
                known.put(instance, earlier);
            } else {
                cleared.add(earlier);
            }
        });
        var raised = new ArrayList<Known>();
        var changed = new ArrayList<Known>();
        standing.forEach((instance, now) -> {
            Known earlier = known.get(instance);
            if (earlier == null) {
                if (known.size() < MOST_KNOWN) {
                    raised.add(now);
                    known.put(instance, now);
                }
            } else if (!now.saysTheSame(earlier)) {
                changed.add(now);
                known.put(instance, now); // and with it goes the acknowledgement
            } else {
                known.put(instance, now.acknowledgedBy(earlier.acknowledged()));
            }
        });
        return new StateNews(known, raised, changed, cleared, !before.isEmpty());
    }

    private static boolean isToTell(Deviation deviation) {
        return !deviation.category().equals(OWN_CATEGORY) || !OF_THE_WAY.contains(deviation.key());
    }

    boolean isEmpty() {
        return raised.isEmpty() && changed.isEmpty() && cleared.isEmpty();
    }

    /** Whether all is well again. */
    boolean isAllClear() {
        return wasBad && known.isEmpty();
    }
}
