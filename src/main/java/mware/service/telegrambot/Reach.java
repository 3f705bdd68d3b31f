package mware.service.telegrambot;

import java.time.Duration;
import java.util.Optional;

/** Whether Telegram can be reached: after failures all waits 1, 2, 5, 10, 30, then 60 s between tries. Thread-safe. */
final class Reach {

    /** So many failures in a row are told: a single one is no news. */
    static final int TOLD_AFTER = 3;

    private static final long[] BACKOFF_SECONDS = {1, 2, 5, 10, 30, 60};

    private int failures;
    private boolean waits;
    private long nextTry;
    private String why = "";

    static Duration backoff(int failures) {
        return Duration.ofSeconds(BACKOFF_SECONDS[Math.min(failures, BACKOFF_SECONDS.length) - 1]);
    }

    synchronized void worked() {
        failures = 0;
        waits = false;
    }

    /** It answers, and nothing is to be asked for this long. */
    synchronized void rest(Duration time, long now) {
        failures = 0;
        waits = true;
        nextTry = now + time.toNanos();
    }

    synchronized void failed(String reason, long now) {
        failures++;
        why = reason;
        waits = true;
        nextTry = now + backoff(failures).toNanos();
    }

    /** How long to wait before the next try. */
    synchronized Duration pause(long now) {
        return !waits || nextTry - now <= 0 ? Duration.ZERO : Duration.ofNanos(nextTry - now);
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
