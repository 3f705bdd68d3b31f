package mware.core.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import mware.core.cluster.ServiceRoutes;
import org.apache.camel.impl.DefaultCamelContext;

/** A front door on a free port with a few routes behind it, and a client that talks to it. */
final class Door implements AutoCloseable {

    static final String SECRET = "the-cluster-secret";

    static final HttpLimits LIMITS =
            new HttpLimits(1_000, 4_096, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(2), 200);

    final FrontDoor door;
    /** Addresses that are closed, and what failed where. */
    final Map<String, Closings.Closed> closed = new ConcurrentHashMap<>();

    /** A slow request is inside, and may go on. */
    final CountDownLatch inside = new CountDownLatch(1);

    final CountDownLatch go = new CountDownLatch(1);
    final List<String> failures = new CopyOnWriteArrayList<>();
    private final Closings closings = new Closings() {
        @Override
        public Optional<Closed> closed(String address) {
            return Optional.ofNullable(closed.get(address));
        }

        @Override
        public void failed(String address, String what) {
            failures.add(address + " " + what);
        }
    };
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Door(HttpLimits limits, Supplier<Health> health, Optional<Forwarder> forwarder, String name) throws Exception {
        this(limits, health, forwarder, name, door -> {});
    }

    /** Like the other; {@code before} sees the door before it opens. */
    Door(
            HttpLimits limits,
            Supplier<Health> health,
            Optional<Forwarder> forwarder,
            String name,
            Consumer<FrontDoor> before)
            throws Exception {
        Authenticator accounts = credentials -> "over".equals(credentials.session())
                ? CompletableFuture.failedFuture(new ApiException(401, "the session is over"))
                : CompletableFuture.completedFuture(Optional.ofNullable(Map.of(
                                "user-token", new Caller(Caller.Kind.USER, "ann", "demo.mware.local", List.of("user")),
                                "admin-token",
                                        new Caller(Caller.Kind.USER, "root", "mware.local", List.of("administrator")),
                                "program-token",
                                        new Caller(Caller.Kind.TOKEN, "cron", "mware.local", List.of("administrator")))
                        .get(String.valueOf(
                                credentials.bearer() == null ? credentials.session() : credentials.bearer()))));
        door = new FrontDoor(
                new HttpAddress("127.0.0.1", 0),
                limits,
                List.of(new ClusterSecretAuthenticator(SECRET::equals), accounts),
                closings,
                health,
                () -> "figures 1\n",
                forwarder);
        camel.getRegistry().bind(FrontDoor.ROUTER, door.router());
        camel.addRoutes(new Routes(name));
        before.accept(door);
        door.open();
        camel.start();
        door.ready();
    }

    static Door plain() throws Exception {
        return new Door(LIMITS, () -> new Health(List.of()), Optional.empty(), "alone");
    }

    /** What stands behind the door. */
    private final class Routes extends ServiceRoutes {
        private final String name;

        Routes(String name) {
            this.name = name;
        }

        @Override
        public void configure() {
            onRequest("test.who", "GET,POST", "/api/test/v1/who")
                    .process(Api.answer(request -> Map.of(
                            "node", name,
                            "caller", request.caller().name(),
                            "kind", request.caller().kind().name(),
                            "domain", request.parameter("domain").orElse("-"),
                            "address", request.address())));
            onRequest("test.log-in", "GET,POST", "/rest/v1/iam/sessions").process(Api.answer(request -> {
                request.answerHeader("X-Seen", "yes");
                return Map.of("known", request.anyCaller().isPresent(), "from", request.address());
            }));
            onRequest("test.slow", "GET", "/api/test/v1/slow").process(Api.answer(request -> {
                inside.countDown();
                return Map.of("waited", go.await(10, TimeUnit.SECONDS));
            }));
            onRequest("test.large", "GET,POST", "/api/test/v1/large").process(Api.answer(request -> "a".repeat(5_000)));
            onRequest("test.users", "GET", "/rest/v1/iam/users").process(Api.answer(request -> List.of()));
            onRequest("test.configurations", "GET", "/rest/v1/master/configurations")
                    .process(Api.answer(request -> List.of()));
            onRequest("test.echo", "POST", "/api/test/v1/echo").process(Api.answer(request -> request.json()));
            onRequest("test.fail", "GET", "/api/test/v1/fail").process(Api.answer(request -> {
                throw new IllegalStateException("the password is hunter2");
            }));
            onRequest("test.refuse", "GET", "/api/test/v1/things/{id}").process(Api.answer(request -> {
                throw new ApiException(409, "no " + request.parameter("id").orElse("?"), Map.of("id", 7));
            }));
            from("platform-http:/api/test/v1/headers?httpMethodRestrict=GET")
                    .routeId("test.headers")
                    .setBody(simple("${headers}", String.class))
                    .removeHeaders("*");
        }
    }

    URI uri(String path) {
        return URI.create(door.address().url() + path);
    }

    HttpResponse<String> send(String method, String path, String token) throws Exception {
        return send(method, path, token, "", Map.of());
    }

    HttpResponse<String> send(String method, String path, String token, String body, Map<String, String> headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(10))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        headers.forEach(request::header);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    Socket connect() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), door.address().port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** Sends bytes as they are, and reads until the other side closes or answers nothing more. */
    String raw(String request) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            try {
                out.write(request.getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            } catch (IOException closedMeanwhile) {
                // the answer may be there all the same
            }
            return read(socket.getInputStream());
        }
    }

    static String read(InputStream in) {
        StringBuilder text = new StringBuilder();
        try {
            for (int c = in.read(); c >= 0; c = in.read()) {
                text.append((char) c);
            }
        } catch (IOException reset) {
            text.append("<reset>");
        }
        return text.toString();
    }

    @Override
    public void close() {
        camel.stop();
        door.close();
    }
}
