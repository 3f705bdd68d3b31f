package mware.core.net;

import java.net.InetSocketAddress;

/**
 * One UDP datagram.
 *
 * @param peer who sent it, or who is to get it
 * @param data its payload, 0..65527 bytes; not copied, so not to be changed
 */
public record Datagram(InetSocketAddress peer, byte[] data) {

    @Override
    public String toString() {
        return data.length + " bytes, peer " + peer;
    }
}
