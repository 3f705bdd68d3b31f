package mware.core.net;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Datagrams that were read in one go, oldest first; as the answer of a route: those to be sent.
 *
 * @param local the socket's own address
 */
public record Datagrams(InetSocketAddress local, List<Datagram> list) {}
