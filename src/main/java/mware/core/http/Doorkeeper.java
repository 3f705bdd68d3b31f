package mware.core.http;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import mware.core.http.Authenticator.Credentials;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a request in when its path is plain and its sender known; health alone answers strangers. */
final class Doorkeeper {

    /** The cookie of a session. */
    static final String SESSION_COOKIE = "EraSession";

    /** Who sent a forwarded request to the node that forwards it; believed only beside the cluster secret. */
    static final String FORWARDED_CALLER = "X-Mware-Caller";

    /** The node that forwarded a request; believed only beside the cluster secret. */
    static final String FORWARDED_BY = "X-Mware-Forwarded-By";

    private static final Logger LOG = LoggerFactory.getLogger("http");
    private static final Set<String> OPEN = Set.of("/observe/health", "/observe/health/live", "/observe/health/ready");
    private static final Pattern TRICK = Pattern.compile(
            "//|\\\\|[\\x00-\\x20\\x7f]|%(?:2[ef]|5c|0|1|7f|$|.$|[^0-9a-f]|.[^0-9a-f])|/\\.{1,2}(?:/|$)");
    private static final String FORWARDED = "forwarded.by";

    private final List<Authenticator> authenticators;
    private final HealthAnswer health;

    Doorkeeper(List<Authenticator> authenticators, HealthAnswer health) {
        this.authenticators = List.copyOf(authenticators);
        this.health = health;
    }

    void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = request.path();
        if (path == null
                || !path.startsWith("/")
                || TRICK.matcher(path.toLowerCase(Locale.ROOT)).find()) {
            Answer.error(context, 400, "the path must be plain: no dots, double slashes, backslashes or encoded ones");
            return;
        }
        List<String> given = request.headers().getAll("Authorization");
        if (given.size() > 1) {
            Answer.error(context, 400, "more than one Authorization header");
            return;
        }
        request.pause(); // until somebody reads the body: finding out who it is may take a while
        find(credentials(request, given), 0)
                .whenComplete((found, failure) -> context.vertx().runOnContext(back -> {
                    if (failure == null) {
                        known(context, found);
                    } else {
                        LOG.warn("could not find out who sent {} {}", request.method(), path, failure);
                        Answer.unavailable(context, 5, "accounts cannot be checked now");
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

    @SuppressWarnings("deprecation") // its successor is not public yet
    private void known(RoutingContext context, Optional<Caller> found) {
        HttpServerRequest request = context.request();
        boolean health = isHealth(request.path());
        if (health && (request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD)) {
            this.health.answer(context, found.isPresent());
            return;
        }
        if (found.isEmpty()) {
            context.response().putHeader("WWW-Authenticate", "Bearer");
            Answer.error(context, 401, ErrorBody.words(401));
            return;
        }
        Caller caller = found.get();
        if (caller.kind() == Caller.Kind.CLUSTER && request.getHeader(FORWARDED_BY) != null) {
            context.put(FORWARDED, request.getHeader(FORWARDED_BY));
            String first = request.getHeader(FORWARDED_CALLER);
            try {
                caller = first == null ? caller : Caller.ofHeader(first);
            } catch (IllegalArgumentException e) {
                Answer.error(context, 400, String.valueOf(e.getMessage()));
                return;
            }
        }
        if (health) {
            context.response().putHeader("Allow", "GET,HEAD");
            Answer.error(context, 405, ErrorBody.words(405));
            return;
        }
        // secrets go no further: a route copies its headers into answers, traces and logs
        request.headers()
                .remove("Authorization")
                .remove("Cookie")
                .remove(FORWARDED_CALLER)
                .remove(FORWARDED_BY);
        AccessLog.by(context, caller);
        context.setUser(caller.user());
        context.next();
    }

    private CompletionStage<Optional<Caller>> find(Credentials credentials, int index) {
        if (index == authenticators.size()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return authenticators
                .get(index)
                .caller(credentials)
                .thenCompose(found ->
                        found.isPresent() ? CompletableFuture.completedFuture(found) : find(credentials, index + 1));
    }

    private static Credentials credentials(HttpServerRequest request, List<String> given) {
        Cookie session = request.getCookie(SESSION_COOKIE);
        return new Credentials(
                given.isEmpty() ? null : bearer(given.get(0)),
                session == null ? null : session.getValue(),
                request.remoteAddress() == null ? "?" : request.remoteAddress().hostAddress());
    }

    private static @Nullable String bearer(String header) {
        return header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? header.substring(7).strip()
                : null;
    }
}
