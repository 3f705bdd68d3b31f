package mware.service.syslogtrap.snmp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import org.snmp4j.TransportStateReference;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.transport.UdpTransportMapping;

/**
 * The one socket to a receiver, connected, so that the kernel tells when nobody listens there and drops what others
 * send; at the same time the transport that snmp4j sends informs and version 3 through.
 */
final class UdpLink extends UdpTransportMapping {

    /** Hears that the receiver's host answered "port unreachable". */
    interface Refusals {
        void refused();
    }

    private static final int BUFFER = 4 << 20; // what the kernel grants of it takes the bursts

    private final DatagramChannel channel;
    private final Loop loop;
    private final Refusals refusals;
    private final UdpAddress remote;
    private final ByteBuffer inbound = ByteBuffer.allocate(65_535);
    private volatile boolean listening;

    UdpLink(InetSocketAddress address, Loop loop, Refusals refusals) throws IOException {
        super(new UdpAddress(address.getAddress(), address.getPort()));
        this.remote = getAddress();
        this.loop = loop;
        this.refusals = refusals;
        channel = DatagramChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
            channel.configureBlocking(false);
            channel.connect(address);
            loop.watch(channel, this::read);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Sends one datagram; false when the socket's buffer is full. */
    boolean write(ByteBuffer message) throws IOException {
        try {
            return channel.write(message) > 0;
        } catch (PortUnreachableException e) {
            // That was the answer to an earlier datagram, given in place of sending this one.
            refusals.refused();
            return channel.write(message) > 0;
        }
    }

    private void read() {
        while (channel.isOpen()) {
            inbound.clear();
            try {
                if (channel.read(inbound) <= 0) {
                    return;
                }
            } catch (PortUnreachableException e) {
                refusals.refused();
                continue;
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                return; // host unreachable and the like; the next write says so too
            }
            if (listening) {
                byte[] message = new byte[inbound.flip().remaining()];
                inbound.get(message);
                var reference = new TransportStateReference(
                        this, remote, null, SecurityLevel.undefined, SecurityLevel.undefined, false, channel);
                fireProcessMessage(remote, ByteBuffer.wrap(message), reference);
            }
        }
    }

    @Override
    public void sendMessage(
            UdpAddress address, byte[] message, TransportStateReference reference, long timeout, int retries)
            throws IOException {
        if (!write(ByteBuffer.wrap(message))) {
            throw new IOException("the socket's send buffer is full");
        }
    }

    @Override
    public void listen() {
        listening = true;
    }

    @Override
    public boolean isListening() {
        return listening;
    }

    /** Stops hearing answers; the socket stays, for {@link #shut()}. */
    @Override
    public void close() {
        listening = false;
    }

    /** Closes the socket. */
    void shut() {
        close();
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing a datagram socket cannot fail", e);
        }
        loop.execute(() -> {}); // lets the selector forget the key
    }
}
