package mware.service.telegrambot;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps Telegram's limits: a message a second to a chat, 25 a second in all, and the waits that it asks for. Times are
 * nanoseconds of a monotonic clock; not for several threads.
 *
 * <p>The second of a chat begins when Telegram has answered, and that of all is a little longer: what counts is when
 * messages arrive there, not when they leave here.
 */
final class Pacing {

    static final Duration OF_A_CHAT = Duration.ofMillis(1000);
    static final int OF_ALL = 25;
    static final Duration OF_ALL_WITHIN = Duration.ofMillis(1100);

    private final ArrayDeque<Long> recent = new ArrayDeque<>();
    private final Map<Long, Long> freeAt = new HashMap<>();
    private final Map<Long, Long> refusedUntil = new HashMap<>();
    private boolean allRefused;
    private long allRefusedUntil;

    /** Whether anything may be sent now. */
    boolean allows(long now) {
        if (allRefused && allRefusedUntil - now > 0) {
            return false;
        }
        allRefused = false;
        while (!recent.isEmpty() && now - recent.peekFirst() >= OF_ALL_WITHIN.toNanos()) {
            recent.removeFirst();
        }
        return recent.size() < OF_ALL;
    }

    /** Whether a message may go to this chat now, as far as the chat is concerned. */
    boolean allows(long chat, long now) {
        return isOver(freeAt, chat, now) && isOver(refusedUntil, chat, now);
    }

    private static boolean isOver(Map<Long, Long> times, long chat, long now) {
        Long until = times.get(chat);
        if (until != null && until - now > 0) {
            return false;
        }
        times.remove(chat);
        return true;
    }

    /** A request leaves now. */
    void sent(long now) {
        recent.addLast(now);
    }

    /** Telegram took, or may have taken, a message for the chat. */
    void arrived(long chat, long now) {
        freeAt.put(chat, now + OF_A_CHAT.toNanos());
    }

    /** Telegram wants nothing for the chat for this long; when another one waits for the same reason, nothing at all. */
    void refused(long chat, Duration time, long now) {
        refusedUntil.values().removeIf(until -> until - now <= 0);
        refusedUntil.put(chat, now + time.toNanos());
        if (refusedUntil.size() > 1) {
            long longest = refusedUntil.values().stream()
                    .mapToLong(until -> until - now)
                    .max()
                    .orElse(0);
            allRefused = true;
            allRefusedUntil = now + longest;
        }
    }
}
