package mware.core.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Cuts off clients that are slow on purpose: an idle time-out alone lets one hold a connection with a byte a minute.
 */
final class ConnectionGuard {

    private static final long LOOK_MILLIS = 100;

    private final Vertx vertx;
    private final HttpLimits limits;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<HttpConnection> operators = ConcurrentHashMap.newKeySet();

    /** Open connections; looked through now and then, since a timer for each costs. */
    private final ConcurrentMap<HttpConnection, Wait> waits = new ConcurrentHashMap<>();

    /** Whether a connection has no whole head, and since when, in nanoseconds; only its own event loop changes it. */
    private static final class Wait {

        private volatile boolean forHead = true;
        private volatile long since = System.nanoTime();

        void begin() {
            since = System.nanoTime();
            forHead = true;
        }

        void end() {
            forHead = false;
        }

        boolean isLongerThan(long nanos) {
            return forHead && System.nanoTime() - since > nanos;
        }
    }

    ConnectionGuard(Vertx vertx, HttpLimits limits) {
        this.vertx = vertx;
        this.limits = limits;
        vertx.setPeriodic(LOOK_MILLIS, look -> closeSlow());
    }

    private void closeSlow() {
        long longest = limits.headTime().toNanos();
        waits.forEach((connection, wait) -> {
            if (wait.isLongerThan(longest) && waits.remove(connection, wait)) {
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
            waits.remove(connection);
        });
        if (tooMany) {
            connection.close();
        } else {
            waits.put(connection, new Wait());
        }
    }

    /** Whether a request came by the operators' address. */
    boolean isByOperators(HttpConnection connection) {
        return operators.contains(connection);
    }

    /**
     * A whole head is here: from now on the body, then the next head, have their own time.
     *
     * @return what is told of the end of the request, with whether its answer went out whole
     */
    Consumer<Boolean> begun(RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpConnection connection = request.connection();
        Wait wait = waits.get(connection);
        if (wait != null) {
            wait.end();
        }
        // without a body there is nothing to wait for, and a timer would keep all of the request in memory
        long body = hasBody(request)
                ? vertx.setTimer(limits.bodyTime().toMillis(), late -> {
                    if (!request.isEnded() && context.get(DirectRequest.STREAMS) == null) {
                        connection.close();
                    }
                })
                : -1;
        // a proxy before this node may have seen another end of such a body: what follows it is not read
        boolean last = request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        return whole -> {
            if (last) {
                connection.close();
            }
            if (body >= 0 && request.isEnded()) {
                vertx.cancelTimer(body);
            }
            if (whole && wait != null) {
                wait.begin();
            }
        };
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && !length.equals("0") || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }
}
