package mware.service.telegrambot;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How far the updates of a bot have been handled. Pure.
 *
 * @param bot the bot's number
 * @param next the number after the last one that was handled; 0 when none was
 * @param at when that was, in ms
 */
record Offset(String bot, long next, long at) {

    static final Offset UNKNOWN = new Offset("", 0, 0);

    /** After a week without updates Telegram numbers them anew, perhaps lower; so nothing is asked for then. */
    private static final Duration TRUSTED = Duration.ofDays(6);

    /** From which number on to ask; empty for all that Telegram still has. */
    OptionalLong toAsk(String now, long time) {
        return bot.equals(now) && next > 0 && time - at < TRUSTED.toMillis()
                ? OptionalLong.of(next)
                : OptionalLong.empty();
    }

    /** Whether the update was handled before. */
    boolean covers(String now, long update, long time) {
        OptionalLong from = toAsk(now, time);
        return from.isPresent() ? update < from.getAsLong() : bot.equals(now) && update == next - 1;
    }

    /** The update was handled. */
    Offset after(String now, long update, long time) {
        return new Offset(now, update + 1, time);
    }
}
