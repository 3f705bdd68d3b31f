package mware.service.syslogtrap;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import mware.core.net.Datagram;
import mware.core.net.DatagramListener;
import mware.core.net.Datagrams;
import mware.core.syslog.TlsFiles;
import mware.service.syslogtrap.snmp.Trap;
import mware.service.syslogtrap.snmp.TrapSender;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of the service and their counts; safe on any thread. */
public final class SyslogTrap implements TlsFiles.Source {

    /** The heading in the system state for what is wrong with the syslog side. */
    static final String CATEGORY = "syslog";

    private static final Logger LOG = LoggerFactory.getLogger("syslog-trap");

    private final SyslogParser parser;
    private final TrapSender sender;
    private final Deviations deviations;
    private final Rfc5676 rfc5676 = new Rfc5676();
    private final LongAdder received = new LongAdder();
    private final LongAdder unparsed = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final Losses losses = new Losses();
    private volatile long lost;
    private volatile SyslogTrapSettings settings =
            new SyslogTrapSettings(new Rules(List.of(), List.of()), Optional.empty(), List.of());

    public SyslogTrap(SyslogParser parser, TrapSender sender, Deviations deviations) {
        this.parser = parser;
        this.sender = sender;
        this.deviations = deviations;
    }

    /**
     * Uses this setting from now on; what is wrong in it is left out, logged and told in the system state.
     *
     * @param setting the object {@code syslog_trap}
     * @param receivers the names of the receivers there are
     */
    public void apply(JsonNode setting, List<String> receivers) {
        SyslogTrapSettings next = SyslogTrapSettings.read(setting, receivers);
        settings = next;
        next.problems().forEach(problem -> LOG.warn("left out: {}", problem));
        deviations.set(
                !next.problems().isEmpty(), CATEGORY, "settings", Status.WARNING, String.join("; ", next.problems()));
    }

    /** The messages of a batch; one that names no sender gets the address that it came from. */
    public Messages parse(Datagrams batch) {
        List<SyslogMessage> list = new ArrayList<>(batch.list().size());
        int wrong = 0;
        for (Datagram datagram : batch.list()) {
            SyslogMessage message = parser.parse(datagram.data());
            wrong += message.parsed() ? 0 : 1;
            list.add(message.host().isEmpty() ? message.from(address(datagram.peer())) : message);
        }
        received.add(list.size());
        unparsed.add(wrong);
        return new Messages(list);
    }

    private static String address(InetSocketAddress peer) {
        return peer.getAddress() == null ? "" : peer.getAddress().getHostAddress();
    }

    /** What leaves, in the order it came, those for the same receivers together. */
    public Outgoing decide(Messages messages) {
        Rules rules = settings.rules();
        List<Outgoing.Part> parts = new ArrayList<>(1);
        Outgoing.Part part = null;
        int out = 0;
        for (SyslogMessage message : messages.list()) {
            Decision decision = rules.decide(message);
            if (decision.drops()) {
                continue;
            }
            if (part == null || !part.receivers().equals(decision.receivers())) {
                part = new Outgoing.Part(new ArrayList<>(messages.list().size()), decision.receivers());
                parts.add(part);
            }
            part.traps().add(rfc5676.trap(message));
            out++;
        }
        dropped.add((long) messages.list().size() - out);
        return new Outgoing(parts);
    }

    /** Hands them to the sender, which limits, queues and counts by receiver. */
    public void send(Outgoing outgoing) {
        for (Outgoing.Part part : outgoing.parts()) {
            sender.sendAll(part.traps(), part.receivers());
            sent.add(part.traps().size());
        }
    }

    /** Tells in the system state when datagrams were lost before they could be read; asked once a second. */
    public void watch(DatagramListener.Counts udp) {
        lost = udp.lost();
        Optional<String> wrong = losses.look(udp.lost(), System.nanoTime());
        deviations.set(wrong.isPresent(), CATEGORY, "lost", Status.WARNING, wrong.orElse(""));
    }

    @Override
    public Optional<TlsFiles> current() {
        return settings.tls();
    }

    /** What became of the messages since this node started. */
    public Counts counts() {
        long all = received.sum();
        long not = unparsed.sum();
        return new Counts(all, all - not, not, dropped.sum(), sent.sum(), lost);
    }

    /**
     * What became of the messages since this node started; what became of the notifications is told by receiver.
     *
     * @param received messages handled
     * @param parsed those that could be taken apart
     * @param unparsed those that could not; they leave with their raw text
     * @param dropped by a rule, or by the default since less than a warning
     * @param sent handed to the SNMP side, for one receiver or more
     * @param lost datagrams that the kernel dropped since they came faster than they were read; of the present socket
     */
    public record Counts(long received, long parsed, long unparsed, long dropped, long sent, long lost) {}

    /** Messages of one batch, in their order. */
    public record Messages(List<SyslogMessage> list) {}

    /** Notifications of one batch. */
    public record Outgoing(List<Part> parts) {

        /** Notifications for the same receivers. */
        public record Part(List<Trap> traps, List<String> receivers) {}
    }
}
