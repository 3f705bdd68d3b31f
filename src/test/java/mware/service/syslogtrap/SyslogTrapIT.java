package mware.service.syslogtrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.NetSnmpReceiver;
import mware.testing.PeerProcess;
import mware.testing.Peers;
import mware.testing.SnmpTrapd;
import mware.testing.SyslogTrapNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real senders in, real receivers out. */
class SyslogTrapIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String MSG = ".1.3.6.1.2.1.192.1.2.1.11.";

    @TempDir
    Path folder;

    @Test
    void what_logger_sends_in_any_format_and_over_any_protocol_is_printed_by_snmptrapd() throws Exception {
        String logger = Peers.need("logger", "bsdutils").toString();
        try (SnmpTrapd trapd = SnmpTrapd.start(folder);
                SyslogTrapNode node = node(trapd.port(), "")) {
            int number = 0;
            for (String protocol : List.of("--udp", "--tcp", "--tcp --octet-count")) {
                for (String format : List.of("--rfc3164", "--rfc5424", "--rfc5424=notime,nohost")) {
                    var command = new ArrayList<>(List.of(logger, "-n", "127.0.0.1", "-P", "" + node.port()));
                    command.addAll(List.of((protocol + " " + format).split(" ")));
                    command.addAll(List.of("-p", "local0.err", "-t", "asterisk", "trunk " + number++ + " is down"));
                    Command.run(command.toArray(String[]::new));
                }
            }

            await().atMost(LIMIT).until(() -> trapd.traps().size() >= 9);
            for (int i = 0; i < number; i++) {
                String text = "trunk " + i + " is down";
                assertThat(trapd.traps()).as(text).anySatisfy(trap -> assertThat(trap)
                        .contains(".1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.2.1.192.0.1")
                        .contains(MSG)
                        .contains(text)
                        .contains("\"asterisk\"")
                        .containsPattern("192\\.1\\.2\\.1\\.2\\.\\d+ = INTEGER: 16")
                        .containsPattern("192\\.1\\.2\\.1\\.3\\.\\d+ = INTEGER: 3"));
            }
            assertThat(node.counts().unparsed()).isZero();
        }
    }

    @Test
    void rsyslog_and_loggen_send_and_npm_net_snmp_receives() throws Exception {
        Path rsyslog = Peers.need("rsyslogd", "rsyslog");
        Path loggen = Path.of("/opt/mware-peers/syslog-ng-core/usr/bin/loggen");
        Peers.needFile(loggen, "run src/test/peers/install");
        try (NetSnmpReceiver receiver = NetSnmpReceiver.start(folder);
                SyslogTrapNode node = node(receiver.port(), "")) {
            Path socket = folder.resolve("in.sock");
            Path configuration = Files.writeString(
                    folder.resolve("rsyslog.conf"),
                    """
                    module(load="imuxsock" SysSock.Use="off")
                    input(type="imuxsock" Socket="%s")
                    *.* action(type="omfwd" target="127.0.0.1" port="%d" protocol="tcp" TCP_Framing="octet-counted"
                        template="RSYSLOG_SyslogProtocol23Format")
                    """
                            .formatted(socket, node.port()));
            try (PeerProcess daemon = PeerProcess.start(
                    "rsyslogd",
                    folder.resolve("rsyslogd.out"),
                    List.of(
                            rsyslog.toString(),
                            "-n",
                            "-f",
                            configuration.toString(),
                            "-i",
                            folder.resolve("pid").toString()))) {
                daemon.await("open its socket", LIMIT, () -> Files.exists(socket));
                Command.run("logger", "-u", socket.toString(), "-p", "daemon.crit", "-t", "drbd", "split brain");
                await().atMost(LIMIT).until(() -> receiver.said().contains("split brain"));
            }
            PeerProcess sender = PeerProcess.start(
                    "loggen",
                    folder.resolve("loggen.out"),
                    List.of(
                            loggen.toString(),
                            "--inet",
                            "--stream",
                            "--syslog-proto",
                            "--rate=500",
                            "--number=300",
                            "--size=200",
                            "127.0.0.1",
                            "" + node.port()),
                    Map.of("LD_LIBRARY_PATH", "/usr/lib/syslog-ng"));
            assertThat(sender.waitFor(LIMIT)).as(sender.tail(20)).isTrue();
            await().atMost(LIMIT).until(() -> node.counts().received() >= 301);
            assertThat(node.counts().unparsed()).isZero();
        }
    }

    @Test
    void two_hundred_tcp_senders_with_half_frames_lose_nothing() throws Exception {
        try (SnmpTrapd trapd = SnmpTrapd.start(folder);
                SyslogTrapNode node = node(trapd.port(), ",\"max_traps_per_second\":100000")) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                sockets.add(new Socket("127.0.0.1", node.port()));
            }
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < sockets.size(); i++) {
                    String message = "<131>Mar 10 10:00:00 host" + i + " app: round " + round;
                    String frame = i % 2 == 0 ? message.length() + " " + message : message + "\n";
                    int half = frame.length() / 2;
                    OutputStream out = sockets.get(i).getOutputStream();
                    out.write(frame.substring(0, half).getBytes(UTF_8));
                    out.flush();
                    out.write(frame.substring(half).getBytes(UTF_8));
                }
            }
            await().atMost(LIMIT).until(() -> node.counts().received() >= 4000);
            assertThat(node.tcp().open()).isEqualTo(200);
            for (Socket socket : sockets) {
                socket.close();
            }
            await().atMost(LIMIT).until(() -> node.tcp().open() == 0);
            assertThat(node.counts().received()).isEqualTo(4000);
            assertThat(node.counts().unparsed()).isZero();
        }
    }

    @Test
    void a_datagram_of_64_kib_arrives_cut_to_a_trap() throws Exception {
        try (SnmpTrapd trapd = SnmpTrapd.start(folder);
                SyslogTrapNode node = node(trapd.port(), "");
                DatagramSocket socket = new DatagramSocket()) {
            byte[] large = ("<131>Mar 10 10:00:00 h app: " + "x".repeat(65_000)).getBytes(UTF_8);
            socket.send(new DatagramPacket(large, large.length, InetAddress.getLoopbackAddress(), node.port()));

            await().atMost(LIMIT).until(() -> trapd.traps().size() == 1);
            assertThat(trapd.traps().get(0)).contains("x".repeat(64_000));
        }
    }

    @Test
    void a_flood_is_limited_by_receiver_and_told_in_one_trap() throws Exception {
        try (SnmpTrapd trapd = SnmpTrapd.start(folder);
                SyslogTrapNode node = node(trapd.port(), ",\"max_traps_per_second\":100");
                Socket socket = new Socket("127.0.0.1", node.port())) {
            socket.getOutputStream()
                    .write("<131>Mar 10 10:00:00 h app: flood\n".repeat(5000).getBytes(UTF_8));

            await().atMost(LIMIT).until(() -> node.counts().sent() == 5000);
            await().atMost(LIMIT)
                    .until(() -> trapd.said().contains("Gauge32: " + node.suppressed())
                            || trapd.said().contains(": " + node.suppressed()));
            assertThat(node.suppressed()).isBetween(4000L, 4900L);
        }
    }

    @Test
    void tls_is_off_until_it_is_configured_then_on_without_a_restart() throws Exception {
        Peers.need("openssl", "openssl");
        Path key = folder.resolve("key.pem");
        Path certificate = folder.resolve("certificate.pem");
        Command.run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        int tlsPort = FreePorts.next();
        try (SnmpTrapd trapd = SnmpTrapd.start(folder);
                SyslogTrapNode node = node(trapd.port(), "")) {
            assertThat(accepts(tlsPort)).isFalse();

            node.apply(
                    "{\"receivers\":[{\"name\":\"trapd\",\"port\":%d}],\"tls\":{\"port\":%d,\"certificate\":\"%s\",\"key\":\"%s\"}}"
                            .formatted(trapd.port(), tlsPort, certificate, key));

            await().atMost(LIMIT).until(() -> accepts(tlsPort));
            try (SSLSocket socket =
                    (SSLSocket) anyCertificate().getSocketFactory().createSocket("127.0.0.1", tlsPort)) {
                String message = "<131>1 2026-03-10T10:00:00Z sbc tls - - - over TLS";
                socket.getOutputStream().write((message.length() + " " + message).getBytes(UTF_8));
                socket.getOutputStream().flush();
                await().atMost(LIMIT).until(() -> trapd.said().contains("over TLS"));
            }

            node.apply(
                    "{\"receivers\":[{\"name\":\"trapd\",\"port\":%d}],\"tls\":{\"port\":%d,\"certificate\":\"%s\",\"key\":\"/none\"}}"
                            .formatted(trapd.port(), tlsPort, certificate));
            await().atMost(LIMIT).until(() -> node.deviations().contains("cannot read /none"));
        }
    }

    @Test
    void a_taken_port_is_named_with_its_key_and_had_when_it_is_free() throws Exception {
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try (SnmpTrapd trapd = SnmpTrapd.start(folder);
                SyslogTrapNode node = SyslogTrapNode.on(taken.getLocalPort(), setting(trapd.port(), ""))) {
            assertThat(node.deviations())
                    .contains("TCP port " + taken.getLocalPort() + " on 127.0.0.1 (syslog-trap.port) is taken");
            taken.close();

            await().atMost(LIMIT).until(() -> node.deviations().isEmpty());
            assertThat(accepts(taken.getLocalPort())).isTrue();
        }
    }

    @Test
    void a_burst_larger_than_the_backlog_waits_in_the_senders_and_loses_nothing() throws Exception {
        try (SnmpTrapd trapd = SnmpTrapd.start(folder);
                SyslogTrapNode node = node(trapd.port(), "")) {
            byte[] line = ("<135>Mar 10 10:00:00 h app: " + "x".repeat(900) + "\n").getBytes(UTF_8);
            IntStream.range(0, 4).parallel().forEach(sender -> {
                try (Socket socket = new Socket("127.0.0.1", node.port())) {
                    for (int i = 0; i < 30_000; i++) {
                        socket.getOutputStream().write(line);
                    }
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });

            await().atMost(LIMIT).until(() -> node.counts().received() == 120_000);
            assertThat(node.counts().dropped())
                    .as("debug, so dropped by the default rule")
                    .isEqualTo(120_000);
        }
    }

    private static SyslogTrapNode node(int receiver, String more) throws Exception {
        return new SyslogTrapNode(setting(receiver, more));
    }

    private static String setting(int receiver, String more) {
        return "{\"receivers\":[{\"name\":\"trapd\",\"port\":" + receiver + more + "}]}";
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private static SSLContext anyCertificate() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        return context;
    }
}
