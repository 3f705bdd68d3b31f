package mware.service.telegrambot;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;

/** The bot's own troubles in the system state, category {@code telegram}; SNMP carries them when Telegram cannot. */
final class Troubles {

    static final String CATEGORY = StateNews.OWN_CATEGORY;
    static final String CONNECTION = "connection";
    static final String TOKEN = "token";
    static final String POLL = "poll";
    static final String OUTBOX = "outbox";
    static final String STATE = "runtime-state";
    static final String SETTING = "setting";

    private static final Duration LOSS_STANDS = Duration.ofHours(1);

    private final Deviations deviations;
    private final LongSupplier nanos;
    private long lostTold;
    private long lostAt;

    Troubles(Deviations deviations, LongSupplier nanos) {
        this.deviations = deviations;
        this.nanos = nanos;
    }

    void raise(String key, String reason) {
        deviations.raise(CATEGORY, key, Status.ERROR, reason);
    }

    void clear(String key) {
        deviations.clear(CATEGORY, key);
    }

    /** Raises or clears. */
    void set(String key, Optional<String> reason) {
        reason.ifPresentOrElse(why -> raise(key, why), () -> clear(key));
    }

    /** Tells of messages that were given up, for an hour. */
    void lost(long count, String why) {
        long now = nanos.getAsLong();
        if (count > lostTold) {
            lostTold = count;
            lostAt = now;
            deviations.raise(
                    CATEGORY, OUTBOX, Status.WARNING, count + " messages could not be sent and were given up: " + why);
        } else if (lostTold > 0 && now - lostAt >= LOSS_STANDS.toNanos()) {
            clear(OUTBOX);
        }
    }

    /** This node is passive, or there is no bot: another one speaks of Telegram, or nobody. */
    void clearAllOfTheWay() {
        StateNews.OF_THE_WAY.forEach(this::clear);
        clear(STATE);
    }
}
