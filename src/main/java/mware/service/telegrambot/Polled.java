package mware.service.telegrambot;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What polling needs to know of the bot, and what it tells of Telegram; called on the thread that polls. */
final class Polled implements Updates.Bot {

    private static final Logger LOG = LoggerFactory.getLogger("telegram-bot");
    private static final Duration REFUSED = Duration.ofSeconds(5);

    private final Ledger ledger;
    private final Supplier<BotSettings> settings;
    private final Supplier<Optional<TelegramLine>> line;
    private final LongConsumer skip;
    private final Troubles troubles;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Reach reach = new Reach();
    private int conflicts;

    Polled(
            Ledger ledger,
            Supplier<BotSettings> settings,
            Supplier<Optional<TelegramLine>> line,
            LongConsumer skip,
            Troubles troubles,
            Clock clock,
            LongSupplier nanos) {
        this.ledger = ledger;
        this.settings = settings;
        this.line = line;
        this.skip = skip;
        this.troubles = troubles;
        this.clock = clock;
        this.nanos = nanos;
    }

    @Override
    public @Nullable TelegramLine line() {
        return ledger.isOpen() ? line.get().orElse(null) : null;
    }

    @Override
    public OptionalLong offset() {
        return ledger.keptOffset().toAsk(settings.get().bot(), clock.millis());
    }

    @Override
    public boolean isHandled(long update) {
        return ledger.keptOffset().covers(settings.get().bot(), update, clock.millis());
    }

    @Override
    public void skip(long update) {
        skip.accept(update);
    }

    @Override
    public Reach reach() {
        return reach;
    }

    @Override
    public void asked(Reply reply) {
        long now = nanos.getAsLong();
        boolean refused = reply.status() == 401 || reply.status() == 404;
        conflicts = reply.status() == 409 ? conflicts + 1 : 0;
        troubles.set(
                Troubles.TOKEN,
                refused ? Optional.of("Telegram does not know the token: " + reply.why()) : Optional.empty());
        troubles.set(
                Troubles.POLL,
                conflicts >= Reach.TOLD_AFTER // one is what a fail-over looks like
                        ? Optional.of("another program asks for the messages to this bot: " + reply.why())
                        : Optional.empty());
        if (reply.ok()) {
            reach.worked();
            return;
        }
        LOG.info("asking for messages: {}", reply.why());
        if (Reaction.to(reply, false) instanceof Reaction.Wait wait) {
            reach.rest(wait.time(), now);
        } else if (refused || conflicts > 0) {
            reach.rest(REFUSED, now);
        } else {
            reach.failed(reply.why(), now);
        }
    }
}
