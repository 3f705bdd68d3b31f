package mware.core.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** Writes an answer of the front door itself, always JSON, and leaves the connection fit for the next request. */
final class Answer {

    static final String JSON = "application/json; charset=utf-8";

    private static final CharSequence TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence POLICY = HttpHeaders.createOptimized("Content-Security-Policy");
    private static final CharSequence NOTHING =
            HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");
    private static final CharSequence REFERRER = HttpHeaders.createOptimized("Referrer-Policy");
    private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
    private static final CharSequence CACHE = HttpHeaders.createOptimized("Cache-Control");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private Answer() {}

    static void error(RoutingContext context, int status, String message) {
        error(context.request(), status, message, Map.of());
    }

    static void error(HttpServerRequest request, int status, String message, Map<String, Object> details) {
        json(request, status, ErrorBody.of(status, message, details));
    }

    /** An error that passes by itself: the caller may try again after {@code seconds}. */
    static void unavailable(RoutingContext context, int seconds, String message) {
        context.response().putHeader("Retry-After", Integer.toString(seconds));
        error(context, 503, message);
    }

    /** Nothing from this address is processed for a while. */
    static void closed(RoutingContext context, Closings.Closed closed) {
        context.response().putHeader("Retry-After", Integer.toString(closed.retryAfter()));
        error(context, 429, closed.why());
    }

    static void json(HttpServerRequest request, int status, String body) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            request.connection().close(); // half an answer is out: the caller must not take it for a whole one
            return;
        }
        if (!request.isEnded()) {
            request.handler(
                    unread -> {}); // what is left of the body is read and dropped, else it blocks the connection
            request.resume();
        }
        response.setStatusCode(status).putHeader("Content-Type", JSON);
        if (request.method() == HttpMethod.HEAD) {
            response.end();
        } else {
            response.end(body);
        }
    }

    /** What Netty could not read as a request; the connection is closed after the answer. */
    static void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = cause instanceof TooLongHttpLineException
                ? 414
                : cause instanceof TooLongHttpHeaderException ? 431 : 400;
        HttpServerResponse response = request.response();
        guarded(response);
        response.putHeader("Content-Type", JSON).putHeader("Connection", "close");
        response.setStatusCode(status).end(ErrorBody.of(status, ErrorBody.words(status), Map.of()));
    }

    /**
     * Adds what keeps a browser from doing anything with an answer but read it. Answers are not kept, where they do not
     * say otherwise.
     */
    static void guarded(HttpServerResponse response) {
        response.putHeader(TYPE_OPTIONS, NO_SNIFF).putHeader(POLICY, NOTHING).putHeader(REFERRER, NO_REFERRER);
        if (!response.headers().contains(CACHE)) {
            response.putHeader(CACHE, NO_STORE);
        }
    }
}
