package mware.service.pgcontroller;

import java.util.List;

/**
 * Looks at the servers of a pair and does what it is told there; safe on many threads, for many pairs at once.
 *
 * <p>Whatever happens on a server, these methods do not throw but answer: an exception is a mistake in the program.
 */
public interface PgHands {

    /**
     * Looks at both servers side by side; is a word to the guards that run there, and a claim: where the lock file holds an
     * older epoch, ours is written, so that a decider of an older term that thaws is refused from the first look on. A
     * newer one there is left as it is, and no word is given to a guard.
     *
     * <p>Answers within 5 s, whatever the servers do, each question having some 2 s; what could not be asked is
     * {@code Silent} or {@link Reach#UNKNOWN}. Goes on to work while {@link #act} runs for the same pair.
     *
     * @param epoch the controller's term: a guard that has heard of a newer one does not listen
     */
    PairLook look(PgGroup group, long epoch);

    /**
     * Does one step; for one pair only one at a time.
     *
     * <p>Takes the lock on each server that it changes, by writing {@code epoch} there; a newer one there ends it as
     * {@link Outcome.Kind#STALE} before anything is changed. What an older epoch left running there is ended first.
     * Time limits: {@link Step.Clone} and {@link Step.Rewind} by progress (none for 60 s ends them), {@link Step.Start},
     * {@link Step.Follow} 60 s after the last sign of recovery going on, all others 30 s; {@link Step.HandOver} waits at
     * most 10 s for the last LSN. Asks {@link Progress#isCancelled()} at least once a second.
     */
    Outcome act(PgGroup group, Step step, long epoch, Progress progress);

    /** What would stop a failover or a rejoin, on both servers; changes nothing there; answers within 30 s. */
    List<Finding> check(PgGroup group);
}
