package mware.service.telegrambot;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import mware.service.telegrambot.Message.Kind;
import mware.service.telegrambot.Outbox.Sending;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what the outbox holds, a request a chat at a time, within Telegram's limits.
 *
 * <p>That a request begins is kept before it leaves, and what came of it as soon as that is known: a node that takes over
 * in between knows which ones may have arrived. All on the bot's worker.
 */
final class Sender {

    private static final Logger LOG = LoggerFactory.getLogger("telegram-bot");
    private static final int MOST_AT_ONCE = 25;
    private static final Duration REFUSED = Duration.ofSeconds(10);
    private static final String NOT_SENT = "Not sent";

    private final Ledger ledger;
    private final Troubles troubles;
    private final Clock clock;
    private final LongSupplier nanos;
    private final ZoneId zone;
    private final Executor worker;
    private final Reach reach = new Reach();
    private final Map<Long, Sending> underway = new HashMap<>(); // outlives a term: nothing else goes to these chats
    private Pacing pacing = new Pacing();
    private @Nullable TelegramLine line;
    private boolean stopping;
    private long lastDelivery;
    private long sent;
    private long failed;
    private long lost;
    private String whyLost = "";

    Sender(Ledger ledger, Troubles troubles, Clock clock, LongSupplier nanos, ZoneId zone, Executor worker) {
        this.ledger = ledger;
        this.troubles = troubles;
        this.clock = clock;
        this.nanos = nanos;
        this.zone = zone;
        this.worker = worker;
        lastDelivery = nanos.getAsLong();
    }

    /** Sends over this connection from now on; over none when null. */
    void use(@Nullable TelegramLine next) {
        line = next;
        reach.worked();
        pacing = new Pacing();
    }

    /** Nothing new is sent, since the role is about to go; or everything again. */
    void stopping(boolean now) {
        stopping = now;
    }

    /** Whether nothing is on its way. */
    boolean isIdle() {
        return underway.isEmpty();
    }

    /** Begins what is due; also keeps what has changed. */
    void pump() {
        TelegramLine over = line;
        if (!ledger.isOpen() || over == null || stopping) {
            return;
        }
        long now = nanos.getAsLong();
        var begun = new ArrayList<Sending>();
        for (long chat : ledger.outbox.chats()) {
            boolean full = underway.size() + begun.size() >= (reach.isDoubtful() ? 1 : MOST_AT_ONCE);
            if (full || !pacing.allows(now) || !reach.pause(now).isZero()) {
                break;
            }
            if (!underway.containsKey(chat)) {
                ledger.outbox
                        .begin(chat, pacing.allows(chat, now), now, clock.millis())
                        .ifPresent(sending -> {
                            pacing.sent(now);
                            begun.add(sending);
                        });
            }
        }
        ledger.keep();
        begun.forEach(sending -> send(over, sending));
    }

    private void send(TelegramLine over, Sending sending) {
        boolean silent = ledger.book().chat(sending.chat()).map(Chat::silent).orElse(false);
        Outgoing outgoing = Outgoing.of(sending.messages(), sending.plain(), sending.doubtful(), clock.millis(), zone);
        boolean rich = outgoing instanceof Outgoing.Text text && text.rich();
        underway.put(sending.chat(), sending);
        over.send(sending.chat(), silent, outgoing)
                .whenComplete((reply, failure) -> worker.execute(() -> {
                    underway.remove(sending.chat());
                    if (reply != null) {
                        finished(sending, rich, reply);
                    }
                }));
    }

    private void finished(Sending sending, boolean rich, Reply reply) {
        if (!ledger.isOpen()) {
            return; // another node, or this one later, finds it underway
        }
        long now = nanos.getAsLong();
        Reaction reaction = Reaction.to(reply, rich);
        if (reaction instanceof Reaction.Delivered) {
            sent++;
            lastDelivery = now;
        } else {
            failed++;
            LOG.info("chat {}: {}", sending.chat(), reply.why());
        }
        if (!(reaction instanceof Reaction.Unreachable || reaction instanceof Reaction.Refused)) {
            reach.worked();
        }
        if (sending.messages().get(0).kind() != Kind.DELETE) {
            pacing.arrived(sending.chat(), now);
        }
        react(sending, reaction, now);
        if (!(reaction instanceof Reaction.Refused)) {
            troubles.clear(Troubles.TOKEN);
        }
        pump();
    }

    private void react(Sending sending, Reaction reaction, long now) {
        Outbox outbox = ledger.outbox;
        if (reaction instanceof Reaction.Delivered) {
            outbox.end(sending);
        } else if (reaction instanceof Reaction.Wait wait) {
            outbox.again(sending, false);
            pacing.refused(sending.chat(), wait.time(), now);
        } else if (reaction instanceof Reaction.Unreachable unreachable) {
            reach.failed(unreachable.why(), now);
            if (outbox.failed(sending, unreachable.doubtful(), lastDelivery, now)) {
                never(sending, unreachable.why());
            }
        } else if (reaction instanceof Reaction.Plain) {
            outbox.again(sending, true);
        } else if (reaction instanceof Reaction.Gone gone) {
            outbox.end(sending);
            gone(sending.chat(), gone.why());
        } else if (reaction instanceof Reaction.Never never) {
            never(sending, never.why());
        } else if (reaction instanceof Reaction.Refused refused) {
            outbox.again(sending, false);
            reach.rest(REFUSED, now);
            troubles.raise(Troubles.TOKEN, "Telegram does not know the token: " + refused.why());
        }
    }

    /** The chat blocked the bot, or is no more; the others hear of it. */
    private void gone(long chat, String why) {
        Optional<Chat> known = ledger.book().chat(chat);
        ledger.outbox.drop(chat);
        known.ifPresent(was -> {
            ledger.book(ledger.book().remove(chat));
            LOG.warn("{} is not connected any more, Telegram says: {}", was.login(), why);
            ledger.outbox.add(
                    Kind.NEWS,
                    "",
                    was.login() + " is not connected any more, since the chat cannot be reached: " + why,
                    ledger.book().chats().keySet(),
                    clock.millis());
        });
    }

    /** The message can never be sent; where there is one, its reader hears so. */
    private void never(Sending sending, String why) {
        Message first = sending.messages().get(0);
        ledger.outbox.end(sending);
        LOG.error("{} for chat {} cannot be sent and is given up: {}", first.kind(), sending.chat(), why);
        if (first.kind() == Kind.DELETE) {
            tell(sending.chat(), "", Conversation.NOT_DELETED);
            return;
        }
        lost += sending.messages().size();
        whyLost = why;
        if (!first.heading().equals(NOT_SENT)) {
            tell(sending.chat(), NOT_SENT, "A message for you was given up. Telegram says: " + why);
        }
    }

    private void tell(long chat, String heading, String text) {
        ledger.outbox.add(Kind.REPLY, heading, text, List.of(chat), clock.millis());
    }

    /** Once a second: what is too old, and what to tell of it. */
    void tidy() {
        ledger.outbox.tidy(clock.millis());
        long old = ledger.outbox.givenUp();
        troubles.lost(lost + old, whyLost.isEmpty() ? "they waited for a day" : whyLost);
    }

    /** Why Telegram cannot be reached. */
    Optional<String> trouble() {
        return reach.trouble();
    }

    long sent() {
        return sent;
    }

    long failed() {
        return failed;
    }

    long lost() {
        return lost + ledger.outbox.givenUp();
    }
}
