package mware.service.syslogtrap;

import java.util.List;

/**
 * What becomes of a message, and why.
 *
 * @param receivers who gets it; empty: nobody, it is dropped
 * @param why the rule, in words for the log
 */
public record Decision(List<String> receivers, String why) {

    public Decision {
        receivers = List.copyOf(receivers);
    }

    boolean drops() {
        return receivers.isEmpty();
    }
}
