package mware.service.pgcontroller;

import mware.service.pgcontroller.Memory.Request;

/** Decides for a pair; pure: the first {@link Rule} that fits says what is done, and why. */
public final class Failover {

    private Failover() {}

    /** What is done next. */
    static Decision decide(Situation situation) {
        for (Rule rule : Rule.values()) {
            var decision = rule.look(situation);
            if (decision.isPresent()) {
                return decision.get();
            }
        }
        throw new IllegalStateException("no rule fits " + situation.look());
    }

    /** What to remember when a step has ended. */
    static Memory after(Memory memory, Step step, Outcome outcome) {
        if (outcome.kind() != Outcome.Kind.DONE) {
            Request request = memory.request();
            boolean asked = request != null
                    && (step instanceof Step.HandOver && request.kind() == Request.Kind.SWITCHOVER
                            || step instanceof Step.Clone && request.kind() == Request.Kind.REINIT
                            || step instanceof Step.Fence && request.kind() == Request.Kind.FAILOVER);
            return asked && outcome.kind() != Outcome.Kind.STALE ? memory.request(null) : memory;
        }
        if (step instanceof Step.Synchronous synchronous) {
            return memory.waits(synchronous.on());
        }
        if (step instanceof Step.Remember) {
            return memory.noted(step.server());
        }
        if (step instanceof Step.Follow || step instanceof Step.Rewind || step instanceof Step.Clone) {
            Request request = memory.request();
            return request != null && request.kind() == Request.Kind.REINIT ? memory.request(null) : memory;
        }
        return memory;
    }
}
