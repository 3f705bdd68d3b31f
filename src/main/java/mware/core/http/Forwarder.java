package mware.core.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedTrustManager;
import mware.core.http.ActiveNodes.ActiveNode;
import mware.core.http.Forwarding.Question;
import org.jspecify.annotations.Nullable;

/** Carries a request about a domain to the node that {@link Forwarding} names, streaming both ways. */
public final class Forwarder {

    private static final int CONNECT_MILLIS = 2_000;
    private static final long TAKEN_OVER_MILLIS = 100;
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "host",
            "expect");

    private final Node self;
    private final DomainGroups domains;
    private final ActiveNodes activeNodes;
    private final Supplier<String> secret;
    private @Nullable X509ExtendedTrustManager trust;
    private final List<String> prefixes = new CopyOnWriteArrayList<>();

    /**
     * Knows who this node is.
     *
     * @param secret the cluster secret, by which the other node believes who the caller is
     */
    public Forwarder(Node self, DomainGroups domains, ActiveNodes activeNodes, Supplier<String> secret) {
        this.self = self;
        this.domains = domains;
        this.activeNodes = activeNodes;
        this.secret = secret;
    }

    /**
     * This node, as forwarding sees it.
     *
     * @param active whether it may act for its group now
     */
    public record Node(String name, int group, BooleanSupplier active) {}

    /** Requests below this path, such as {@code /api/syslogtrap/}, are about a domain. */
    public Forwarder domainBound(String prefix) {
        if (!prefix.startsWith("/") || !prefix.endsWith("/")) {
            throw new IllegalArgumentException("a prefix starts and ends with a slash, got " + prefix);
        }
        prefixes.add(prefix);
        return this;
    }

    /** Believes nodes that answer over TLS when {@code manager} does. */
    public Forwarder trusting(X509ExtendedTrustManager manager) {
        trust = manager;
        return this;
    }

    private boolean isDomainBound(String path) {
        for (String prefix : prefixes) {
            if (path.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    Carrier carrier(Vertx vertx, HttpLimits limits) {
        return new Carrier(vertx, limits);
    }

    private Forwarding.Verdict decide(String domain, RoutingContext context) {
        OptionalInt group = domains.groupOf(domain);
        return Forwarding.decide(new Question(
                domain,
                group,
                self.name(),
                self.group(),
                self.active().getAsBoolean(),
                group.isPresent() ? activeNodes.of(group.getAsInt()) : Optional.empty(),
                group.isPresent() ? activeNodes.whyNone(group.getAsInt()) : "",
                Doorkeeper.forwardedBy(context)));
    }

    /** The part that lives as long as the port is open. */
    final class Carrier {

        private final Vertx vertx;
        private final HttpClient client;
        private final long forwardMillis;

        private Carrier(Vertx vertx, HttpLimits limits) {
            this.vertx = vertx;
            forwardMillis = limits.forwardTime().toMillis();
            // shorter than the other side keeps an idle connection: else a request may meet one that just closes
            int keepAlive = (int) Math.max(1, limits.headTime().toSeconds() / 2);
            HttpClientOptions options = new HttpClientOptions();
            if (trust != null) {
                options.setTrustOptions(TrustOptions.wrap(trust)).setVerifyHost(false); // the trust looks at the host
            }
            client = vertx.createHttpClient(options.setConnectTimeout(CONNECT_MILLIS)
                    .setKeepAliveTimeout(keepAlive)
                    .setIdleTimeout((int) forwardMillis)
                    .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setMaxPoolSize(64)
                    .setMaxWaitQueueSize(256));
        }

        void route(RoutingContext context) {
            if (!isDomainBound(context.normalizedPath())) {
                context.next();
                return;
            }
            List<String> named = context.queryParam("domain");
            if (named.size() > 1) {
                Answer.error(context, 400, "domain: must be given once, got " + named.size());
                return;
            }
            String domain = (named.isEmpty() ? own(context) : named.get(0)).toLowerCase(Locale.ROOT);
            if (!domain.matches("[a-z0-9-]{1,63}(\\.[a-z0-9-]{1,63}){0,30}")) {
                Answer.error(context, 400, "domain: must be a domain name");
                return;
            }
            Forwarding.Verdict verdict = decide(domain, context);
            if (verdict instanceof Forwarding.To to) {
                AccessLog.note(context, "to " + to.node().node());
                new Trip(context, to.node(), domains.groupOf(domain).orElse(0)).begin();
            } else if (verdict instanceof Forwarding.Refuse refuse) {
                if (refuse.retryAfter() > 0) {
                    Answer.unavailable(context, refuse.retryAfter(), refuse.why());
                } else {
                    Answer.error(context, refuse.status(), refuse.why());
                }
            } else {
                context.next();
            }
        }

        /** The domain of a request that names none: the caller's own, the master domain for the cluster. */
        private String own(RoutingContext context) {
            String home = Caller.of(context).orElseThrow().domain();
            return home == null ? domains.masterDomain() : home;
        }

        void close() {
            client.close();
        }

        /** One request on its way to another node and back. */
        private final class Trip {

            private final RoutingContext context;
            private final ActiveNode node;
            private final AtomicBoolean over = new AtomicBoolean();
            private final int group;
            private final long timer;
            private long watch = -1;
            private @Nullable HttpClientRequest out;

            Trip(RoutingContext context, ActiveNode node, int group) {
                this.context = context;
                this.node = node;
                this.group = group;
                timer = vertx.setTimer(
                        forwardMillis, late -> fail(504, "no answer within " + forwardMillis / 1_000 + " s"));
            }

            void begin() {
                HttpServerRequest request = context.request();
                String query = request.query();
                watch = vertx.setPeriodic(TAKEN_OVER_MILLIS, look -> lookWhoIsActive());
                client.request(new RequestOptions()
                                .setMethod(request.method())
                                .setAbsoluteURI(node.url() + request.path() + (query == null ? "" : "?" + query))
                                .setConnectTimeout(CONNECT_MILLIS))
                        .onFailure(e -> fail(503, "it cannot be reached: " + e.getMessage()))
                        .onSuccess(this::send);
            }

            /**
             * Ends the wait for a node that is frozen or cut off as soon as another one has its place. One that hands over
             * in good order has answered before.
             */
            private void lookWhoIsActive() {
                Optional<ActiveNode> now = activeNodes.of(group);
                if (now.isPresent() && !now.get().node().equals(node.node()) && finish()) {
                    String next = now.get().node();
                    context.response().putHeader("Retry-After", "0");
                    Answer.error(
                            context.request(),
                            504,
                            node.node() + " was the active node of this domain's group, and " + next
                                    + " has taken over while it was waited for: " + node.node()
                                    + " may or may not have done what was asked",
                            Map.of("node", node.node(), "taken_over_by", next));
                    HttpClientRequest waiting = out;
                    if (waiting != null) {
                        waiting.reset();
                    }
                }
            }

            private void send(HttpClientRequest request) {
                out = request;
                send(request, context.request());
            }

            private void send(HttpClientRequest out, HttpServerRequest request) {
                if (over.get() || context.response().closed()) {
                    out.reset();
                    finish();
                    return;
                }
                request.headers().forEach(header -> {
                    if (!HOP_BY_HOP.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                        out.headers().add(header.getKey(), header.getValue());
                    }
                });
                out.putHeader("Authorization", "Bearer " + secret.get())
                        .putHeader(
                                Doorkeeper.FORWARDED_CALLER,
                                Caller.of(context).orElseThrow().toHeader())
                        .putHeader(Doorkeeper.FORWARDED_BY, self.name());
                context.response().closeHandler(gone -> {
                    finish();
                    out.reset();
                });
                boolean body =
                        request.getHeader("Content-Length") != null || request.getHeader("Transfer-Encoding") != null;
                if (!body) {
                    request.resume();
                } else if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
                    context.response().writeContinue();
                }
                (body ? out.send(request) : out.send())
                        .onFailure(e -> {
                            fail(
                                    504,
                                    "it did not answer, and may or may not have done what was asked: "
                                            + e.getMessage());
                            out.reset();
                        })
                        .onSuccess(this::answer);
            }

            private void answer(HttpClientResponse in) {
                HttpServerResponse response = context.response();
                if (!finish() || response.closed() || response.ended()) {
                    in.request().reset();
                    return;
                }
                response.setStatusCode(in.statusCode());
                in.headers().names().stream()
                        .filter(name -> !HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT)))
                        .forEach(name ->
                                response.headers().set(name, in.headers().getAll(name)));
                if (in.getHeader("Content-Length") == null && in.statusCode() != 204 && in.statusCode() != 304) {
                    response.setChunked(true);
                }
                in.pipeTo(response)
                        .onFailure(e -> context.request().connection().close());
            }

            private void fail(int status, String why) {
                if (finish()) {
                    String message = node.node() + " is the active node of this domain's group, but " + why;
                    if (status == 503) {
                        Answer.unavailable(context, 2, message);
                    } else {
                        Answer.error(context, status, message);
                    }
                }
            }

            private boolean finish() {
                vertx.cancelTimer(timer);
                vertx.cancelTimer(watch);
                return over.compareAndSet(false, true);
            }
        }
    }
}
