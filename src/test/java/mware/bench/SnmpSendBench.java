package mware.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import mware.core.monitor.Deviations;
import mware.service.syslogtrap.snmp.Receiver;
import mware.service.syslogtrap.snmp.Receiver.Access;
import mware.service.syslogtrap.snmp.Receiver.Auth;
import mware.service.syslogtrap.snmp.Receiver.Community;
import mware.service.syslogtrap.snmp.Receiver.Privacy;
import mware.service.syslogtrap.snmp.Receiver.User;
import mware.service.syslogtrap.snmp.Receivers;
import mware.service.syslogtrap.snmp.SnmpSender;
import mware.service.syslogtrap.snmp.Trap;
import mware.testing.MemoryState;
import mware.testing.SettableLeadership;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.snmp4j.CommunityTarget;
import org.snmp4j.PDU;
import org.snmp4j.Snmp;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.TimeTicks;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;
import org.snmp4j.transport.DefaultUdpTransportMapping;

/** How many traps of the full RFC 5676 set one thread sends a second: mware, snmp4j by itself, and camel-snmp. */
public final class SnmpSendBench implements Bench.Comparison {

    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final Duration MEASURED = Duration.ofSeconds(4);
    private static final int BATCH = 64;

    private final AtomicLong received = new AtomicLong();

    private interface Sending {
        /** Sends some, returns how many. */
        int send(int index) throws Exception;
    }

    @Override
    public void run(List<String> arguments) throws Exception {
        try (DatagramChannel sink = DatagramChannel.open()) {
            sink.setOption(StandardSocketOptions.SO_RCVBUF, 32 << 20);
            sink.bind(new InetSocketAddress("127.0.0.1", 0));
            int port = sink.socket().getLocalPort();
            count(sink);
            System.out.printf(
                    "%-52s %10s %10s %12s%n",
                    "v2c traps of 12 varbinds unless said, one thread", "sent/s", "arrived", "bytes/trap");
            camelSnmp(port);
            snmp4j(port);
            mware("mware, one by one", port, new Community("public"), 1);
            mware("mware, batches of " + BATCH, port, new Community("public"), BATCH);
            mware(
                    "mware, version 3, SHA-256 and AES-128",
                    port,
                    new User("bench", Auth.SHA_256, "bench-secret", Privacy.AES_128, "bench-secret", ""),
                    1);
        }
    }

    private void camelSnmp(int port) throws Exception {
        try (var camel = new DefaultCamelContext();
                ProducerTemplate producer = camel.createProducerTemplate()) {
            camel.start();
            String uri = "snmp:127.0.0.1:" + port + "?protocol=udp&type=TRAP&snmpVersion=1&snmpCommunity=public";
            measure("camel-snmp producer, a transport for each", index -> {
                producer.sendBody(uri, pdu(index));
                return 1;
            });
        }
    }

    private void snmp4j(int port) throws Exception {
        try (var snmp = new Snmp(new DefaultUdpTransportMapping())) {
            var target = new CommunityTarget<>(new UdpAddress("127.0.0.1/" + port), new OctetString("public"));
            target.setVersion(SnmpConstants.version2c);
            measure("snmp4j, one session", index -> {
                snmp.send(pdu(index), target);
                return 1;
            });
        }
    }

    private void mware(String name, int port, Access access, int batch) throws Exception {
        var state = new MemoryState();
        var leadership = new SettableLeadership();
        try (var sender = new SnmpSender(state, leadership, new Deviations(Clock.systemUTC()), Clock.systemUTC())) {
            sender.start();
            state.begin(1);
            leadership.give(1);
            sender.apply(new Receivers(
                    List.of(new Receiver(
                            "sink", "127.0.0.1", port, access, false, Duration.ofSeconds(1), 0, 1_000_000, 100, false)),
                    Map.of()));
            Awaitility.await().until(() -> {
                sender.send(trap(0), List.of("sink"));
                return sender.status().get(0).sent() > 0;
            });
            var names = List.of("sink");
            measure(name, index -> {
                if (batch == 1) {
                    sender.send(trap(index), names);
                } else {
                    var traps = new Trap[batch];
                    for (int i = 0; i < batch; i++) {
                        traps[i] = trap(index + i);
                    }
                    sender.sendAll(List.of(traps), names);
                }
                return batch;
            });
        }
    }

    private void measure(String name, Sending sending) throws Exception {
        send(sending, WARM_UP);
        settle();
        long before = received.get();
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        long sent = send(sending, MEASURED);
        double seconds = (System.nanoTime() - start) / 1e9;
        long perTrap = (threads.getCurrentThreadAllocatedBytes() - allocated) / sent;
        settle();
        long arrived = received.get() - before;
        System.out.printf("%-52s %10.0f %9.1f%% %12d%n", name, sent / seconds, 100.0 * arrived / sent, perTrap);
    }

    private static long send(Sending sending, Duration duration) throws Exception {
        long until = System.nanoTime() + duration.toNanos();
        long sent = 0;
        while (System.nanoTime() < until) {
            sent += sending.send((int) sent);
        }
        return sent;
    }

    /** Waits until the sink has counted what is in its buffer. */
    private void settle() {
        var last = new AtomicLong(-1);
        Awaitility.await().pollInterval(200, TimeUnit.MILLISECONDS).until(() -> {
            long now = received.get();
            return last.getAndSet(now) == now;
        });
    }

    private void count(DatagramChannel sink) {
        var thread = new Thread(
                () -> {
                    var buffer = ByteBuffer.allocateDirect(65_535);
                    try {
                        while (sink.receive(buffer.clear()) != null) {
                            received.incrementAndGet();
                        }
                    } catch (IOException closed) {
                        // the end of the bench
                    }
                },
                "sink");
        thread.setDaemon(true);
        thread.start();
    }

    private static PDU pdu(int index) {
        var pdu = new PDU();
        pdu.setType(PDU.NOTIFICATION);
        Trap trap = trap(index);
        pdu.add(new VariableBinding(SnmpConstants.sysUpTime, new TimeTicks(1)));
        pdu.add(new VariableBinding(SnmpConstants.snmpTrapOID, trap.notification()));
        pdu.addAll(trap.objects());
        return pdu;
    }

    private static final OID NOTIFICATION = new OID("1.3.6.1.2.1.192.0.1");

    private static Trap trap(int index) {
        return new Trap(
                NOTIFICATION,
                List.of(
                        binding(2, index, new Integer32(3)),
                        binding(3, index, new Integer32(4)),
                        binding(4, index, new UnsignedInteger32(1)),
                        binding(5, index, new OctetString(new byte[] {7, -22, 11, 21, 22, 7, 1, 1, -30, 64, 43, 0, 0})),
                        binding(6, index, new OctetString("sbc01.example.org")),
                        binding(7, index, new OctetString("kamailio")),
                        binding(8, index, new OctetString("24817")),
                        binding(9, index, new OctetString("REGISTER")),
                        binding(10, index, new UnsignedInteger32(0)),
                        binding(
                                11,
                                index,
                                new OctetString(
                                        "registration of sip:1042@demo.mware.local failed: timeout after 32000 ms"))));
    }

    private static VariableBinding binding(int column, int index, Variable value) {
        return new VariableBinding(
                new OID(new int[] {1, 3, 6, 1, 2, 1, 192, 1, 2, 1, column, index & 0x7FFF_FFFF}), value);
    }
}
