package mware.service.udpecho;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import mware.core.net.Datagram;
import mware.core.net.Datagrams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The echo of this node: leaves of a batch what is sent back, counts, and tells once a minute what is not and why. */
public final class Echo {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final Logger LOG = LoggerFactory.getLogger("udp-echo");

    private final Deviations deviations;
    private final LongSupplier nanos;
    private final Sources sources = new Sources();
    private final Map<Verdict, Tally> tallies = new EnumMap<>(Verdict.class);
    private final CRC32C checksum = new CRC32C();
    private long bytes;
    private volatile EchoPolicy policy;

    /**
     * Follows {@code configuration} from now on.
     *
     * @param nanos a monotonic clock
     */
    public Echo(ActiveConfiguration configuration, Deviations deviations, LongSupplier nanos) {
        this.deviations = deviations;
        this.nanos = nanos;
        for (Verdict verdict : Verdict.values()) {
            tallies.put(verdict, new Tally());
        }
        policy = policy(configuration.current());
        configuration.onApply(next -> policy = policy(next));
    }

    /** How often a verdict was given, and when that was last told. */
    private static final class Tally {
        private long count;
        private long told;
        private long toldAt;
    }

    /** Those of {@code batch} that are sent back, unchanged. */
    public synchronized Datagrams answers(Datagrams batch) {
        long now = nanos.getAsLong();
        EchoPolicy rules = policy;
        int ownPort = batch.local().getPort();
        List<Datagram> answers = new ArrayList<>(batch.list().size());
        for (Datagram datagram : batch.list()) {
            bytes += datagram.data().length;
            Verdict verdict = rules.decide(datagram.peer(), ownPort, mark(datagram.data()), sources, now);
            Tally tally = tallies.get(verdict);
            tally.count++;
            if (verdict == Verdict.ECHO) {
                answers.add(datagram);
            } else if (tally.told == 0 || now - tally.toldAt >= MINUTE) {
                long untold = tally.count - tally.told;
                LOG.info(
                        "no answer to {} port {}: {}{}",
                        datagram.peer().getAddress().getHostAddress(),
                        datagram.peer().getPort(),
                        verdict.why(),
                        untold > 1 ? " (" + untold + " such datagrams since last told)" : "");
                tally.told = tally.count;
                tally.toldAt = now;
            }
        }
        return new Datagrams(batch.local(), answers);
    }

    /** What was done so far. */
    public synchronized EchoCounts counts() {
        Map<Verdict, Long> dropped = new EnumMap<>(Verdict.class);
        long packets = 0;
        for (Map.Entry<Verdict, Tally> entry : tallies.entrySet()) {
            packets += entry.getValue().count;
            if (entry.getKey() != Verdict.ECHO) {
                dropped.put(entry.getKey(), entry.getValue().count);
            }
        }
        return new EchoCounts(packets, bytes, tallies.get(Verdict.ECHO).count, sources.seen(), dropped);
    }

    private int mark(byte[] data) {
        checksum.reset();
        checksum.update(data);
        return (int) checksum.getValue() + data.length;
    }

    private EchoPolicy policy(Configuration configuration) {
        EchoSettings settings = EchoSettings.read(configuration.settings());
        deviations.set(
                !settings.problems().isEmpty(),
                "configuration",
                "udp_echo",
                Status.ERROR,
                String.join("; ", settings.problems()));
        EchoPolicy next = new EchoPolicy(
                settings.networks().orElseGet(() -> SiteNetworks.of(configuration, SiteNetworks.attached())),
                settings.packetsPerSecond());
        LOG.info("answers {}", next.inWords());
        return next;
    }
}
