package mware.service.telegrambot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.SocketAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import mware.service.telegrambot.BotSettings.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * The connection to Telegram: straight or through a proxy, address by address until one answers, each request within its
 * time. Never says the token. Nothing blocks; replies come on threads of its own.
 */
final class TelegramLine implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(4);
    private static final Duration TEXT = Duration.ofSeconds(15);
    private static final Duration FILE = Duration.ofSeconds(60);
    private static final Duration POLL_GRACE = Duration.ofSeconds(10);
    private static final int IDLE_SECONDS = 15; // shorter than servers keep an idle connection
    private static final int MOST_CONNECTIONS = 30;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx;
    private final BotSettings settings;
    private final HttpClient client;
    private final SecureRandom random = new SecureRandom();

    TelegramLine(Vertx vertx, BotSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) CONNECT.toMillis())
                .setKeepAliveTimeout(IDLE_SECONDS)
                .setMaxPoolSize(MOST_CONNECTIONS)
                .setForceSni(settings.baseUrl().getHost().matches(".*[A-Za-z].*")));
    }

    /** Asks for the next messages to the bot and waits for them at the other end. */
    CompletableFuture<Reply> updates(OptionalLong offset, Duration wait) {
        ObjectNode query = JSON.createObjectNode();
        offset.ifPresent(from -> query.put("offset", from));
        query.put("limit", 1)
                .put("timeout", wait.toSeconds())
                .putArray("allowed_updates")
                .add("message");
        return call("getUpdates", "application/json", json(query), wait.plus(POLL_GRACE));
    }

    /** Sends to a chat. */
    CompletableFuture<Reply> send(long chat, boolean silent, Outgoing outgoing) {
        if (outgoing instanceof Outgoing.File file) {
            return document(chat, silent, file);
        }
        ObjectNode body = JSON.createObjectNode().put("chat_id", chat);
        if (outgoing instanceof Outgoing.Delete delete) {
            return call("deleteMessage", "application/json", json(body.put("message_id", delete.message())), TEXT);
        }
        Outgoing.Text text = (Outgoing.Text) outgoing;
        if (text.rich()) {
            body.put("text", "<b>" + escaped(text.heading()) + "</b>\n" + escaped(text.body()));
            body.put("parse_mode", "HTML");
        } else {
            body.put("text", text.heading().isEmpty() ? text.body() : text.heading() + '\n' + text.body());
        }
        body.put("disable_notification", silent).put("disable_web_page_preview", true);
        return call("sendMessage", "application/json", json(body), TEXT);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static Buffer json(ObjectNode body) {
        try {
            return Buffer.buffer(JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    private CompletableFuture<Reply> document(long chat, boolean silent, Outgoing.File file) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        String boundary = "mware-" + HexFormat.of().formatHex(bytes);
        Buffer body = Buffer.buffer();
        field(body, boundary, "chat_id", Long.toString(chat));
        field(body, boundary, "disable_notification", Boolean.toString(silent));
        field(body, boundary, "caption", file.caption());
        body.appendString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"document\"; filename=\""
                + file.name() + "\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
        body.appendString(file.content()).appendString("\r\n--" + boundary + "--\r\n");
        return call("sendDocument", "multipart/form-data; boundary=" + boundary, body, FILE);
    }

    private static void field(Buffer body, String boundary, String name, String value) {
        body.appendString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n");
        body.appendString(value).appendString("\r\n");
    }

    /** Always ends with a reply; whoever completes the future earlier ends the request. */
    private CompletableFuture<Reply> call(String method, String type, Buffer body, Duration limit) {
        var call = new Call(method, type, body);
        var reply = new CompletableFuture<Reply>();
        resolve()
                .compose(addresses -> call.connect(addresses, 0))
                .compose(call::exchange)
                .onComplete(done -> {
                    if (done.succeeded()) {
                        reply.complete(done.result());
                    } else {
                        reply.complete(Reply.none(words(done.cause()), call.underway.get() != null));
                    }
                });
        reply.completeOnTimeout(
                Reply.none("no answer within " + limit.toSeconds() + " s", true),
                limit.toMillis(),
                TimeUnit.MILLISECONDS);
        return reply.whenComplete((ignored, failure) -> call.end());
    }

    private Future<List<InetAddress>> resolve() {
        Proxy proxy = settings.proxy();
        String host = proxy == null ? settings.baseUrl().getHost() : proxy.host();
        return vertx.executeBlocking(
                () -> {
                    List<InetAddress> all = Arrays.stream(InetAddress.getAllByName(host))
                            .filter(address -> !settings.ipv4Only() || address instanceof Inet4Address)
                            .toList();
                    if (all.isEmpty()) {
                        throw new UnknownHostException(host + " has no IPv4 address");
                    }
                    return all;
                },
                false);
    }

    /** One request. */
    private final class Call {
        private final String method;
        private final String type;
        private final Buffer body;
        private final AtomicReference<@Nullable HttpClientRequest> underway = new AtomicReference<>();
        private volatile boolean ended;

        Call(String method, String type, Buffer body) {
            this.method = method;
            this.type = type;
            this.body = body;
        }

        Future<HttpClientRequest> connect(List<InetAddress> addresses, int index) {
            return client.request(to(addresses.get(index)))
                    .recover(failure -> index + 1 < addresses.size() && !ended
                            ? connect(addresses, index + 1)
                            : Future.failedFuture(failure));
        }

        private RequestOptions to(InetAddress address) {
            URI base = settings.baseUrl();
            boolean tls = base.getScheme().equals("https");
            int port = base.getPort() >= 0 ? base.getPort() : tls ? 443 : 80;
            var options = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setSsl(tls)
                    .setHost(base.getHost())
                    .setPort(port)
                    .setURI(base.getPath() + "/bot" + settings.token() + '/' + method)
                    .setConnectTimeout(CONNECT.toMillis())
                    .putHeader("Content-Type", type);
            Proxy proxy = settings.proxy();
            if (proxy == null) {
                return options.setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()));
            }
            var through = new ProxyOptions()
                    .setType(proxy.kind() == Proxy.Kind.SOCKS5 ? ProxyType.SOCKS5 : ProxyType.HTTP)
                    .setHost(address.getHostAddress())
                    .setPort(proxy.port());
            if (proxy.user() != null) {
                through.setUsername(proxy.user()).setPassword(proxy.password());
            }
            return options.setProxyOptions(through);
        }

        Future<Reply> exchange(HttpClientRequest request) {
            if (ended) {
                request.reset();
                return Future.failedFuture(new TimeoutException());
            }
            underway.set(request);
            return request.send(body).compose(response -> response.body()
                    .map(bytes -> Reply.of(response.statusCode(), bytes.getBytes())));
        }

        void end() {
            ended = true;
            HttpClientRequest request = underway.get();
            if (request != null) {
                request.reset();
            }
        }
    }

    /** What failed, in words; the address of a request holds the token and is never part of them. */
    private String words(Throwable failure) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        String what = failure instanceof UnknownHostException ? "cannot be resolved: " + message : message;
        String token = settings.token();
        return token == null ? what : what.replace(token, "***");
    }

    @Override
    public void close() {
        client.close();
    }
}
