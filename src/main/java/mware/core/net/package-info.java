/**
 * UDP for routes: {@code from("datagram:7007?address=127.0.0.1&key=udp-echo.port")} gets datagrams in batches.
 *
 * <p>{@link mware.core.net.DatagramListener} owns the socket and its one thread, {@link
 * mware.core.net.DatagramConsumer} turns each batch into one exchange, {@link mware.core.net.KernelDrops} tells what
 * was lost before it was read. Why not camel-netty: docs/decisions/udp-in-batches.md.
 */
@NullMarked
package mware.core.net;

import org.jspecify.annotations.NullMarked;
