package mware.service.syslogtrap.snmp;

import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import java.util.function.LongSupplier;
import mware.core.monitor.Deviations;
import mware.testing.MemoryState;
import mware.testing.SettableLeadership;

/** One node's sender with all it stands on; nodes of a group share the runtime state. */
final class TestNode implements AutoCloseable {

    final MemoryState state;
    final SettableLeadership leadership = new SettableLeadership();
    final Deviations deviations = new Deviations(Clock.systemUTC());
    final SnmpSender sender;

    /** A node whose monotonic clock is ahead by so many seconds. */
    TestNode(MemoryState state, long aheadSeconds) {
        this(state, () -> System.nanoTime() + aheadSeconds * 1_000_000_000L, InetAddress::getAllByName);
    }

    TestNode(MemoryState state, LongSupplier nanos, Addresses.Lookup lookup) {
        this.state = state;
        sender = new SnmpSender(state, leadership, deviations, Clock.systemUTC(), nanos, lookup);
        sender.start();
    }

    /** Begins a term under this epoch, for the state too. */
    void takeOver(long epoch) {
        state.begin(epoch);
        leadership.give(epoch);
    }

    void send(String receiver, String text) {
        sender.send(Samples.text(text), List.of(receiver));
    }

    ReceiverStatus status(String receiver) {
        return sender.status().stream()
                .filter(status -> status.name().equals(receiver))
                .findFirst()
                .orElseThrow();
    }

    /** The reason of the open deviation of this receiver, empty text when there is none. */
    String deviation(String key) {
        return deviations.open().stream()
                .filter(deviation -> deviation.category().equals(SnmpSender.CATEGORY))
                .filter(deviation -> deviation.key().equals(key))
                .map(deviation -> deviation.reason())
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        sender.close();
    }
}
