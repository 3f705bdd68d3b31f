package mware.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mware.testing.FaultyTelegram;
import mware.testing.FaultyTelegram.Request;
import mware.testing.FaultyTelegram.Taken;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import mware.testing.PeerProcess;
import mware.testing.Peers;
import mware.testing.TelegramNodes;
import org.awaitility.Awaitility;

/**
 * A burst of deviations into the packaged node beside the same burst of alerts into Debian's alertmanager, each with a chat
 * at the same counting Telegram: how many messages, what is in them, when the first one comes, how close they are.
 *
 * <p>Arguments: how many (default 500).
 */
public final class TelegramBench implements Bench.Comparison {

    private static final Path ALERTMANAGER =
            Path.of("/opt/mware-peers/prometheus-alertmanager/usr/bin/prometheus-alertmanager");
    private static final long CHAT = 11;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration QUIET = Duration.ofSeconds(8);
    private static final Duration TELEGRAM = Duration.ofMillis(60); // about what the real one takes to answer
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Override
    public void run(List<String> arguments) throws Exception {
        int count = arguments.isEmpty() ? 500 : Integer.parseInt(arguments.get(0));
        System.out.println("| | messages | represented | first after ms | all after ms | most in a second |");
        System.out.println("|---|---|---|---|---|---|");
        mware(count);
        alertmanager(count, "grouped by name, waits as it comes", "[alertname]", "30s", "5m");
        alertmanager(count, "grouped by name, waits 1 s", "[alertname]", "1s", "5s");
        alertmanager(count, "each alert for itself, waits 1 s", "['...']", "1s", "5s");
    }

    private static FaultyTelegram telegram() {
        FaultyTelegram telegram = FaultyTelegram.start();
        telegram.fault(request -> request.method().startsWith("send") ? FaultyTelegram.Fault.slow(TELEGRAM) : null);
        return telegram;
    }

    private static void mware(int count) throws Exception {
        Path folder = Files.createTempDirectory("mware-telegram");
        try (FaultyTelegram telegram = telegram();
                MwareNode node = TelegramNodes.node(folder, telegram.url(), "")) {
            node.start().awaitHealthy();
            TelegramNodes.connect(node, telegram, CHAT);
            telegram.says(CHAT, "ping");
            Awaitility.await().atMost(LIMIT).until(() -> telegram.taken().stream()
                    .anyMatch(taken -> taken.all().contains("pong")));
            Awaitility.await().pollDelay(QUIET).atMost(LIMIT).until(() -> true); // what a start tells is over
            telegram.forget();
            long begin = System.nanoTime();
            TelegramNodes.raise(node, "key", 0, count);
            settle(telegram, count);
            print("**mware**", telegram, count, begin);
        }
    }

    private static void alertmanager(int count, String name, String group, String wait, String interval)
            throws Exception {
        Peers.needFile(ALERTMANAGER, "run src/test/peers/install");
        Path folder = Files.createTempDirectory("mware-alertmanager");
        int port = FreePorts.next();
        try (FaultyTelegram telegram = telegram()) {
            Path config = Files.writeString(
                    folder.resolve("alertmanager.yml"),
                    """
                    route:
                      receiver: chat
                      group_by: %s
                      group_wait: %s
                      group_interval: %s
                    receivers:
                      - name: chat
                        telegram_configs:
                          - api_url: %s
                            bot_token: 123456:test
                            chat_id: %d
                    """
                            .formatted(group, wait, interval, telegram.url(), CHAT));
            try (PeerProcess process = PeerProcess.start(
                    "alertmanager",
                    folder.resolve("alertmanager.out"),
                    List.of(
                            ALERTMANAGER.toString(),
                            "--config.file=" + config,
                            "--storage.path=" + folder.resolve("data"),
                            "--web.listen-address=127.0.0.1:" + port,
                            "--cluster.listen-address="))) {
                process.awaitSaid("Listening|listening", Duration.ofSeconds(30));
                long begin = System.nanoTime();
                post(port, count);
                settle(telegram, count);
                print("alertmanager 0.25, " + name, telegram, count, begin);
            }
        }
    }

    private static void post(int port, int count) throws Exception {
        String alerts = IntStream.range(0, count)
                .mapToObj(i -> "{\"labels\": {\"alertname\": \"test\", \"key\": \"key" + i
                        + ".\", \"node\": \"mware1\"}, \"annotations\": {\"reason\": \"is broken, says the test\"}}")
                .collect(Collectors.joining(",", "[", "]"));
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v2/alerts"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(alerts))
                .build();
        int status = HTTP.send(request, BodyHandlers.ofString()).statusCode();
        if (status != 200) {
            throw new IllegalStateException("alertmanager answers " + status);
        }
    }

    /** Waits until all is there, or nothing has come for a while. */
    private static void settle(FaultyTelegram telegram, int count) {
        long end = System.nanoTime() + LIMIT.toNanos();
        Awaitility.await()
                .atMost(LIMIT.multipliedBy(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    List<Request> all = telegram.requests();
                    long last = all.isEmpty()
                            ? 0
                            : System.nanoTime() - all.get(all.size() - 1).nanos();
                    boolean quiet = !all.isEmpty() && last > QUIET.toNanos();
                    return quiet
                            || represented(telegram, count) == count
                                    && last > Duration.ofSeconds(3).toNanos()
                            || end - System.nanoTime() < 0;
                });
    }

    private static long represented(FaultyTelegram telegram, int count) {
        String all = telegram.taken().stream().map(Taken::all).collect(Collectors.joining("\n"));
        return IntStream.range(0, count)
                .filter(i -> all.contains("key" + i + "."))
                .count();
    }

    private static void print(String name, FaultyTelegram telegram, int count, long begin) {
        List<Long> times = telegram.taken().stream()
                .map(taken -> (taken.nanos() - begin) / 1_000_000)
                .sorted()
                .toList();
        long most = times.stream()
                .mapToLong(from -> times.stream()
                        .filter(time -> time >= from && time < from + 990)
                        .count())
                .max()
                .orElse(0);
        System.out.printf(
                "| %s | %d | %d of %d | %s | %s | %d |%n",
                name,
                times.size(),
                represented(telegram, count),
                count,
                times.isEmpty() ? "never" : times.get(0).toString(),
                times.isEmpty() ? "never" : times.get(times.size() - 1).toString(),
                most);
    }
}
