package mware.service.telegrambot;

import java.time.Duration;
import java.util.Optional;

/** Whether Telegram can be reached: after failures all waits 1, 2, 5, 10, 30, then 60 s between tries. Thread-safe. */
final class Reach {

    /** So many failures in a row are told: a single one is no news. */
    static final int TOLD_AFTER = 3;

    private static final long[] BACKOFF_SECONDS = {1, 2, 5, 10, 30, 60};

    private int failures;
    private long nextTry;
    private String why = "";

    static Duration backoff(int failures) {
        return Duration.ofSeconds(BACKOFF_SECONDS[Math.min(failures, BACKOFF_SECONDS.length) - 1]);
    }

    synchronized void worked() {
        failures = 0;
    }

    synchronized void failed(String reason, long now) {
        failures++;
        why = reason;
        nextTry = now + backoff(failures).toNanos();
    }

    /** How long to wait before the next try. */
    synchronized Duration pause(long now) {
        return failures == 0 || nextTry - now <= 0 ? Duration.ZERO : Duration.ofNanos(nextTry - now);
    }

    /** Whether the last try failed: only one at a time is made then. */
    synchronized boolean isDoubtful() {
        return failures > 0;
    }

    /** Why it cannot be reached, when it has failed often enough. */
    synchronized Optional<String> trouble() {
        return failures >= TOLD_AFTER ? Optional.of(why) : Optional.empty();
    }
}
