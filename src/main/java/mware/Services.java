package mware;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import mware.core.cluster.Leadership;
import mware.core.cluster.Work;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.Placeholders;
import mware.core.iam.Logins;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.monitor.Metrics;
import mware.core.state.RuntimeState;
import mware.service.syslogtrap.SyslogParser;
import mware.service.syslogtrap.SyslogTrap;
import mware.service.syslogtrap.SyslogTrapApi;
import mware.service.syslogtrap.snmp.Receiver;
import mware.service.syslogtrap.snmp.ReceiverStatus;
import mware.service.syslogtrap.snmp.Receivers;
import mware.service.syslogtrap.snmp.SnmpSender;
import mware.service.syslogtrap.snmp.SystemStateTraps;
import mware.service.telegrambot.Counts;
import mware.service.telegrambot.TelegramBot;
import mware.service.udpecho.Echo;
import mware.service.udpecho.EchoCounts;
import mware.service.udpecho.Verdict;
import org.apache.camel.spi.Registry;

/** The beans of the services, by what the core gives them; route files find them in the registry. */
final class Services implements AutoCloseable {

    private final SnmpSender sender;
    private final SystemStateTraps stateTraps;
    private final SyslogTrap syslogTrap;
    private final SyslogTrapApi syslogTrapApi;
    private final Echo echo;
    private final TelegramBot telegramBot;
    private final Deviations deviations;
    private final Metrics metrics;

    /**
     * Makes the services; they work from {@link #start} on.
     *
     * @param ours whether this node's group serves the master domain
     * @param logins whom the Telegram bot lets in
     * @param look the open deviations by node, of all nodes that answer
     */
    Services(
            String node,
            ActiveConfiguration configuration,
            Leadership leadership,
            RuntimeState state,
            Deviations deviations,
            Metrics metrics,
            BooleanSupplier ours,
            Logins logins,
            Supplier<Map<String, List<Deviation>>> look,
            Clock clock) {
        this.deviations = deviations;
        this.metrics = metrics;
        sender = new SnmpSender(state, leadership, deviations, clock);
        var parser = new SyslogParser(clock.withZone(ZoneId.systemDefault()));
        syslogTrap = new SyslogTrap(parser, sender, deviations);
        syslogTrapApi = new SyslogTrapApi(node, syslogTrap, parser, sender::status, () -> configuration
                .current()
                .masterDomain()
                .name());
        stateTraps = new SystemStateTraps(sender, state, leadership, node, look);
        echo = new Echo(configuration, deviations, System::nanoTime);
        telegramBot = new TelegramBot(
                node, state, leadership, ours, logins, deviations, look, clock.withZone(ZoneId.systemDefault()));
        List<Consumer<Configuration>> parts = List.of(this::receivers, this::syslog, this::telegram);
        parts.forEach(part -> part.accept(configuration.current()));
        parts.forEach(configuration::onApply); // each on its own, so that one that fails does not stop the others
        count();
        countTelegram();
    }

    private void receivers(Configuration configuration) {
        var receivers = Receivers.read(configuration.setting("syslog_trap"), Placeholders::resolve);
        names(receivers).forEach(this::count);
        sender.apply(receivers);
    }

    private void telegram(Configuration configuration) {
        telegramBot.apply(
                configuration.setting("telegram_bot"),
                configuration.masterDomain().name());
    }

    private void syslog(Configuration configuration) {
        JsonNode setting = configuration.setting("syslog_trap");
        syslogTrap.apply(setting, names(Receivers.read(setting, Placeholders::resolve)));
    }

    private static List<String> names(Receivers receivers) {
        return receivers.usable().stream().map(Receiver::name).toList();
    }

