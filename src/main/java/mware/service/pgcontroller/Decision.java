package mware.service.pgcontroller;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is done next for a pair, and why.
 *
 * @param rule the row of the table that it comes from
 * @param step what to do now; empty where nothing is
 * @param cancel whether the step that runs shall end
 * @param reason in words, with the evidence
 * @param next what comes next, in words; empty where nothing is to come
 * @param at when that will be, where it is a matter of time
 * @param memory what to remember from now on; kept before the step is done
 * @param wrong whether something is not as it should be
 */
public record Decision(
        Rule rule,
        Optional<Step> step,
        boolean cancel,
        String reason,
        String next,
        @Nullable Instant at,
        Memory memory,
        boolean wrong) {

    /** Reason and outlook in one line. */
    public String words() {
        return reason + (next.isEmpty() ? "" : "; next: " + next + (at == null ? "" : " at " + at));
    }
}
