package mware.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** npm telegram-test-api as a Telegram on 127.0.0.1, and the people who write to the bot there. */
public final class TelegramTestApi implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final PeerProcess process;
    private final int port;
    private final String token;

    private TelegramTestApi(PeerProcess process, int port, String token) {
        this.process = process;
        this.port = port;
        this.token = token;
    }

    public static TelegramTestApi start(Path folder, String token) {
        Path node = Peers.need("node", "nodejs");
        Path modules = NetSnmpReceiver.needModule("telegram-test-api");
        int port = FreePorts.next();
        PeerProcess process = PeerProcess.start(
                "npm telegram-test-api",
                folder.resolve("telegram-test-api.out"),
                List.of(
                        node.toString(),
                        "src/test/peers/telegram-server.js",
                        modules.toString(),
                        Integer.toString(port)));
        process.awaitSaid("READY", Duration.ofSeconds(30));
        return new TelegramTestApi(process, port, token);
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Somebody writes to the bot. */
    public void says(long chat, String text) {
        ObjectNode message = JSON.createObjectNode().put("botToken", token).put("date", 1_800_000_000);
        message.putObject("from")
                .put("id", chat)
                .put("first_name", "Person" + chat)
                .put("is_bot", false);
        message.putObject("chat")
                .put("id", chat)
                .put("first_name", "Person" + chat)
                .put("type", "private");
        post("/sendMessage", message.put("text", text));
    }

    /** What the bot wrote to a chat, in order. */
    public List<String> shown(long chat) {
        var texts = new ArrayList<String>();
        for (JsonNode entry : history()) {
            if (entry.path("message").path("chat_id").asLong(-1) == chat) {
                texts.add(entry.path("message").path("text").asText());
            }
        }
        return texts;
    }

    /** What people wrote that is still there. */
    public List<String> written() {
        var texts = new ArrayList<String>();
        for (JsonNode entry : history()) {
            if (entry.path("message").has("chat")) {
                texts.add(entry.path("message").path("text").asText());
            }
        }
        return texts;
    }

    private JsonNode history() {
        return post("/getUpdatesHistory", JSON.createObjectNode().put("token", token))
                .path("result");
    }

    private JsonNode post(String path, JsonNode body) {
        var request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try {
            return JSON.readTree(HTTP.send(request, BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
