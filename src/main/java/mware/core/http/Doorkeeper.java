package mware.core.http;

import io.vertx.core.Context;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import mware.core.http.Authenticator.Credentials;
import mware.core.http.Closings.Closed;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a request in when its path is plain and its sender known; health and the log-in alone answer strangers, and nothing
 * but health answers an address that is closed.
 */
final class Doorkeeper {

    /** The cookie of a session. */
    static final String SESSION_COOKIE = "EraSession";

    /** Who sent a forwarded request to the node that forwards it; believed only beside the cluster secret. */
    static final String FORWARDED_CALLER = "X-Mware-Caller";

    /** The node that forwarded a request; believed only beside the cluster secret. */
    static final String FORWARDED_BY = "X-Mware-Forwarded-By";

    /** The address that a request came from first: set here for the rest of the way; what a client says is dropped. */
    static final String CLIENT = "X-Mware-Client";

    /** Set on a request by the first address of a node that has a second one for operators. */
    static final String PROGRAMS = "door.programs";

    private static final Logger LOG = LoggerFactory.getLogger("http");
    private static final Set<String> OPEN = Set.of("/observe/health", "/observe/health/live", "/observe/health/ready");
    private static final CharSequence CALLER_HEADER = HttpHeaders.createOptimized(FORWARDED_CALLER);
    private static final CharSequence BY_HEADER = HttpHeaders.createOptimized(FORWARDED_BY);
    private static final CharSequence CLIENT_HEADER = HttpHeaders.createOptimized(CLIENT);
    private static final String LOG_IN = "/rest/v1/iam/sessions";
    private static final String FORWARDED = "forwarded.by";

    private final List<Authenticator> authenticators;
    private final List<Authenticator> evenWhenClosed;
    private final Closings closings;
    private final HealthAnswer health;

    Doorkeeper(List<Authenticator> authenticators, Closings closings, HealthAnswer health) {
        this.authenticators = List.copyOf(authenticators);
        this.evenWhenClosed =
                authenticators.stream().filter(Authenticator::evenWhenClosed).toList();
        this.closings = closings;
        this.health = health;
    }

