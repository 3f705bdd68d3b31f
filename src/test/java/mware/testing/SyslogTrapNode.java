package mware.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.stream.Collectors;
import mware.core.cluster.ServiceRoutes;
import mware.core.config.Settings;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.net.DatagramComponent;
import mware.core.net.DatagramListener;
import mware.core.syslog.StreamComponent;
import mware.core.syslog.StreamCounts;
import mware.service.syslogtrap.SyslogParser;
import mware.service.syslogtrap.SyslogTrap;
import mware.service.syslogtrap.SyslogTrapApi;
import mware.service.syslogtrap.snmp.Receiver;
import mware.service.syslogtrap.snmp.Receivers;
import mware.service.syslogtrap.snmp.SnmpSender;
import org.apache.camel.component.stub.StubComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.RoutePolicySupport;

/** The service as its route file has it, in this JVM and on free ports, active from the start; without a cluster. */
public final class SyslogTrapNode implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final int port;
    private final Deviations deviations = new Deviations(Clock.systemUTC());
    private final SnmpSender sender;
    private final SyslogTrap service;
    private final DefaultCamelContext camel = new DefaultCamelContext();

    /** Starts it with this setting, whose receivers need only name and port. */
    public SyslogTrapNode(String setting) throws Exception {
        this(FreePorts.next(), setting);
    }

    /** Like {@link #SyslogTrapNode(String)}, on a given port. */
    public static SyslogTrapNode on(int port, String setting) throws Exception {
        return new SyslogTrapNode(port, setting);
    }

    private SyslogTrapNode(int port, String setting) throws Exception {
        this.port = port;
        var state = new MemoryState();
        var leadership = new SettableLeadership();
        state.begin(1);
        leadership.give(1);
        sender = new SnmpSender(state, leadership, deviations, Clock.systemUTC());
        var parser = new SyslogParser(Clock.systemUTC().withZone(ZoneId.systemDefault()));
        service = new SyslogTrap(parser, sender, deviations);
        apply(setting);
        sender.start();
        camel.getRegistry().bind("syslogTrap", service);
        camel.getRegistry()
                .bind("syslogTrapApi", new SyslogTrapApi("test", service, parser, sender::status, () -> "mware.local"));
        camel.addComponent("platform-http", camel.getComponent("stub", StubComponent.class)); // no HTTP port here
        camel.getRegistry().bind("deviations", deviations);
        camel.getRegistry().bind(ServiceRoutes.ACTIVE_NODE, new RoutePolicySupport() {});
        camel.getPropertiesComponent()
                .setInitialProperties(Settings.read(Map.of("syslog-trap.port", Integer.toString(port)))
                        .all());
        camel.addRoutes(new routes.SyslogTrapRoutes());
        camel.start();
        for (var route : camel.getRoutes()) {
            camel.getRouteController().startRoute(route.getId());
        }
    }

    /** Puts another setting in force. */
    public void apply(String setting) throws Exception {
        JsonNode read = JSON.readTree(setting);
        for (JsonNode receiver : read.path("receivers")) {
            ObjectNode filled = (ObjectNode) receiver;
            filled.put("host", "127.0.0.1").put("timeout", "1500ms").put("system_state", false);
            filled.putIfAbsent("version", filled.textNode("v2c"));
            filled.putIfAbsent("inform", filled.booleanNode(false));
            filled.putIfAbsent("retries", filled.numberNode(1));
            filled.putIfAbsent("outbox_entries", filled.numberNode(20_000));
            filled.putIfAbsent("max_traps_per_second", filled.numberNode(1000));
        }
        Receivers receivers = Receivers.read(read, text -> text);
        sender.apply(receivers);
        service.apply(read, receivers.usable().stream().map(Receiver::name).toList());
    }

    /** Where it listens for UDP and TCP. */
    public int port() {
        return port;
    }

    public SyslogTrap.Counts counts() {
        return service.counts();
    }

    /** What became of the notifications of the first receiver. */
    public long suppressed() {
        return sender.status().get(0).suppressed();
    }

    /** What went through the UDP port. */
    public DatagramListener.Counts udp() {
        return camel.getComponent("datagram", DatagramComponent.class)
                .counts()
                .values()
                .iterator()
                .next();
    }

    /** What went through the TCP port. */
    public StreamCounts tcp() {
        return camel.getComponent("syslog-stream", StreamComponent.class)
                .counts()
                .get("syslog-trap.port/tcp");
    }

    /** The reasons of all open deviations, one a line. */
    public String deviations() {
        return deviations.open().stream().map(Deviation::reason).collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        camel.stop();
        sender.close();
    }
}
