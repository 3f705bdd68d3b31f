package mware.core.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Cuts off clients that are slow on purpose: an idle time-out alone lets one hold a connection with a byte a minute.
 */
final class ConnectionGuard {

    private static final long LOOK_MILLIS = 100;

    private final Vertx vertx;
    private final HttpLimits limits;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<HttpConnection> operators = ConcurrentHashMap.newKeySet();

    /** Since when a connection has no whole head, in nanoseconds; looked through now and then, since a timer for each costs. */
    private final ConcurrentMap<HttpConnection, Long> waitingForHead = new ConcurrentHashMap<>();

    ConnectionGuard(Vertx vertx, HttpLimits limits) {
        this.vertx = vertx;
        this.limits = limits;
        vertx.setPeriodic(LOOK_MILLIS, look -> closeSlow());
    }

    private void closeSlow() {
        long now = System.nanoTime();
        long longest = limits.headTime().toNanos();
        waitingForHead.forEach((connection, since) -> {
            if (now - since > longest && waitingForHead.remove(connection, since)) {
                connection.close();
            }
        });
    }

    /** How many connections are open. */
    int open() {
        return open.get();
    }

    /** Takes a new connection, by the operators' address or by the first one. */
    void connected(HttpConnection connection, boolean byOperators) {
        boolean tooMany = open.incrementAndGet() > limits.connections();
        if (byOperators) {
            operators.add(connection);
        }
        connection.closeHandler(closed -> {
            open.decrementAndGet();
            operators.remove(connection);
            stopWaiting(connection);
        });
        if (tooMany) {
            connection.close();
        } else {
            waitForHead(connection);
        }
    }

    /** Whether a request came by the operators' address. */
    boolean isByOperators(HttpConnection connection) {
        return operators.contains(connection);
    }

    /** A whole head is here: from now on the body, then the next head, have their own time. */
    void begun(RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpConnection connection = request.connection();
        stopWaiting(connection);
        // without a body there is nothing to wait for, and a timer would keep all of the request in memory
        long body = hasBody(request)
                ? vertx.setTimer(limits.bodyTime().toMillis(), late -> {
                    if (!request.isEnded() && context.get(DirectRequest.STREAMS) == null) {
                        connection.close();
                    }
                })
                : -1;
        // a proxy before this node may have seen another end of such a body: what follows it is not read
        boolean last = request.headers().contains("Transfer-Encoding");
        context.addEndHandler(answered -> {
            if (last) {
                connection.close();
            }
            if (body >= 0 && request.isEnded()) {
                vertx.cancelTimer(body);
            }
            if (answered.succeeded()) {
                waitForHead(connection);
            }
        });
        context.next();
    }

    private static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains("Transfer-Encoding")
                || request.headers().contains("Content-Length") && !"0".equals(request.getHeader("Content-Length"));
    }

    private void waitForHead(HttpConnection connection) {
        waitingForHead.put(connection, System.nanoTime());
    }

    private void stopWaiting(HttpConnection connection) {
        waitingForHead.remove(connection);
    }
}
