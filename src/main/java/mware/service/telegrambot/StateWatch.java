package mware.service.telegrambot;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.service.telegrambot.Chat.Subscription;
import mware.service.telegrambot.Message.Kind;
import mware.service.telegrambot.StateText.Words;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts into the outbox what changes in the system state: of this node within a second or so, of all nodes each period.
 * On the bot's worker, but for the looking.
 */
final class StateWatch {

    /** So long after its first change the state of this node is told: what belongs together changes together. */
    static final Duration GATHER = Duration.ofMillis(800);

    /** A new term first lets nodes and services settle. */
    static final Duration SETTLE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger("telegram-bot");

    private final Ledger ledger;
    private final String node;
    private final Deviations own;
    private final Supplier<Map<String, List<Deviation>>> look;
    private final Executor looker;
    private final Executor worker;
    private final Clock clock;
    private final LongSupplier nanos;
    private final ZoneId zone;
    private final StateText words;
    private BotSettings settings;
    private volatile boolean changed;
    private volatile long changedAt;
    private boolean looking;
    private long nextLook;

    StateWatch(
            Ledger ledger,
            String node,
            Deviations own,
            Supplier<Map<String, List<Deviation>>> look,
            Executor looker,
            Executor worker,
            Clock clock,
            LongSupplier nanos,
            ZoneId zone,
            BotSettings settings) {
        this.ledger = ledger;
        this.node = node;
        this.own = own;
        this.look = look;
        this.looker = looker;
        this.worker = worker;
        this.clock = clock;
        this.nanos = nanos;
        this.zone = zone;
        this.settings = settings;
        words = new StateText(zone);
    }

    void use(BotSettings next) {
        settings = next;
        begin();
    }

    /** A term, or another period, begins. */
    void begin() {
        Duration first = settings.period().compareTo(SETTLE) < 0 ? settings.period() : SETTLE;
        nextLook = nanos.getAsLong() + first.toNanos();
        somethingChanged();
    }

    /** Something was raised or cleared on this node; from any thread. */
    void somethingChanged() {
        if (!changed) {
            changedAt = nanos.getAsLong();
            changed = true;
        }
    }

    /** Does what is due. */
    void tick() {
        long now = nanos.getAsLong();
        if (changed && now - changedAt >= GATHER.toNanos()) {
            changed = false;
            tell(Map.of(node, own.open()));
        }
        if (!looking && nextLook - now <= 0) {
            looking = true;
            nextLook = now + settings.period().toNanos();
            looker.execute(this::lookAtAll);
        }
        if (ledger.told().isDigestDue(clock.millis(), settings.digestAt(), zone)) {
            Told told = ledger.told();
            ledger.told(new Told(told.known(), clock.millis()));
            post(words.digest(told), to(Subscription.ON));
        }
    }

    private void lookAtAll() {
        @Nullable Map<String, List<Deviation>> found = null;
        try {
            found = look.get();
        } catch (RuntimeException e) {
            LOG.warn("the system state could not be gathered: {}", e.toString());
        }
        Map<String, List<Deviation>> all = found;
        worker.execute(() -> {
            looking = false;
            if (ledger.isOpen() && all != null) {
                var fresh = new LinkedHashMap<>(all);
                fresh.put(node, own.open()); // the look took a while
                tell(fresh);
            }
        });
    }

    private void tell(Map<String, List<Deviation>> open) {
        Told before = ledger.told();
        StateNews news = StateNews.between(before.known(), open);
        if (news.isEmpty()) {
            if (!news.known().equals(before.known())) {
                ledger.told(new Told(news.known(), before.at())); // figures in the reasons
            }
            return;
        }
        ledger.told(new Told(news.known(), clock.millis()));
        List<Long> chats = to(Subscription.ON);
        Words what = words.news(news);
        List<Chat> paused = ledger.book().with(Subscription.PAUSED);
        if (news.isAllClear() && !paused.isEmpty()) {
            ledger.book(ledger.book()
                    .each(chat -> chat.subscription() == Subscription.PAUSED ? chat.with(Subscription.ON) : chat));
            var all = new ArrayList<>(chats);
            paused.forEach(chat -> all.add(chat.id()));
            String who = String.join(
                    ", ", paused.stream().map(Chat::login).distinct().toList());
            post(new Words(what.heading(), what.text() + "\nNo longer paused: " + who), all);
        } else {
            post(what, chats);
        }
    }

    private List<Long> to(Subscription subscription) {
        return ledger.book().with(subscription).stream().map(Chat::id).toList();
    }

    private void post(Words what, List<Long> chats) {
        LOG.info("{} (to {} chats)", what.heading(), chats.size());
        ledger.outbox.add(Kind.NEWS, what.heading(), what.text(), chats, clock.millis());
    }
}
