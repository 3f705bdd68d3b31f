package mware.core.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import mware.core.tls.ServerKey;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP port of a node. Every request passes, in this order: request id and access log, the doorkeeper, forwarding to
 * the node whose work it is, and only then Camel's {@code platform-http} routes.
 *
 * <p>It opens before the routes start, so that a taken port ends the start at once, and answers 503 until {@link
 * #ready()}. It serves instead of camel-platform-http-main, which only warns of a taken port, and sets no limit on heads,
 * slow clients and connections.
 */
public final class FrontDoor implements AutoCloseable {

    /** The registry name under which Camel's {@code platform-http} consumers look for {@link #router()}. */
    public static final String ROUTER = VertxPlatformHttpRouter.PLATFORM_HTTP_ROUTER_NAME_ZERO;

    private static final Logger LOG = LoggerFactory.getLogger("http");
    private static final int[] UNMATCHED = {400, 404, 406, 415};
    private static final String INSIDE = "door.inside";
    private static final String STARTING = "the node is starting";
    private static final HttpMethod LOOKUP = HttpMethod.valueOf("LOOKUP");
    private static final long SECONDS_TO_CLOSE = 5;

    private final HttpLimits limits;
    private final Vertx vertx;
    private final Router router;
    private final HealthAnswer health;
    private final Doorkeeper doorkeeper;
    private final AccessLog accessLog = new AccessLog();
    private final ConnectionGuard guard;
    private final Forwarder.@Nullable Carrier carrier;
    private final DoorPorts ports;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile @Nullable String closedBecause = STARTING;

    /**
     * Lays out the door; {@link #open()} opens it.
     *
     * @param authenticators asked in this order who calls
     * @param closings told of who got in nowhere, asked who may not even try
     * @param health what {@code /observe/health} tells
     * @param metrics what {@code /observe/metrics} answers, in the Prometheus text format
     * @param forwarder absent on a node that has nobody to forward to
     */
    public FrontDoor(
            HttpAddress address,
            HttpLimits limits,
            List<Authenticator> authenticators,
            Closings closings,
            Supplier<Health> health,
            Supplier<String> metrics,
            Optional<Forwarder> forwarder) {
        this.limits = limits;
        // no cache of class path resources under the temporary folder, no resolver of its own: nothing here needs them
        System.setProperty("vertx.disableDnsResolver", "true");
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(DoorPorts.LOOPS)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        router = Router.router(vertx);
        this.health = new HealthAnswer(() -> {
            String why = closedBecause;
            return why == null ? health.get() : Health.down("node", why);
        });
        doorkeeper = new Doorkeeper(authenticators, closings, this.health);
        guard = new ConnectionGuard(vertx, limits);
        ports = new DoorPorts(address, vertx, limits, guard);
        carrier = forwarder.map(one -> one.carrier(vertx, limits)).orElse(null);
        layOut(metrics);
    }

    /** The router that Camel's consumers add their paths to. */
    public VertxPlatformHttpRouter router() {
        return new VertxPlatformHttpRouter(null, vertx, router, ROUTER) {
            @Override
            public Handler<RoutingContext> bodyHandler() {
                return readBody();
            }
        };
    }

    /** Adds a second address, which answers operators; the first one then answers programs and nodes only. */
    public void operators(HttpAddress address) {
        ports.operators(address);
    }

    /**
     * Speaks TLS with this certificate; after {@link #open()} new connections get it, and those that are open go on.
     */
    public void secure(ServerKey key) {
        ports.secure(key);
    }

    /** Asks {@code answer} first for every GET; what it does not answer (false) takes the usual way. */
    public void first(Predicate<DirectRequest> answer) {
        long body = limits.bodyTime().toMillis();
        router.route().method(HttpMethod.GET).handler(context -> {
            if (!answer.test(new DirectRequest(context, body))) {
                context.next();
            }
        });
    }

    /**
     * Lets {@code answer} answer at a path without a route of Camel.
     *
     * @param path such as {@code /rest/v1/domain/mservices/:id/attachment}
     */
    public void direct(String path, List<String> methods, Consumer<DirectRequest> answer) {
        long body = limits.bodyTime().toMillis();
        var route = router.route(path);
        methods.forEach(method -> route.method(HttpMethod.valueOf(method)));
        route.handler(context -> {
            var request = new DirectRequest(context, body);
            try {
                answer.accept(request);
            } catch (RuntimeException e) {
                request.fail(e);
            }
        });
    }

    /** Answers {@code GET} at {@code path} with JSON that is made once, when it is first asked for. */
    public void page(String path, Supplier<byte[]> json) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(new Page(json)::answer);
    }

    /** Opens the port, or both; throws {@link PortTakenException} when that is not possible. */
    public void open() {
        try {
            ports.open(router);
        } catch (PortTakenException e) {
            close();
            throw e;
        }
    }

    /** From now on requests reach their routes. */
    public void ready() {
        closedBecause = null;
    }

    /** From now on requests are refused with {@code why}, such as that the node is stopping, and connections end. */
    public void refuse(String why) {
        closedBecause = why;
    }

    /**
     * Refuses requests with {@code why} and waits for the answers to those that are under way, {@code longest} at most.
     */
    public void drain(String why, Duration longest) {
        refuse(why);
        long end = System.nanoTime() + longest.toNanos();
        while (inFlight.get() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        if (inFlight.get() > 0) {
            LOG.warn("{} requests were not answered within {} ms of the stop", inFlight.get(), longest.toMillis());
        }
    }

    /** Where the port is; with the true number when a free one was asked for. */
    public HttpAddress address() {
        return ports.first();
    }

    /** Where the operators' port is; empty when there is none. */
    public Optional<HttpAddress> operatorsAddress() {
        return ports.operators();
    }

    /** The paths that are answered, in the form {@code /a/{id}}, and the methods of each; those for all paths left out. */
    public SortedMap<String, SortedSet<String>> paths() {
        return AllowedMethods.paths(router);
    }

    /** How many connections are open. */
    public int connections() {
        return guard.open();
    }

    /** Closes the port and every connection. */
    @Override
    public void close() {
        health.close();
        if (carrier != null) {
            carrier.close();
        }
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(SECONDS_TO_CLOSE, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the HTTP port did not close in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void layOut(Supplier<String> metrics) {
        router.route().handler(this::enter).failureHandler(FrontDoor::failed);
        router.route().handler(this::inside);
        router.route("/observe/metrics")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(context -> figures(context, metrics));
        for (int status : UNMATCHED) {
            router.errorHandler(status, context -> fail(context, status));
        }
        router.errorHandler(405, context -> {
            context.response().putHeader("Allow", AllowedMethods.of(router, context.normalizedPath()) + ",OPTIONS");
            fail(context, 405);
        });
    }

    private static void figures(RoutingContext context, Supplier<String> metrics) {
        boolean packed = Gzip.isWanted(context.request().getHeader("Accept-Encoding"));
        context.vertx()
                .executeBlocking(
                        () -> {
                            byte[] plain = metrics.get().getBytes(StandardCharsets.UTF_8);
                            return packed ? Gzip.pack(plain) : plain;
                        },
                        false)
                .onFailure(context::fail)
                .onSuccess(figures -> {
                    var response = context.response()
                            .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                            .putHeader("Vary", "Accept-Encoding");
                    if (packed) {
                        response.putHeader("Content-Encoding", "gzip");
                    }
                    response.end(Buffer.buffer(figures));
                });
    }

    /** The verb of this house is answered as its standard form is. */
    private static void lookUp(RoutingContext context) {
        String query = context.request().query();
        context.reroute(HttpMethod.POST, context.request().path() + "/lookup" + (query == null ? "" : "?" + query));
    }

    /**
     * What every request passes first: it gets its id, its time and its line in the log, and the doorkeeper looks at it.
     * One handler does it all, since each one more costs every request.
     */
    private void enter(RoutingContext context) {
        if (context.request().method() == LOOKUP) {
            lookUp(context);
            return;
        }
        long began = System.nanoTime();
        Consumer<Boolean> watch = guard.begun(context);
        String id = accessLog.begin(context);
        if (ports.hasOperators() && !guard.isByOperators(context.request().connection())) {
            context.put(Doorkeeper.PROGRAMS, true);
        }
        context.addHeadersEndHandler(sent -> {
            Answer.guarded(context.response()); // an answer may say otherwise of its own caching
            if (closedBecause != null && !STARTING.equals(closedBecause)) {
                context.response().putHeader("Connection", "close"); // no further request will be answered here
            }
        });
        context.addEndHandler(answered -> {
            watch.accept(answered.succeeded());
            if (context.get(INSIDE) != null) {
                inFlight.decrementAndGet();
            }
            accessLog.write(context, id, System.nanoTime() - began, answered.failed());
        });
        doorkeeper.check(context);
    }

    /** Whom the doorkeeper let in. */
    private void inside(RoutingContext context) {
        String why = closedBecause;
        if (why != null) {
            Answer.unavailable(context, 1, why);
            return;
        }
        inFlight.incrementAndGet();
        context.put(INSIDE, true);
        if (context.request().method() == HttpMethod.OPTIONS) {
            options(context);
        } else if (carrier == null) {
            context.next();
        } else {
            carrier.route(context);
        }
    }

    /** Answers OPTIONS for all paths alike. */
    private void options(RoutingContext context) {
        String allowed = AllowedMethods.of(router, context.normalizedPath());
        if (allowed.isEmpty()) {
            fail(context, 404);
        } else {
            context.request().resume();
            context.response()
                    .putHeader("Allow", allowed + ",OPTIONS")
                    .setStatusCode(204)
                    .end();
        }
    }

    private static void failed(RoutingContext context) {
        if (context.response().closed()) {
            return; // the client went away: nobody to tell
        }
        int status = context.statusCode();
        fail(context, status >= 400 ? status : 500);
    }

    private static void fail(RoutingContext context, int status) {
        if (status == 500 && context.failure() != null) {
            LOG.error(
                    "{} {} failed",
                    context.request().method(),
                    context.request().path(),
                    context.failure());
        }
        if (status == 413) {
            context.response().putHeader("Connection", "close"); // rather than read what nobody wants
        }
        Answer.error(context, status, ErrorBody.words(status));
    }

    @SuppressWarnings("deprecation") // what follows setUser is not public yet
    private Handler<RoutingContext> readBody() {
        BodyHandler handler = BodyHandler.create(false).setBodyLimit(limits.body());
        return context -> {
            Caller.of(context).ifPresent(caller -> context.setUser(caller.user())); // where Camel's consumer looks
            context.request().resume();
            handler.handle(context);
        };
    }
}
