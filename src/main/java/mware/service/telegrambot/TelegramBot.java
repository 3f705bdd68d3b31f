package mware.service.telegrambot;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import mware.core.cluster.Leadership;
import mware.core.config.Placeholders;
import mware.core.iam.Logins;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.state.RuntimeState;
import mware.core.state.StaleEpochException;
import mware.core.state.StateException;
import mware.service.telegrambot.Conversation.Facts;
import mware.service.telegrambot.Conversation.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bot of this node: works while the node is active in the group of the master domain and there is a token.
 *
 * <p>One thread, the worker, does all but waiting: it never asks Telegram, accounts or other nodes and waits for the
 * answer.
 */
public final class TelegramBot implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("telegram-bot");
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration HAND_OVER = Duration.ofMillis(300);
    private static final Duration STEP = Duration.ofSeconds(20);
    private static final BotSettings NONE =
            new BotSettings(null, URI.create("https://api.telegram.org"), null, false, Duration.ofMinutes(5), null);

    private final Leadership leadership;
    private final BooleanSupplier ours;
    private final Deviations deviations;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Troubles troubles;
    private final Ledger ledger;
    private final Sender sender;
    private final StateWatch watch;
    private final Conversation conversation;
    private final Updates updates;
    private final Polled polled;
    private final Inquiry inquiry;
    private final ScheduledThreadPoolExecutor worker = worker();
    private final ExecutorService looker = Executors.newSingleThreadExecutor(work -> daemon(work, "telegram-bot-look"));
    private volatile BotSettings settings = NONE;
    private volatile String masterDomain = "";
    private final Lines lines = new Lines();
    private final ChangedAccounts changedAccounts;
    private volatile long commands;
    private OptionalLong given = OptionalLong.empty(); // the term of the node
    private OptionalLong term = OptionalLong.empty(); // the same, where the bot is this group's
    private long tidiedAt;
    private volatile Counts counts = new Counts(0, 0, 0, 0, 0, 0);

    /**
     * Prepares the bot; it works from {@link #start} on.
     *
     * @param ours whether this node's group serves the master domain
     * @param look the open deviations by node, of all nodes that answer; may block for some seconds
     * @param clock of the zone in which times are told
     */
    public TelegramBot(
            String node,
            RuntimeState state,
            Leadership leadership,
            BooleanSupplier ours,
            Logins logins,
            Deviations deviations,
            Supplier<Map<String, List<Deviation>>> look,
            Clock clock) {
        this(node, state, leadership, ours, logins, deviations, look, clock, System::nanoTime);
    }

    TelegramBot(
            String node,
            RuntimeState state,
            Leadership leadership,
            BooleanSupplier ours,
            Logins logins,
            Deviations deviations,
            Supplier<Map<String, List<Deviation>>> look,
            Clock clock,
            LongSupplier nanos) {
        this.leadership = leadership;
        this.ours = ours;
        this.deviations = deviations;
        this.clock = clock;
        this.nanos = nanos;
        ZoneId zone = clock.getZone();
        troubles = new Troubles(deviations, nanos);
        ledger = new Ledger(state);
        sender = new Sender(ledger, troubles, clock, nanos, zone, this::run);
        watch = new StateWatch(ledger, node, deviations, look, looker, this::run, clock, nanos, zone, NONE);
        conversation = new Conversation(node, new StateText(zone));
        changedAccounts = new ChangedAccounts(logins, ledger, clock);
        inquiry = new Inquiry(logins, look, clock);
        polled = new Polled(ledger, () -> settings, lines::current, this::skip, troubles, clock, nanos);
        updates = new Updates(polled, nanos);
        tidiedAt = nanos.getAsLong();
    }

    private static ScheduledThreadPoolExecutor worker() {
        var executor = new ScheduledThreadPoolExecutor(1, work -> daemon(work, "telegram-bot"));
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRejectedExecutionHandler((task, pool) -> LOG.debug("closed, nothing more is done"));
        return executor;
    }

    private static Thread daemon(Runnable work, String name) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Begins to work; call it once. */
    public void start() {
        leadership.onChange((epoch, why) -> run(() -> changed(epoch)));
        deviations.onChange((deviation, raised) -> watch.somethingChanged());
        worker.scheduleWithFixedDelay(
                () -> guarded(this::tick), TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What camel-telegram polls through. */
    public UpdatesClient updates() {
        return new UpdatesClient(updates);
    }

    /**
     * Uses this setting from now on.
     *
     * @param setting the object {@code telegram_bot}, with its defaults
     */
    public void apply(JsonNode setting, String master) {
        masterDomain = master;
        BotSettings next;
        try {
            next = BotSettings.read(setting, Placeholders::resolve);
            troubles.clear(Troubles.SETTING);
        } catch (IllegalArgumentException e) {
            next = NONE;
            troubles.raise(Troubles.SETTING, "telegram_bot." + e.getMessage());
        }
        BotSettings read = next;
        run(() -> use(read));
    }

    /** Lets the worker do something that may find that the state cannot be kept. */
    private void run(Runnable work) {
        worker.execute(() -> guarded(work));
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (StateException e) {
            unkept(e);
        } catch (RuntimeException e) {
            LOG.error("a step failed, going on", e);
        }
    }

    private void use(BotSettings next) {
        BotSettings before = settings;
        settings = next;
        watch.use(next);
        if (term.isPresent() != (given.isPresent() && ours.getAsBoolean())) {
            changed(given); // the master domain has moved from one group to another
        }
        if (next.sameLine(before)) {
            return;
        }
        sender.use(lines.use(next));
        polled.reach().worked();
        troubles.clearAllOfTheWay();
        if (!next.bot().equals(before.bot())) {
            updates.forget();
        }
        updates.interrupt();
        LOG.info(next.token() == null ? "there is no token, so there is no bot" : "now {}", next);
    }

    private void changed(OptionalLong now) {
        given = now;
        term = ours.getAsBoolean() ? now : OptionalLong.empty();
        ledger.close();
        if (term.isPresent()) {
            begin(term.getAsLong());
        } else {
            troubles.clearAllOfTheWay();
        }
    }

    private void begin(long epoch) {
        if (term.isEmpty() || term.getAsLong() != epoch || ledger.isOpen()) {
            return;
        }
        try {
            ledger.open(epoch);
            troubles.clear(Troubles.STATE);
            sender.stopping(false);
            watch.begin();
        } catch (StateException e) {
            unkept(e);
        }
    }

    /** The runtime state cannot be used: all is read again when it can. */
    private void unkept(StateException e) {
        if (e instanceof StaleEpochException) {
            LOG.info("{}", e.getMessage()); // the change of leadership follows
            return;
        }
        troubles.raise(Troubles.STATE, "chats and outbox cannot be read or kept: " + e.getMessage());
        term.ifPresent(epoch -> worker.schedule(() -> begin(epoch), RETRY.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void tick() {
        if (ledger.isOpen() && lines.current().isPresent()) {
            changedAccounts.remove();
            watch.tick();
            tidy();
            sender.pump();
        }
    }

    private void tidy() {
        long now = nanos.getAsLong();
        if (now - tidiedAt < TimeUnit.SECONDS.toNanos(1)) {
            return;
        }
        tidiedAt = now;
        sender.tidy();
        Optional<String> trouble = sender.trouble().or(polled.reach()::trouble);
        troubles.set(
                Troubles.CONNECTION,
                trouble.map(why -> settings.baseUrl().getHost() + " cannot be reached"
                        + (settings.proxy() == null ? "" : " through the " + settings.proxy()) + ": " + why));
        counts = new Counts(
                sender.sent(),
                sender.failed(),
                sender.lost(),
                commands,
                ledger.outbox.size(),
                ledger.book().all().size());
    }

    /** Handles one message; returns when what follows from it is kept, or when that failed and it will come again. */
    public void handle(Received received) {
        long update = updates.given();
        try {
            Facts facts = inquiry.about(received, ledger.book(), masterDomain);
            worker.submit(() -> step(update, received, facts)).get(STEP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.warn("{} took too long and is tried again", received);
        } catch (ExecutionException e) {
            LOG.warn("{} could not be handled and is tried again: {}", received, String.valueOf(e.getCause()));
        }
    }

    private void step(long update, Received received, Facts facts) {
        if (!ledger.isOpen()) {
            throw new IllegalStateException("the runtime state is not at hand");
        }
        if (ledger.offset().covers(settings.bot(), update, clock.millis())) {
            return;
        }
        try {
            changedAccounts.remove();
            Outcome outcome = conversation.answer(received, ledger.book(), ledger.told(), facts, clock.millis());
            ledger.book(outcome.book());
            ledger.told(outcome.told());
            ledger.post(outcome.posts(), clock.millis());
            ledger.offset(ledger.offset().after(settings.bot(), update, clock.millis()));
            ledger.keep();
            commands++;
            if (!outcome.reason().isEmpty()) {
                LOG.info("chat {}: {}", received.chat(), outcome.reason());
            }
            sender.pump();
        } catch (StateException e) {
            unkept(e);
            throw e;
        }
    }

    private void skip(long update) {
        run(() -> {
            ledger.offset(ledger.offset().after(settings.bot(), update, clock.millis()));
            sender.pump();
        });
    }

    /** What it has done, as of a second ago. */
    public Counts counts() {
        return counts;
    }

    /** Sends nothing new, waits for what is on its way, and keeps what came of it; while the term is still valid. */
    public void handOver(Duration limit) {
        Duration most = limit.compareTo(HAND_OVER) < 0 ? limit : HAND_OVER;
        long end = System.nanoTime() + most.toNanos();
        try {
            boolean idle = false;
            while (!idle && end - System.nanoTime() > 0) {
                idle = worker.submit(() -> {
                            sender.stopping(true);
                            return sender.isIdle();
                        })
                        .get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (!idle) {
                    LockSupport.parkNanos(2_000_000);
                }
            }
            worker.submit(() -> {
                        if (ledger.isOpen()) {
                            ledger.keep();
                        }
                    })
                    .get(Math.max(50_000_000, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("what was on its way could not be awaited or kept: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
        looker.shutdownNow();
        try {
            worker.awaitTermination(STEP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        updates.interrupt();
        lines.close();
    }
}
