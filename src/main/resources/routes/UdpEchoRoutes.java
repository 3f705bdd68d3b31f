package routes;

import mware.core.cluster.ServiceRoutes;
import mware.core.net.Datagrams;
import mware.service.udpecho.Echo;

/** Sends every datagram back to where it came from, on every node, so that paths between servers can be tested. */
public final class UdpEchoRoutes extends ServiceRoutes {

    @Override
    public void configure() {
        Echo echo = the(Echo.class);

        onEveryNode("udp-echo", "datagram:{{udp-echo.port}}?address={{udp-echo.address}}&key=udp-echo.port&reply=true")
            .transform().body(Datagrams.class, echo::answers);
    }
}
