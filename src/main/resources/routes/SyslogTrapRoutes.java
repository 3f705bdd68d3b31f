package routes;

import mware.core.cluster.ServiceRoutes;
import mware.core.http.Api;
import mware.core.net.DatagramComponent;
import mware.core.net.DatagramListener;
import mware.core.net.Datagrams;
import mware.service.syslogtrap.SyslogTrap;
import mware.service.syslogtrap.SyslogTrapApi;
import mware.service.syslogtrap.SyslogTrap.Messages;
import mware.service.syslogtrap.SyslogTrap.Outgoing;

/** Syslog messages come in over UDP, TCP and TLS on the active node, and leave as SNMP notifications. */
public final class SyslogTrapRoutes extends ServiceRoutes {

    @Override
    public void configure() {
        SyslogTrap service = the(SyslogTrap.class);
        SyslogTrapApi api = the(SyslogTrapApi.class);
        DatagramComponent udp = getContext().getComponent("datagram", DatagramComponent.class);

        onActiveNodeOfMasterDomain("syslog-trap", "datagram:{{syslog-trap.port}}?{{syslog-trap.listen}}&key=syslog-trap.port")
            .to("direct:syslog-trap.messages");

        onActiveNodeOfMasterDomain("syslog-trap.tcp", "syslog-stream:{{syslog-trap.port}}?{{syslog-trap.listen}}&key=syslog-trap.port")
            .to("direct:syslog-trap.messages");

        onActiveNodeOfMasterDomain("syslog-trap.tls", "syslog-stream:tls?{{syslog-trap.listen}}&key=syslog_trap.tls")
            .to("direct:syslog-trap.messages");

        step("syslog-trap.messages")
            .transform().body(Datagrams.class, service::parse)
            .transform().body(Messages.class, service::decide)
            .process().body(Outgoing.class, service::send);

        onActiveNodeOfMasterDomain("syslog-trap.watch", "scheduler:syslog-trap.watch?delay=1s")
            .setBody(tick -> udp.counts().get("syslog-trap.port"))
            .filter(body().isNotNull())
                .process().body(DatagramListener.Counts.class, service::watch);

        onRequest("syslog-trap.status", "GET", "/api/syslogtrap/v1/status")
            .process(Api.answer(api::status));

        onRequest("syslog-trap.test", "POST", "/api/syslogtrap/v1/test")
            .process(Api.answer(api::test));
    }
}