    /** Lets the request go on to the next handler, or answers it. */
    void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = request.path();
        Optional<PlainRequest.Refusal> refusal = PlainRequest.refusal(request);
        if (refusal.isPresent()) {
            Answer.error(context, refusal.get().status(), refusal.get().why());
            return;
        }
        Credentials credentials = credentials(request);
        Optional<Closed> closed = closings.closed(credentials.address());
        if (path.equals(LOG_IN) && request.method() == HttpMethod.POST) {
            logIn(context, credentials.address(), closed);
            return;
        }
        request.pause(); // until somebody reads the body: finding out who it is may take a while
        CompletionStage<Optional<Caller>> finding =
                find(closed.isPresent() ? evenWhenClosed : authenticators, credentials, 0);
        var known = finding.toCompletableFuture();
        if (known.isDone() && !known.isCompletedExceptionally()) {
            known(context, credentials, known.join(), closed); // the usual case: nothing had to be waited for
            return;
        }
        Context loop = context.vertx().getOrCreateContext(); // that of this connection
        finding.whenComplete((found, failure) -> loop.runOnContext(back -> {
            if (failure == null) {
                known(context, credentials, found, closed);
            } else {
                unknown(context, credentials, failure);
            }
        }));
    }

    /** Whether this is a path that answers strangers. */
    static boolean isHealth(@Nullable String path) {
        return path != null && OPEN.contains(path);
    }

    /** The node that forwarded this request to this one. */
    static Optional<String> forwardedBy(RoutingContext context) {
        return Optional.ofNullable(context.get(FORWARDED));
    }

    /** Who it is stands in the body: what else it shows does not matter. */
    private static void logIn(RoutingContext context, String address, Optional<Closed> closed) {
        if (closed.isPresent()) {
            Answer.closed(context, closed.get());
        } else if (context.get(PROGRAMS) != null) {
            Answer.error(context, 403, Audience.NO_LOG_IN);
        } else if (isFromElsewhere(context.request())) {
            Answer.error(context, 403, "a page of another origin must not log in");
        } else {
            context.request().pause();
            enter(context, address);
        }
    }

    private void unknown(RoutingContext context, Credentials credentials, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        HttpServerRequest request = context.request();
        if (isHealth(request.path()) && isReading(request)) {
            health.answer(context, false);
        } else if (cause instanceof ApiException told) {
            refuse(context, credentials, told.status(), String.valueOf(told.getMessage()));
        } else {
            LOG.warn("could not find out who sent {} {}", request.method(), request.path(), failure);
            Answer.unavailable(context, 5, "accounts cannot be checked now");
        }
    }

    private void known(
            RoutingContext context, Credentials credentials, Optional<Caller> found, Optional<Closed> closed) {
        HttpServerRequest request = context.request();
        if (found.isEmpty() && closed.isEmpty() && credentials.shown()) {
            closings.failed(credentials.address(), credentials.kind());
        }
        if (isHealth(request.path()) && isReading(request)) {
            health.answer(context, found.isPresent());
            return;
        }
        if (context.get(PROGRAMS) != null && found.isPresent()) {
            Optional<String> elsewhere =
                    Audience.refusal(request.path(), found.get().kind());
            if (elsewhere.isPresent()) {
                Answer.error(context, 403, elsewhere.get());
                return;
            }
        }
        if (found.isEmpty()) {
            if (closed.isPresent()) {
                Answer.closed(context, closed.get());
            } else {
                refuse(context, credentials, 401, ErrorBody.words(401));
            }
            return;
        }
        if (credentials.session() != null && !isReading(request) && isFromElsewhere(request)) {
            Answer.error(context, 403, "a page of another origin must not use the session of this one");
            return;
        }
        Caller caller = found.get();
        String address = credentials.address();
        if (caller.kind() == Caller.Kind.CLUSTER && request.getHeader(FORWARDED_BY) != null) {
            context.put(FORWARDED, request.getHeader(FORWARDED_BY));
            String first = request.getHeader(FORWARDED_CALLER);
            address = Optional.ofNullable(request.getHeader(CLIENT)).orElse(address);
            Optional<Closed> there = closings.closed(address);
            if (there.isPresent()) {
                Answer.closed(context, there.get());
                return;
            }
            try {
                caller = first == null ? caller : Caller.ofHeader(first);
            } catch (IllegalArgumentException e) {
                Answer.error(context, 400, String.valueOf(e.getMessage()));
                return;
            }
        }
        if (isHealth(request.path())) {
            context.response().putHeader("Allow", "GET,HEAD");
            Answer.error(context, 405, ErrorBody.words(405));
            return;
        }
        context.put(Caller.KEY, caller);
        enter(context, address);
    }

    private static void enter(RoutingContext context, String address) {
        // secrets go no further: a route copies its headers into answers, traces and logs
        context.request()
                .headers()
                .remove(HttpHeaders.AUTHORIZATION)
                .remove(HttpHeaders.COOKIE)
                .remove(CALLER_HEADER)
                .remove(BY_HEADER)
                .set(CLIENT_HEADER, address);
        context.next();
    }

    private static void refuse(RoutingContext context, Credentials credentials, int status, String why) {
        if (status == 401) {
            context.response().putHeader("WWW-Authenticate", "Bearer");
            if (credentials.session() != null) { // so that a browser does not show it again and again
                context.response()
                        .putHeader("Set-Cookie", SESSION_COOKIE + "=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict");
            }
        }
        if (status == 503) {
            context.response().putHeader("Retry-After", "5");
        }
        Answer.error(context, status, why);
    }

    private static CompletionStage<Optional<Caller>> find(
            List<Authenticator> asked, Credentials credentials, int index) {
        if (index == asked.size()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return asked.get(index)
                .caller(credentials)
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedFuture(found)
                        : find(asked, credentials, index + 1));
    }

    private static boolean isReading(HttpServerRequest request) {
        return request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD;
    }

    /** Whether a browser says that a page of another origin sends this; programs say nothing. */
    private static boolean isFromElsewhere(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = request.getHeader("Origin");
        return origin != null && !origin.replaceFirst("^https?://", "").equalsIgnoreCase(request.getHeader("Host"));
    }

    private static Credentials credentials(HttpServerRequest request) {
        String given = request.getHeader(HttpHeaders.AUTHORIZATION);
        Cookie session = given == null ? request.getCookie(SESSION_COOKIE) : null;
        SocketAddress from = request.connection().remoteAddress();
        return new Credentials(
                given == null ? null : bearer(given),
                session == null ? null : session.getValue(),
                from == null ? "?" : from.hostAddress());
    }

    private static @Nullable String bearer(String header) {
        return header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? header.substring(7).strip()
                : null;
    }
}
