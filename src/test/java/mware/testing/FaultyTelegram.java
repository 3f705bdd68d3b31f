package mware.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Telegram of the test's own, with the real one's rules for {@code getUpdates}, that counts what it takes and fails as it
 * is told: 429, 5xx, slow answers, answers that never come, blocked chats.
 */
public final class FaultyTelegram implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PATH = Pattern.compile("(?:/[a-z]+)?/bot([^/]+)/(\\w+)");
    private static final Pattern PART = Pattern.compile(
            "(?s)name=\"(\\w+)\"(?:; filename=\"([^\"]*)\")?\r\n(?:Content-Type: [^\r]*\r\n)?\r\n(.*?)\r\n--");
    private static final int LONGEST_TEXT = 4096;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "faulty-telegram");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Taken> taken = new CopyOnWriteArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<ObjectNode> updates = new ArrayList<>();
    private volatile Function<Request, @Nullable Fault> faults = request -> null;
    private long nextUpdate = 1000;
    private long nextMessage = 1;
    private @Nullable Object poll;

    /** A message that was taken: shown to its chat, that is. */
    public record Taken(String method, long chat, String text, boolean silent, @Nullable String file, long nanos) {
        /** Text and, of a file, what is in it. */
        public String all() {
            return file == null ? text : text + '\n' + file;
        }
    }

    /** A request as it came in, whatever became of it. */
    public record Request(String token, String method, long chat, String text, long nanos) {}

    /**
     * What to do instead of answering as the real one does.
     *
     * @param status the HTTP status; 0 to close the connection without an answer
     * @param takes whether the message is taken all the same
     * @param delay before the answer
     */
    public record Fault(int status, String body, boolean takes, Duration delay) {
        public static Fault status(int status, String description) {
            return new Fault(status, error(status, description, ""), false, Duration.ZERO);
        }

        public static Fault tooMany(int seconds) {
            return new Fault(
                    429,
                    error(
                            429,
                            "Too Many Requests: retry after " + seconds,
                            ",\"parameters\":{\"retry_after\":" + seconds + "}"),
                    false,
                    Duration.ZERO);
        }

        public static Fault slow(Duration delay) {
            return new Fault(200, "", true, delay);
        }

        /** Takes it, and says nothing. */
        public static Fault mute() {
            return new Fault(0, "", true, Duration.ZERO);
        }

        private static String error(int status, String description, String more) {
            return "{\"ok\":false,\"error_code\":" + status + ",\"description\":\"" + description + "\"" + more + "}";
        }
    }

    private FaultyTelegram(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public static FaultyTelegram start() {
        return start(0);
    }

    public static FaultyTelegram start(int port) {
        try {
            return new FaultyTelegram(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Decides for each request; null for the real one's answer. */
    public void fault(Function<Request, @Nullable Fault> next) {
        faults = next;
    }

    /** Somebody writes to the bot; returns the number of the message. */
    public synchronized long says(long chat, String text) {
        return says(chat, "private", text);
    }

    public synchronized long says(long chat, String type, String text) {
        ObjectNode update = JSON.createObjectNode().put("update_id", nextUpdate++);
        long number = nextMessage++;
        ObjectNode message =
                update.putObject("message").put("message_id", number).put("date", 1_800_000_000);
        message.putObject("chat").put("id", chat).put("type", type);
        message.putObject("from").put("id", chat).put("is_bot", false).put("first_name", "Person" + chat);
        message.put("text", text);
        updates.add(update);
        notifyAll();
        return number;
    }

    /** What chats were shown, in the order of arrival. */
    public List<Taken> taken() {
        return List.copyOf(taken);
    }

    public List<Taken> taken(long chat) {
        return taken.stream().filter(each -> each.chat() == chat).toList();
    }

    /** All requests but those for updates. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public void forget() {
        taken.clear();
        requests.clear();
    }

    /** The updates that nobody has confirmed. */
    public synchronized int unconfirmed() {
        return updates.size();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
            if (!path.matches()) {
                answer(exchange, 404, "{\"ok\":false,\"error_code\":404,\"description\":\"Not Found\"}");
                return;
            }
            String type = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
                    .orElse("");
            Map<String, String> fields = type.startsWith("multipart/") ? parts(body) : fields(exchange, body);
            var request = new Request(
                    path.group(1),
                    path.group(2),
                    Long.parseLong(fields.getOrDefault("chat_id", "0")),
                    fields.getOrDefault("text", fields.getOrDefault("caption", fields.getOrDefault("message_id", ""))),
                    System.nanoTime());
            Fault fault = faults.apply(request);
            if (request.method().equals("getUpdates")) {
                updates(exchange, fields, fault);
                return;
            }
            requests.add(request);
            if (fault == null || fault.takes()) {
                if (plain(request.text(), fields).length() > LONGEST_TEXT) {
                    answer(
                            exchange,
                            400,
                            Fault.status(400, "Bad Request: message is too long")
                                    .body());
                    return;
                }
                take(request, fields);
            }
            if (fault != null) {
                pause(fault.delay());
                if (fault.status() == 0) {
                    return; // closes the connection
                }
                if (fault.status() != 200) {
                    answer(exchange, fault.status(), fault.body());
                    return;
                }
            }
            answer(exchange, 200, "{\"ok\":true,\"result\":" + result(request) + "}");
        }
    }

    /** As the real one: the message that it made; of a deletion, that it was done. */
    private String result(Request request) {
        return request.method().equals("deleteMessage")
                ? "true"
                : "{\"message_id\":" + (taken.size() + 100_000) + ",\"date\":1800000000,\"chat\":{\"id\":"
                        + request.chat() + ",\"type\":\"private\"}}";
    }

    private void take(Request request, Map<String, String> fields) {
        taken.add(new Taken(
                request.method(),
                request.chat(),
                plain(request.text(), fields),
                Boolean.parseBoolean(fields.getOrDefault("disable_notification", "false")),
                fields.get("document"),
                request.nanos()));
    }

    private static String plain(String text, Map<String, String> fields) {
        return fields.containsKey("parse_mode")
                ? text.replaceAll("</?b>", "")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&amp;", "&")
                : text;
    }

    private void updates(HttpExchange exchange, Map<String, String> fields, @Nullable Fault fault) throws IOException {
        if (fault != null && fault.status() == 0) {
            return;
        }
        if (fault != null && fault.status() != 200) {
            answer(exchange, fault.status(), fault.body());
            return;
        }
        long offset = Long.parseLong(fields.getOrDefault("offset", "0"));
        int limit = Integer.parseInt(fields.getOrDefault("limit", "100"));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(fields.getOrDefault("timeout", "0")));
        ArrayNode result = JSON.createArrayNode();
        var mine = new Object();
        synchronized (this) {
            poll = mine;
            notifyAll();
            updates.removeIf(update -> update.path("update_id").asLong() < offset);
            while (updates.isEmpty() && poll == mine && end - System.nanoTime() > 0) {
                await(end);
            }
            if (poll != mine) {
                answer(
                        exchange,
                        409,
                        Fault.status(409, "Conflict: terminated by other getUpdates request")
                                .body());
                return;
            }
            updates.stream().limit(limit).forEach(result::add);
        }
        answer(exchange, 200, "{\"ok\":true,\"result\":" + result + "}");
    }

    private synchronized void await(long end) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, end - System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (end - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /** Those of the query, as camel-telegram sends them, and of a JSON object. */
    private static Map<String, String> fields(HttpExchange exchange, byte[] body) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        String query = exchange.getRequestURI().getQuery();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            fields.put(pair.replaceFirst("=.*", ""), pair.replaceFirst("[^=]*=", ""));
        }
        JsonNode tree = JSON.readTree(body);
        tree.properties()
                .forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
        return fields;
    }

    private static Map<String, String> parts(byte[] body) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher part = PART.matcher(new String(body, StandardCharsets.UTF_8));
        while (part.find()) {
            fields.put(part.group(1), part.group(3));
        }
        return fields;
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
