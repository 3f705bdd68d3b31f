/**
 * Sends datagrams back, to test paths between sites, without being of use as an amplifier, a reflector or a loop.
 *
 * <p>{@code routes/UdpEchoRoutes.java} reads datagrams in batches and sends what {@link mware.service.udpecho.Echo}
 * leaves of them; {@link mware.service.udpecho.EchoPolicy} says which, and why not the others. Log: {@code udp-echo}.
 * Page: docs/services/udp-echo.md.
 */
@NullMarked
package mware.service.udpecho;

import org.jspecify.annotations.NullMarked;
