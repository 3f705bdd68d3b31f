package mware.service.syslogtrap.snmp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.TimeTicks;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.VariableBinding;

/**
 * One receiver while it is configured: its socket, its limit, its counts. All methods are quick and safe on any thread.
 */
abstract class Session {

    /** Traps that wait until the receiver's address, or the engine, is known; the oldest make room. */
    static final int MOST_WAITING = 10_000;

    /** What a node gives all of its sessions. */
    record Surroundings(Loop loop, LongSupplier nanos, long startNanos) {

        /** sysUpTime (RFC 3418), hundredths of a second since this node started; wraps after 497 days. */
        long upTime() {
            return (nanos.getAsLong() - startNanos) / 10_000_000 & 0xFFFF_FFFFL;
        }
    }

    final Receiver receiver;
    final Surroundings node;
    final Health health = new Health();
    private final RateLimit limit;
    private final Deque<Trap> waiting = new ArrayDeque<>();
    private @Nullable UdpLink link;
    private @Nullable InetSocketAddress address;
    private long sent;
    private long failed;
    private long suppressed;
    private long dropped;

    Session(Receiver receiver, Surroundings node) {
        this.receiver = receiver;
        this.node = node;
        this.limit = new RateLimit(receiver.maxTrapsPerSecond(), node.nanos().getAsLong());
    }

    /** The session that fits the receiver. */
    static Session of(Receiver receiver, Surroundings node) {
        if (receiver.inform()) {
            return new InformSession(receiver, node);
        }
        return receiver.access() instanceof Receiver.Community community
                ? new PlainTrapSession(receiver, community, node)
                : new SecureTrapSession(receiver, node);
    }

    /** Takes notifications; {@code limited} ones as far as the receiver's limit allows. */
    final synchronized void accept(List<Trap> traps, boolean limited) {
        long now = node.nanos().getAsLong();
        for (Trap trap : traps) {
            if (!limited || limit.allows(now)) {
                take(trap, now);
            } else {
                suppressed++;
            }
        }
    }

    /** Sends or queues one notification; the limit has been seen to. */
    void take(Trap trap, long now) {
        if (waiting.isEmpty() && ready()) {
            sendNow(trap, now);
            return;
        }
        waiting.add(trap);
        if (waiting.size() > MOST_WAITING) {
            waiting.remove();
            dropped++;
            health.failed("more traps wait for " + receiver.address() + " than can be kept", now);
        }
    }

    private void sendNow(Trap trap, long now) {
        try {
            UdpLink open = link;
            if (open != null && deliver(TrapSize.fit(trap), open)) {
                sent(now);
            } else {
                failed("the socket's send buffer is full", now);
            }
        } catch (IOException | RuntimeException e) {
            failed(receiver.address() + ": " + e.getMessage(), now);
        }
    }

    /** Whether {@link #deliver} can work now. */
    boolean ready() {
        return link != null;
    }

    /** Sends one trap; false when the socket has no room. */
    abstract boolean deliver(Trap trap, UdpLink open) throws IOException;

    /** The socket was opened or replaced. */
    abstract void opened(UdpLink open) throws IOException;

    /** The engine of this node's term is known, or changed; {@code bootNanos} is when its boots were raised. */
    abstract void engine(Engine engine, long bootNanos);

    /** Regular work; called with the lock held. */
    abstract void work(long now);

    /** Such as {@code v2c trap}. */
    abstract String kind();

    /** Opens a socket to the address, unless it is the one already used. */
    final synchronized void connect(InetSocketAddress to) {
        health.resolved();
        if (to.equals(address)) {
            return;
        }
        try {
            var open = new UdpLink(to, node.loop(), this::refused);
            UdpLink before = link;
            link = open;
            address = to;
            opened(open);
            if (before != null) {
                before.shut();
            }
        } catch (IOException e) {
            failed(receiver.address() + ": " + e.getMessage(), node.nanos().getAsLong());
        }
    }

    final synchronized void unresolved(String reason) {
        health.unresolved(reason);
    }

    private synchronized void refused() {
        failed(
                receiver.address() + " refuses: nobody listens on that port",
                node.nanos().getAsLong());
    }

    final void sent(long now) {
        sent++;
        health.sent(now);
    }

    final void failed(String reason, long now) {
        failed++;
        health.failed(reason, now);
    }

    final @Nullable UdpLink link() {
        return link;
    }

    /**
     * Ten times a second: sends what waited, does the regular work; what is wrong now, empty when all is well.
     *
     * @param active whether this node is the one that sends for its group
     */
    final synchronized Optional<String> tick(boolean active) {
        long now = node.nanos().getAsLong();
        while (!waiting.isEmpty() && ready()) {
            sendNow(waiting.remove(), now);
        }
        OptionalLong toTell = limit.toTell(now);
        if (toTell.isPresent()) {
            take(suppressedTrap(toTell.getAsLong()), now);
        }
        work(now);
        if (!active) {
            health.passive();
        }
        return health.wrong(now);
    }

    private Trap suppressedTrap(long count) {
        return new Trap(
                Oids.SUPPRESSED,
                List.of(
                        new VariableBinding(Oids.RECEIVER, new OctetString(receiver.name())),
                        new VariableBinding(
                                Oids.SUPPRESSED_COUNT, new UnsignedInteger32(Math.min(count, 0xFFFF_FFFFL)))));
    }

    /** Notifications that nobody will ever get, so far. */
    synchronized long lost() {
        return dropped;
    }

    final TimeTicks upTime() {
        return new TimeTicks(node.upTime());
    }

    synchronized ReceiverStatus status() {
        return new ReceiverStatus(
                receiver.name(),
                receiver.address(),
                kind(),
                sent,
                failed,
                0,
                0,
                waiting.size(),
                0,
                dropped,
                suppressed,
                health.lastError());
    }

    /** Closes the socket; what waits is lost, unless it is in an outbox. */
    synchronized void close() {
        if (link != null) {
            link.shut();
            link = null;
            address = null;
        }
    }
}
