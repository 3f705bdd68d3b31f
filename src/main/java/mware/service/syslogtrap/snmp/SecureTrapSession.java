package mware.service.syslogtrap.snmp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Version 3 traps: signed and encrypted under the group's own engine, so none leaves before its boots were raised. */
final class SecureTrapSession extends Session {

    private @Nullable Engine engine;
    private long bootNanos;
    private @Nullable Snmp4j snmp;

    SecureTrapSession(Receiver receiver, Surroundings node) {
        super(receiver, node);
    }

    @Override
    boolean ready() {
        return snmp != null;
    }

    @Override
    boolean deliver(Trap trap, UdpLink open) throws IOException {
        if (snmp == null) {
            return false;
        }
        snmp.trap(trap, upTime());
        return true;
    }

    @Override
    void opened(UdpLink open) throws IOException {
        reopen(open);
    }

    @Override
    synchronized void engine(Engine next, long nanos) {
        engine = next;
        bootNanos = nanos;
        UdpLink open = link();
        if (open != null) {
            try {
                reopen(open);
            } catch (IOException e) {
                failed(e.toString(), node.nanos().getAsLong());
            }
        }
    }

    private void reopen(UdpLink open) throws IOException {
        shutEngine();
        if (engine != null) {
            snmp = Snmp4j.open(receiver, open, engine, (int) ((node.nanos().getAsLong() - bootNanos) / 1_000_000_000));
        }
    }

    private void shutEngine() {
        if (snmp != null) {
            snmp.close();
            snmp = null;
        }
    }

    @Override
    void work(long now) {
        // a trap is never answered
    }

    @Override
    String kind() {
        return "v3 trap";
    }

    @Override
    synchronized void close() {
        shutEngine();
        super.close();
    }
}
