package mware;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import mware.core.cluster.Leadership;
import mware.core.cluster.Work;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.Placeholders;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.monitor.Metrics;
import mware.core.state.RuntimeState;
import mware.service.syslogtrap.SyslogParser;
import mware.service.syslogtrap.SyslogTrap;
import mware.service.syslogtrap.SyslogTrapApi;
import mware.service.syslogtrap.snmp.Receiver;
import mware.service.syslogtrap.snmp.Receivers;
import mware.service.syslogtrap.snmp.SnmpSender;
import mware.service.syslogtrap.snmp.SystemStateTraps;
import mware.service.udpecho.Echo;
import mware.service.udpecho.EchoCounts;
import org.apache.camel.spi.Registry;

/** The beans of the services, by what the core gives them; route files find them in the registry. */
final class Services implements AutoCloseable {

    private final SnmpSender sender;
    private final SystemStateTraps stateTraps;
    private final SyslogTrap syslogTrap;
    private final SyslogTrapApi syslogTrapApi;
    private final Echo echo;
    private final Deviations deviations;

    /**
     * Makes the services; they work from {@link #start} on.
     *
     * @param look the open deviations by node, of all nodes that answer
     */
    Services(
            String node,
            ActiveConfiguration configuration,
            Leadership leadership,
            RuntimeState state,
            Deviations deviations,
            Metrics metrics,
            Supplier<Map<String, List<Deviation>>> look,
            Clock clock) {
        this.deviations = deviations;
        sender = new SnmpSender(state, leadership, deviations, clock);
        var parser = new SyslogParser(clock.withZone(ZoneId.systemDefault()));
        syslogTrap = new SyslogTrap(parser, sender, deviations);
        syslogTrapApi = new SyslogTrapApi(node, syslogTrap, parser, sender::status);
        stateTraps = new SystemStateTraps(sender, state, leadership, node, look);
        echo = new Echo(configuration, deviations, System::nanoTime);
        apply(configuration.current());
        configuration.onApply(this::apply);
        count(metrics);
    }

    private void apply(Configuration configuration) {
        JsonNode setting = configuration.setting("syslog_trap");
        var receivers = Receivers.read(setting, Placeholders::resolve);
        sender.apply(receivers);
        syslogTrap.apply(
                setting, receivers.usable().stream().map(Receiver::name).toList());
    }

    private void count(Metrics metrics) {
        Supplier<SyslogTrap.Counts> syslog = syslogTrap::counts;
        metrics.gauge(
                "syslog-trap.received", "Messages handled.", () -> syslog.get().received());
        metrics.gauge(
                "syslog-trap.unparsed", "Not taken apart.", () -> syslog.get().unparsed());
        metrics.gauge(
                "syslog-trap.dropped", "Dropped by rule.", () -> syslog.get().dropped());
        metrics.gauge(
                "syslog-trap.sent", "Sent to a receiver.", () -> syslog.get().sent());
        Supplier<EchoCounts> echoed = echo::counts;
        metrics.gauge(
                "udp-echo.packets", "Datagrams received.", () -> echoed.get().packets());
        metrics.gauge("udp-echo.bytes", "Bytes received.", () -> echoed.get().bytes());
        metrics.gauge("udp-echo.sources", "Sources allowed.", () -> echoed.get().sources());
        metrics.gauge(
                "udp-echo.answered", "Datagrams sent back.", () -> echoed.get().answered());
    }

    /** Puts the beans where route files find them. */
    void bind(Registry registry) {
        registry.bind("syslogTrap", syslogTrap);
        registry.bind("syslogTrapApi", syslogTrapApi);
        registry.bind("udpEcho", echo);
    }

    /** Begins to send. */
    void start() {
        sender.start();
        stateTraps.start(deviations);
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
                    sender.handOver(limit);
                }
            }
        };
    }

    @Override
    public void close() {
        stateTraps.close();
        sender.close();
    }
}