    private void count() {
        Supplier<SyslogTrap.Counts> syslog = syslogTrap::counts;
        metrics.counted(
                "syslog-trap.received", "Messages handled.", () -> syslog.get().received());
        metrics.counted(
                "syslog-trap.unparsed",
                "Messages that could not be taken apart; they leave with their raw text.",
                () -> syslog.get().unparsed());
        metrics.counted(
                "syslog-trap.dropped",
                "Messages that no receiver gets, by rule or as less than a warning.",
                () -> syslog.get().dropped());
        metrics.counted("syslog-trap.sent", "Messages handed to the SNMP side.", () -> syslog.get()
                .sent());
        Supplier<EchoCounts> echoed = echo::counts;
        metrics.counted(
                "udp-echo.packets", "Datagrams received.", () -> echoed.get().packets());
        metrics.counted("udp-echo.bytes", "Bytes of payload received.", () -> echoed.get()
                .bytes());
        metrics.counted(
                "udp-echo.sources",
                "Source addresses that got answers; one that was forgotten in between counts again.",
                () -> echoed.get().sources());
        metrics.counted(
                "udp-echo.answered", "Datagrams sent back.", () -> echoed.get().answered());
        for (Verdict verdict : Verdict.values()) {
            if (verdict != Verdict.ECHO) {
                metrics.counted(
                        "udp-echo.dropped",
                        "Datagrams without an answer.",
                        () -> echoed.get().dropped().getOrDefault(verdict, 0L),
                        "reason",
                        verdict.name().toLowerCase(Locale.ROOT));
            }
        }
    }

    private void countTelegram() {
        Supplier<Counts> bot = telegramBot::counts;
        metrics.counted("telegram-bot.sent", "Requests that Telegram took.", () -> bot.get()
                .sent());
        metrics.counted("telegram-bot.failed", "Tries that brought nothing.", () -> bot.get()
                .failed());
        metrics.counted("telegram-bot.lost", "Messages that were given up.", () -> bot.get()
                .lost());
        metrics.counted("telegram-bot.commands", "Messages to the bot that were handled.", () -> bot.get()
                .commands());
        metrics.gauge("telegram-bot.waiting", "Messages that wait, each chat counted for itself.", () -> bot.get()
                .waiting());
        metrics.gauge("telegram-bot.chats", "Connected chats.", () -> bot.get().chats());
    }

    private void count(String receiver) {
        counted(receiver, "sent", "Datagrams sent, repeated informs included.", ReceiverStatus::sent);
        counted(receiver, "failed", "Not sent, or known not to have arrived.", ReceiverStatus::failed);
        counted(receiver, "acknowledged", "Informs that were confirmed.", ReceiverStatus::acknowledged);
        counted(receiver, "suppressed", "Held back by max_traps_per_second.", ReceiverStatus::suppressed);
        counted(
                receiver,
                "given-up",
                "Expired after an hour, or pushed out of a full outbox.",
                status -> status.expired() + status.dropped());
        metrics.gauge(
                "syslog-trap.snmp.waiting",
                "Notifications that wait.",
                () -> status(receiver, ReceiverStatus::waiting),
                "receiver",
                receiver);
    }

    private void counted(String receiver, String what, String help, ToLongFunction<ReceiverStatus> figure) {
        metrics.counted("syslog-trap.snmp." + what, help, () -> status(receiver, figure), "receiver", receiver);
    }

    /** A figure of a receiver, 0 when there is none of this name any more. */
    private long status(String receiver, ToLongFunction<ReceiverStatus> figure) {
        return sender.status().stream()
                .filter(status -> status.name().equals(receiver))
                .mapToLong(figure)
                .sum();
    }

    /** Puts the beans where route files find them. */
    void bind(Registry registry) {
        registry.bind("syslogTrap", syslogTrap);
        registry.bind("syslogTrapApi", syslogTrapApi);
        registry.bind("udpEcho", echo);
        registry.bind("telegramBot", telegramBot);
        registry.bind("telegramBotUpdates", telegramBot.updates());
    }

    /** Begins to send. */
    void start() {
        sender.start();
        stateTraps.start(deviations);
        telegramBot.start();
    }

    /** What they do with the role: before it is given up, what is unacknowledged is written for the next node. */
    Work work() {
        return new Work() {
            @Override
            public void start() {
                // they hear of the term as its listeners
            }

            @Override
            public void stop(Duration limit) {
                if (!limit.isZero()) {
                    telegramBot.handOver(limit);
                    sender.handOver(limit);
                }
            }
        };
    }

    @Override
    public void close() {
        telegramBot.close();
        stateTraps.close();
        sender.close();
    }
}
