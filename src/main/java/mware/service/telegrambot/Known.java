package mware.service.telegrambot;

import mware.core.monitor.Deviation;
import mware.core.monitor.Deviation.Status;

/**
 * A deviation that the chats have been told of.
 *
 * @param node where it stands; empty for one of the site as a whole
 * @param since ISO instant
 * @param acknowledged the login of who acknowledged it; empty when nobody did
 */
record Known(
        String node, String category, String key, Status status, String reason, String since, String acknowledged) {

    static Known of(String node, Deviation deviation) {
        return new Known(
                node,
                deviation.category(),
                deviation.key(),
                deviation.status(),
                deviation.reason(),
                deviation.since().toString(),
                "");
    }

    /** What tells it from the others. */
    String instance() {
        return node + '\n' + category + '\n' + key;
    }

    /** Whether it says the same; figures that go up and down are no news. */
    boolean saysTheSame(Known other) {
        return status == other.status && withoutFigures(reason).equals(withoutFigures(other.reason));
    }

    private static String withoutFigures(String text) {
        return text.replaceAll("\\d+([.,]\\d+)*", "0");
    }

    Known acknowledgedBy(String login) {
        return new Known(node, category, key, status, reason, since, login);
    }

    boolean wasAcknowledged() {
        return !acknowledged.isEmpty();
    }
}
