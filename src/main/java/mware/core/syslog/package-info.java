/**
 * Syslog over TCP and TLS for routes: {@code from("syslog-stream:5514?address=127.0.0.1&key=syslog-trap.port")} gets
 * messages in batches, as datagrams get them from {@code core.net}.
 *
 * <p>{@link mware.core.syslog.Framing} finds the messages in a stream, {@link mware.core.syslog.StreamListener} owns
 * the socket and its connections, {@link mware.core.syslog.StreamConsumer} turns each batch into one exchange.
 */
@NullMarked
package mware.core.syslog;

import org.jspecify.annotations.NullMarked;
