package mware.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;
import java.util.stream.Collectors;
import mware.core.config.DefaultSite;

/** Packaged nodes with a Telegram bot and a route of the test's own that connects chats and raises deviations. */
public final class TelegramNodes {

    public static final String TOKEN = "123456:test-token-that-must-not-be-seen";
    private static final String SECRET = "a-secret-of-the-test-0123456789abcdef";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TelegramNodes() {}

    /** A node of the default site that talks to the Telegram at {@code url}; not started. */
    public static MwareNode node(Path folder, String url, String more) throws IOException {
        String site = new String(DefaultSite.text(), UTF_8);
        String bot = "\"telegram_bot\": {\"token\": \"" + TOKEN + "\", \"base_url\": \"" + url + "\"" + more + "}";
        return withRoutes(MwareNode.in(folder), folder)
                .config(Files.writeString(folder.resolve("site.json"), withSetting(site, bot)));
    }

    /** One of two nodes that stand by for each other. */
    public static MwareNode oneOfTwo(Path folder, String name, String zooKeeper, String url) throws IOException {
        String site = Files.readString(Path.of("docs/examples/two-nodes.json"))
                .replace("\"group\": 1,", "\"group\": 1, \"ext\": {\"failback\": false},");
        String bot = "\"telegram_bot\": {\"token\": \"" + TOKEN + "\", \"base_url\": \"" + url + "\"}";
        Path own = Files.createDirectories(folder.resolve(name));
        return withRoutes(MwareNode.in(own).node(name), own)
                .zooKeeper(zooKeeper)
                // a database that is away: nobody knows the accounts, so the seeded chats stay
                .set("database.url", "jdbc:postgresql://127.0.0.1:" + FreePorts.next() + "/none")
                .set("database.timeout", "1s")
                .set("cluster.session-timeout", "2s")
                .config(Files.writeString(own.resolve("site.json"), withSetting(site, bot)));
    }

    /** Adds what each of the nodes needs. */
    private static MwareNode withRoutes(MwareNode node, Path folder) throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        for (Path file : new Path[] {
            Path.of("src/main/resources/routes/TelegramBotRoutes.java"),
            Path.of("src/main/resources/routes/MonitorRoutes.java"),
            Path.of("src/test/resources/telegram/TelegramTestRoutes.java")
        }) {
            MwareNode.place(routes, file.getFileName().toString(), Files.readString(file));
        }
        return node.http()
                .routes(routes)
                .set("cluster.secret", SECRET)
                .set("syslog-trap.port", FreePorts.next())
                .set("udp-echo.port", FreePorts.next())
                .set("zookeeper.port", FreePorts.next());
    }

    private static String withSetting(String site, String setting) {
        int settings = site.indexOf("\"settings\"");
        if (settings < 0) {
            return site.substring(0, site.lastIndexOf('}')) + ", \"settings\": {" + setting + "}}";
        }
        int brace = site.indexOf('{', settings) + 1;
        boolean others = !site.substring(brace).stripLeading().startsWith("}");
        return site.substring(0, brace) + setting + (others ? "," : "") + site.substring(brace);
    }

    /** Connects these chats to a node that is alone: with its first administrator where it has accounts; restarts it. */
    public static void connect(MwareNode node, FaultyTelegram telegram, long... chats) throws IOException {
        Path file = node.data().resolve("admin.properties");
        if (Files.exists(file)) {
            var first = new Properties();
            try (var in = Files.newBufferedReader(file)) {
                first.load(in);
            }
            for (long chat : chats) {
                telegram.says(chat, "/start " + first.getProperty("login") + ":" + first.getProperty("password"));
                await().atMost(SOON).until(() -> telegram.taken(chat).stream()
                        .anyMatch(taken -> taken.all().contains("Connected as")));
            }
        } else {
            seed(node, chats);
        }
        node.stop();
        node.start().awaitHealthy();
    }

    /** Makes these chats connected ones, from the next term on; the node must be the active one. */
    public static void seed(MwareNode node, long... chats) {
        String all = Arrays.stream(chats)
                .mapToObj(
                        chat -> "\"" + chat + "\": {\"id\": " + chat
                                + ", \"name\": \"Person\", \"account\": {\"id\": \"" + chat
                                + "\", \"domain\": \"root\", \"login\": \"admin" + chat
                                + "\", \"roles\": [\"administrator\"], \"stamp\": \"1\"}, \"subscription\": \"ON\", \"silent\": false}")
                .collect(Collectors.joining(", "));
        await().atMost(SOON).until(() -> post(node, "seed", "{\"chats\": {" + all + "}, \"failures\": {}}") / 100 == 2);
    }

    /** Raises deviations on this node. */
    public static void raise(MwareNode node, String prefix, int from, int count) {
        await().atMost(SOON)
                .until(() -> post(node, "raise?prefix=" + prefix + "&from=" + from + "&count=" + count, "") / 100 == 2);
    }

    private static int post(MwareNode node, String what, String body) {
        var request = HttpRequest.newBuilder(
                        URI.create("http://" + node.httpAddress() + "/api/telegramtest/v1/" + what))
                .timeout(Duration.ofSeconds(5))
                .header("Authorization", "Bearer " + SECRET)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return HTTP.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** All that the node wrote: its output and its log files. */
    public static String said(MwareNode node) throws IOException {
        var all = new StringBuilder(node.process().said());
        Path log = node.data().resolve("log");
        if (Files.exists(log)) {
            try (var files = Files.walk(log)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    all.append(Files.readString(file));
                }
            }
        }
        return all.toString();
    }
}
