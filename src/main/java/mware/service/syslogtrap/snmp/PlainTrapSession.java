package mware.service.syslogtrap.snmp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Version 2c traps: encoded into one buffer and written to the socket on the caller's thread. */
final class PlainTrapSession extends Session {

    private final byte[] community;
    private final BerWriter writer = new BerWriter();
    private int requestId;

    PlainTrapSession(Receiver receiver, Receiver.Community access, Surroundings node) {
        super(receiver, node);
        community = access.community().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    boolean deliver(Trap trap, UdpLink open) throws IOException {
        requestId = requestId + 1 & Integer.MAX_VALUE;
        return open.write(writer.trap(community, requestId, node.upTime(), trap));
    }

    @Override
    void opened(UdpLink open) {
        // nothing else stands on the socket
    }

    @Override
    void engine(Engine engine, long bootNanos) {
        // version 2c has no engine
    }

    @Override
    void work(long now) {
        // a trap is never answered
    }

    @Override
    String kind() {
        return "v2c trap";
    }
}
