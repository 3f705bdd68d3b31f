package mware.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import mware.testing.PeerProcess;
import org.awaitility.Awaitility;

/** A cached read through the whole door of a packaged node, with a session, beside a bare Vert.x handler. */
public final class HttpBench implements Bench.Comparison {

    private static final int CONNECTIONS = 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Round(double perSecond, double p99) {}

    @Override
    public void run(List<String> arguments) throws Exception {
        int rounds = arguments.isEmpty() ? 5 : Integer.parseInt(arguments.get(0));
        Path folder = Files.createTempDirectory("mware-http");
        int barePort = FreePorts.next();
        List<String> bare = List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-Xms32m",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "mware.bench.BareVertxPeer",
                "" + barePort);
        try (MwareNode node = MwareNode.in(folder)
                        .launcher()
                        .http()
                        .set("zookeeper.port", FreePorts.next())
                        .set("syslog-trap.port", FreePorts.next())
                        .set("udp-echo.port", FreePorts.next());
                PeerProcess peer = PeerProcess.start("bare", folder.resolve("bare.log"), bare)) {
            node.start().awaitHealthy();
            peer.awaitSaid("READY", Duration.ofSeconds(60));
            String token = logIn(node, folder);
            send(
                    node,
                    token,
                    "POST",
                    "/rest/v1/domain/settings",
                    "{\"key\":\"x_bench\",\"value\":{\"text\":\"hello\"}}");
            int port = Integer.parseInt(node.httpAddress().split(":")[1]);
            String head = "Host: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n\r\n";
            String mware = "GET /rest/v1/domain/settings/x_bench HTTP/1.1\r\n" + head;
            String plain = "GET /x HTTP/1.1\r\n" + head;
            round(barePort, plain, 3); // warm
            round(port, mware, 10);
            List<Round> theirs = new ArrayList<>();
            List<Round> ours = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                theirs.add(round(barePort, plain, 3));
                ours.add(round(port, mware, 3));
                System.out.printf(
                        Locale.ROOT,
                        "round %d: bare %,.0f/s p99 %.2f ms   mware %,.0f/s p99 %.2f ms   ratio %.2f, p99 %.2f x%n",
                        i + 1,
                        theirs.get(i).perSecond(),
                        theirs.get(i).p99(),
                        ours.get(i).perSecond(),
                        ours.get(i).p99(),
                        ours.get(i).perSecond() / theirs.get(i).perSecond(),
                        ours.get(i).p99() / theirs.get(i).p99());
            }
            double ratio =
                    median(rounds, i -> ours.get(i).perSecond() / theirs.get(i).perSecond());
            double slower =
                    median(rounds, i -> ours.get(i).p99() / theirs.get(i).p99());
            System.out.printf(
                    Locale.ROOT,
                    "a cached read with a session, %d connections: %.2f of a bare handler's requests/s (goal 0.6: %s), p99 %.2f x its (goal 2: %s)%n",
                    CONNECTIONS,
                    ratio,
                    ratio >= 0.6 ? "met" : "missed",
                    slower,
                    slower <= 2 ? "met" : "missed");
        } finally {
            Command.run("rm", "-rf", folder.toString());
        }
    }

    private static double median(int rounds, java.util.function.IntToDoubleFunction value) {
        return java.util.stream.IntStream.range(0, rounds)
                .mapToDouble(value)
                .sorted()
                .skip(rounds / 2)
                .findFirst()
                .orElseThrow();
    }

    private static String logIn(MwareNode node, Path folder) throws Exception {
        Path file = node.data().resolve("admin.properties");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(file));
        var admin = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            admin.load(reader);
        }
        String body = JSON.writeValueAsString(Map.of(
                "domain", admin.getProperty("domain"),
                "login", admin.getProperty("login"),
                "pwd", admin.getProperty("password"),
                "session_type", "token"));
        return JSON.readTree(send(node, "", "POST", "/rest/v1/iam/sessions", body))
                .path("session_token")
                .asText();
    }

    private static String send(MwareNode node, String token, String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://" + node.httpAddress() + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        var answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private static Round round(int port, String request, int seconds) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        List<Callable<long[]>> work = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            work.add(() -> client(port, request.getBytes(StandardCharsets.US_ASCII), end));
        }
        var all = new ArrayList<long[]>();
        for (Future<long[]> one : clients.invokeAll(work)) {
            all.add(one.get());
        }
        clients.shutdown();
        long[] times = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Round(times.length / (double) seconds, times[times.length / 100 * 99] / 1e6);
    }

    private static long[] client(int port, byte[] request, long end) throws IOException {
        long[] times = new long[1 << 18];
        int count = 0;
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 4_096);
            while (System.nanoTime() < end && count < times.length) {
                long start = System.nanoTime();
                socket.getOutputStream().write(request);
                read(in);
                times[count++] = System.nanoTime() - start;
            }
        }
        return Arrays.copyOf(times, count);
    }

    private static void read(InputStream in) throws IOException {
        int length = 0;
        String status = line(in);
        if (!status.contains(" 200 ")) {
            throw new IOException(status);
        }
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        in.skipNBytes(length);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("closed");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
