package mware;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import mware.core.cluster.Leadership;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.Placeholders;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.monitor.Metrics;
import mware.core.state.RuntimeState;
import mware.service.syslogtrap.SyslogParser;
import mware.service.syslogtrap.SyslogTrap;
import mware.service.syslogtrap.snmp.Receiver;
import mware.service.syslogtrap.snmp.Receivers;
import mware.service.syslogtrap.snmp.SnmpSender;
import mware.service.syslogtrap.snmp.SystemStateTraps;
import mware.service.udpecho.Echo;
import org.apache.camel.spi.Registry;

/** The beans of the services, by what the core gives them; route files find them in the registry. */
final class Services implements AutoCloseable {

    private final SnmpSender sender;
    private final SystemStateTraps stateTraps;
    private final SyslogTrap syslogTrap;
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
        syslogTrap = new SyslogTrap(new SyslogParser(clock.withZone(ZoneId.systemDefault())), sender, deviations);
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
        metrics.gauge("syslog-trap.received", "Syslog messages handled.", () -> syslogTrap
                .counts()
                .received());
        metrics.gauge("syslog-trap.unparsed", "Those that could not be taken apart.", () -> syslogTrap
                .counts()
                .unparsed());
        metrics.gauge("syslog-trap.dropped", "Those that the rules drop.", () -> syslogTrap
                .counts()
                .dropped());
        metrics.gauge("syslog-trap.sent", "Notifications handed to the receivers.", () -> syslogTrap
                .counts()
                .sent());
        metrics.gauge(
                "udp-echo.packets", "Datagrams that came.", () -> echo.counts().packets());
        metrics.gauge("udp-echo.bytes", "Bytes that came.", () -> echo.counts().bytes());
        metrics.gauge(
                "udp-echo.sources", "Sources seen of late.", () -> echo.counts().sources());
        metrics.gauge(
                "udp-echo.answered", "Datagrams sent back.", () -> echo.counts().answered());
    }

    /** Puts the beans where route files find them. */
    void bind(Registry registry) {
        registry.bind("syslogTrap", syslogTrap);
        registry.bind("snmpSender", sender);
        registry.bind("udpEcho", echo);
    }

    /** Begins to send. */
    void start() {
        sender.start();
        stateTraps.start(deviations);
    }

    @Override
    public void close() {
        stateTraps.close();
        sender.close();
    }
}
