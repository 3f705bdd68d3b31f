package mware.service.telegrambot;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that Telegram has for the bot, one at a time: the next one is asked for, and by that the former one
 * confirmed, only when that one was handled and its number is kept. Used by the one thread that polls.
 */
final class Updates {

    private static final Logger LOG = LoggerFactory.getLogger("telegram-bot");
    private static final Duration WAIT = Duration.ofSeconds(25);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MOST_TRIES = 3;

    private final Bot bot;
    private final LongSupplier nanos;
    private final ArrayDeque<JsonNode> ready = new ArrayDeque<>();
    private long seen = -1;
    private long given = -1;
    private int tries;
    private volatile boolean forgetful;
    private volatile @Nullable CompletableFuture<Reply> asking;

    Updates(Bot bot, LongSupplier nanos) {
        this.bot = bot;
        this.nanos = nanos;
    }

    /** What the updates are for. */
    interface Bot {
        /** The connection; null while nothing is to be asked. */
        @Nullable
        TelegramLine line();

        /** From which number on to ask. */
        OptionalLong offset();

        /** Whether this update was handled and that is kept. */
        boolean isHandled(long update);

        /** Gives up an update that fails each time it is handled. */
        void skip(long update);

        /** Whether Telegram could be asked. */
        Reach reach();

        /** What came of asking, in words when it was refused. */
        void asked(Reply reply);
    }

    /** The next update that is to be handled; null when there is none for now. */
    @Nullable
    JsonNode next() throws InterruptedException {
        if (forgetful) {
            forgetful = false;
            ready.clear();
            seen = -1;
            given = -1;
        }
        while (!ready.isEmpty()) {
            JsonNode head = ready.peekFirst();
            long id = head.path("update_id").asLong();
            if (!head.has("message") || bot.isHandled(id)) {
                ready.removeFirst();
                continue;
            }
            if (id == given && !mayTryAgain(id)) {
                return null;
            }
            tries = id == given ? tries + 1 : 1;
            given = id;
            return head;
        }
        return ask();
    }

    /** The update was given out before and is not handled: the state cannot be written, or the node is passive. */
    private boolean mayTryAgain(long id) throws InterruptedException {
        if (tries >= MOST_TRIES && bot.line() != null) {
            LOG.error("update {} could not be handled in {} tries and is left out", id, tries);
            bot.skip(id);
            return false;
        }
        pause(PAUSE);
        return bot.line() != null;
    }

    private @Nullable JsonNode ask() throws InterruptedException {
        TelegramLine line = bot.line();
        Duration wait = bot.reach().pause(nanos.getAsLong());
        if (line == null || !wait.isZero()) {
            pause(wait.compareTo(PAUSE) < 0 && line != null ? wait : PAUSE);
            return null;
        }
        OptionalLong kept = bot.offset();
        OptionalLong from = seen < 0 ? kept : OptionalLong.of(Math.max(kept.orElse(0), seen + 1));
        CompletableFuture<Reply> reply = line.updates(from, WAIT);
        asking = reply;
        try {
            take(reply.get());
        } catch (CancellationException e) {
            return null; // the settings were changed
        } catch (ExecutionException e) {
            bot.reach().failed(String.valueOf(e.getCause().getMessage()), nanos.getAsLong());
        } finally {
            asking = null;
            reply.cancel(true);
        }
        return ready.isEmpty() ? null : next();
    }

    private void take(Reply reply) {
        bot.asked(reply);
        if (!reply.ok()) {
            return;
        }
        for (JsonNode update : reply.result()) {
            seen = Math.max(seen, update.path("update_id").asLong());
            ready.addLast(update);
        }
    }

    /** Ends the request under way: it goes to where the settings no longer point. */
    void interrupt() {
        CompletableFuture<Reply> now = asking;
        if (now != null) {
            now.cancel(true);
        }
    }

    /** The number of the update that was given out last. */
    long given() {
        return given;
    }

    /** Another bot numbers its updates in its own way. */
    void forget() {
        forgetful = true;
    }

    private static void pause(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }
}
