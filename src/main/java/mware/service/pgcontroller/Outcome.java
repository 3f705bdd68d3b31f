package mware.service.pgcontroller;

import java.time.Duration;

/**
 * What became of a step.
 *
 * @param words what was done, or why not and how an operator mends it; without secrets
 * @param took how long it took
 */
public record Outcome(Kind kind, String words, Duration took) {

    /** How it ended. */
    public enum Kind {
        /** Done, and seen to be. */
        DONE,
        /** Not done; the server is as it was, or as the words say. */
        FAILED,
        /** Not begun: the lock file on the server holds a newer epoch. */
        STALE,
        /** Broken off, or out of time: it may have been done, or still be going on there. */
        UNKNOWN
    }
}
