package mware.service.telegrambot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.state.RuntimeState;
import mware.testing.SettableLeadership;

/** A bot on a node of the test's own, with the poll loop that the route has in the product. */
final class TestBot implements AutoCloseable {

    static final String TOKEN = "123456:test-token-of-the-bot";
    private static final ObjectMapper JSON = new ObjectMapper();

    final Deviations deviations;
    final SettableLeadership leadership = new SettableLeadership();
    final Map<String, List<Deviation>> others = new ConcurrentHashMap<>();
    final TelegramBot bot;
    private final String node;
    private final Thread poll;
    private volatile boolean closed;

    TestBot(String node, RuntimeState state, SettableLogins logins, Clock clock) {
        this.node = node;
        deviations = new Deviations(clock);
        bot = new TelegramBot(node, state, leadership, () -> true, logins, deviations, this::look, clock);
        poll = new Thread(this::poll, "poll-" + node);
        poll.setDaemon(true);
        bot.start();
        poll.start();
    }

    TestBot(String node, RuntimeState state, SettableLogins logins) {
        this(node, state, logins, Clock.system(ZoneOffset.UTC));
    }

    private Map<String, List<Deviation>> look() {
        var all = new HashMap<>(others);
        all.put(node, deviations.open());
        return all;
    }

    /** The setting, with its defaults where {@code more} does not say otherwise. */
    TestBot use(String url, Map<String, Object> more) {
        ObjectNode setting = JSON.createObjectNode()
                .put("token", TOKEN)
                .put("base_url", url)
                .put("period", "1h")
                .put("ipv4_only", false);
        more.forEach((key, value) -> setting.set(key, JSON.valueToTree(value)));
        bot.apply(setting, "root");
        return this;
    }

    TestBot use(String url) {
        return use(url, Map.of());
    }

    static Deviation deviation(String category, String key, String reason) {
        return new Deviation(
                category, key, Deviation.Status.ERROR, reason, Instant.parse("2026-11-25T01:02:03Z"), Map.of());
    }

    private void poll() {
        UpdatesClient client = bot.updates();
        var request = HttpRequest.newBuilder(URI.create("http://nowhere/")).build();
        while (!closed) {
            if (!leadership.isActive()) {
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                continue;
            }
            try {
                JsonNode answer = JSON.readTree(
                        client.send(request, BodyHandlers.ofString()).body());
                if (answer.path("result").isEmpty()) {
                    LockSupport.parkNanos(Duration.ofMillis(50).toNanos()); // npm telegram-test-api does not wait
                }
                for (JsonNode update : answer.path("result")) {
                    JsonNode message = update.path("message");
                    bot.handle(new Received(
                            message.path("chat").path("id").asLong(),
                            message.path("chat").path("type").asText().equals("private"),
                            message.path("message_id").asLong(),
                            message.path("from").path("first_name").asText(),
                            message.path("text").textValue()));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        poll.interrupt();
        bot.close();
    }
}
