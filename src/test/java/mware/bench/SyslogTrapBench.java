package mware.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import mware.testing.PeerProcess;
import mware.testing.Peers;
import org.awaitility.Awaitility;

/**
 * Syslog in, SNMPv2c traps out to a process that counts: mware with the full object set of RFC 5676 beside rsyslog's
 * omsnmp with its one text, one after the other in one run. Prints offered, out, lost and, for bursts, the rate.
 */
public final class SyslogTrapBench implements Bench.Comparison {

    private static final int BURST = 100_000;
    private static final int BURSTS = 5; // the first ones warm up; the middle of the last three counts
    private static final int[] RATES = {10_000, 20_000, 40_000, 60_000};
    private static final int SECONDS = 5;

    private record Row(int offered, long out, long perSecond, long sinkLost) {}

    @Override
    public void run(List<String> arguments) throws Exception {
        Path folder = Files.createTempDirectory("mware-bench");
        List<Row> ours = mware(folder);
        List<Row> theirs = rsyslog(folder);
        System.out.printf(
                "%n%-22s %10s | %10s %6s %9s | %10s %6s %9s | %5s%n",
                "", "offered", "mware out", "lost", "per s", "rsyslog", "lost", "per s", "ratio");
        for (int i = 0; i < ours.size(); i++) {
            Row our = ours.get(i);
            Row their = theirs.get(i);
            String what = i < BURSTS ? "TCP burst " + (i + 1) : "UDP " + RATES[i - BURSTS] + "/s";
            System.out.printf(
                    "%-22s %10d | %10d %6d %9d | %10d %6d %9d | %5.2f%s%n",
                    what,
                    our.offered,
                    our.out,
                    our.offered - our.out,
                    our.perSecond,
                    their.out,
                    their.offered - their.out,
                    their.perSecond,
                    (double) our.perSecond / their.perSecond,
                    our.sinkLost + their.sinkLost > 0
                            ? " (the sink itself lost " + our.sinkLost + " and " + their.sinkLost + ")"
                            : "");
        }
        long our = middle(ours);
        long their = middle(theirs);
        System.out.printf(
                "TCP burst, middle of the last three: mware %d/s, rsyslog %d/s, ratio %.2f (goal 0.70)%n",
                our, their, (double) our / their);
    }

    private static long middle(List<Row> rows) {
        return rows.subList(BURSTS - 3, BURSTS).stream()
                .mapToLong(Row::perSecond)
                .sorted()
                .skip(1)
                .findFirst()
                .orElseThrow();
    }

    private static List<Row> mware(Path folder) throws Exception {
        int port = FreePorts.next();
        try (Sink sink = new Sink()) {
            String site = Files.readString(Path.of("src/main/resources/default-site.json"))
                    .replace("\"port\": 1162", "\"port\": " + sink.port + ", \"max_traps_per_second\": 1000000");
            try (MwareNode node = MwareNode.in(folder)
                    .http()
                    .config(Files.writeString(folder.resolve("site.json"), site))
                    .set("syslog-trap.port", port)
                    .set("udp-echo.port", FreePorts.next())
                    .set("zookeeper.port", FreePorts.next())
                    .start()
                    .awaitHealthy()) {
                List<Row> rows = measure("mware", port, sink);
                if (!node.isHealthy()) {
                    throw new IllegalStateException("mware is not well after the run: " + node.health());
                }
                return rows;
            }
        }
    }

    private static List<Row> rsyslog(Path folder) throws Exception {
        int port = FreePorts.next();
        try (Sink sink = new Sink()) {
            String configuration =
                    """
                    module(load="imtcp")
                    module(load="imudp")
                    module(load="omsnmp")
                    main_queue(queue.size="500000")
                    input(type="imtcp" address="127.0.0.1" port="%1$d")
                    input(type="imudp" address="127.0.0.1" port="%1$d" rcvbufSize="32m")
                    *.* action(type="omsnmp" transport="udp" server="127.0.0.1" port="%2$d" version="1" community="public")
                    """
                            .formatted(port, sink.port);
            try (PeerProcess daemon = PeerProcess.start(
                    "rsyslogd",
                    folder.resolve("rsyslogd.out"),
                    List.of(
                            Peers.need("rsyslogd", "rsyslog").toString(),
                            "-n",
                            "-f",
                            Files.writeString(folder.resolve("rsyslog.conf"), configuration)
                                    .toString(),
                            "-i",
                            folder.resolve("rsyslogd.pid").toString()),
                    Map.of("MIBS", ""))) {
                return measure(daemon.name(), port, sink);
            }
        }
    }

    private static List<Row> measure(String name, int port, Sink sink) throws Exception {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> accepts(port));
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < BURSTS; i++) {
            rows.add(row(name + ", TCP burst", BURST, sink, "tcp", port, 0));
        }
        for (int rate : RATES) {
            rows.add(row(name + ", UDP " + rate + "/s", rate * SECONDS, sink, "udp", port, rate));
        }
        return rows;
    }

    private static Row row(String what, int count, Sink sink, String protocol, int port, int rate) throws Exception {
        sink.ask(); // forget what came before
        Process source = java("mware.bench.SyslogSource", protocol, "" + port, "" + count, "" + rate);
        if (source.waitFor() != 0) {
            throw new IOException(what + ": the sender failed");
        }
        long[] told = sink.settled();
        long rated = told[0] < 2 ? 0 : told[0] * 1_000_000_000 / Math.max(1, told[2] - told[1]);
        System.out.println(what + ": offered " + count + ", out " + told[0] + ", " + rated + "/s");
        return new Row(count, told[0], rated, told[3]);
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static Process java(String type, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                type));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The counting process. */
    private static final class Sink implements AutoCloseable {

        final int port = FreePorts.next();
        private final Process process = java("mware.bench.UdpSink", "" + port);
        private final BufferedReader answers = process.inputReader();
        private final BufferedWriter questions = process.outputWriter();

        Sink() throws IOException {
            if (!"READY".equals(answers.readLine())) {
                throw new IOException("the sink did not start");
            }
        }

        /** Count, first and last arrival, drops, since the last time. */
        long[] ask() throws IOException {
            questions.write('\n');
            questions.flush();
            String[] words = answers.readLine().split(" ");
            return new long[] {
                Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3])
            };
        }

        /** The sum once nothing has come for a second. */
        long[] settled() throws IOException {
            long[] sum = {0, 0, 0, 0};
            while (true) {
                java.util.concurrent.locks.LockSupport.parkNanos(1_000_000_000);
                long[] more = ask();
                if (more[0] == 0 && sum[0] > 0) {
                    return sum;
                }
                sum[0] += more[0];
                sum[1] = sum[1] == 0 ? more[1] : sum[1];
                sum[2] = more[0] == 0 ? sum[2] : more[2];
                sum[3] += more[3];
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
