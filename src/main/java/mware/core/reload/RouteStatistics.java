package mware.core.reload;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.jspecify.annotations.Nullable;

/** Counts the exchanges of each route since it was last started; a few nanoseconds an exchange. */
final class RouteStatistics extends RoutePolicySupport implements RoutePolicyFactory {

    private final Clock clock;
    private final Map<String, Counts> counts = new ConcurrentHashMap<>();

    RouteStatistics(Clock clock) {
        this.clock = clock;
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        return this;
    }

    @Override
    public void onStart(Route route) {
        counts.put(route.getRouteId(), new Counts(clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    }

    @Override
    public void onRemove(Route route) {
        counts.remove(route.getRouteId());
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        Counts of = counts.get(route.getRouteId());
        if (of == null) {
            return;
        }
        of.done.increment();
        Exception failure = exchange.getException();
        if (failure == null) {
            failure = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Exception.class);
        }
        if (failure != null) {
            of.failed.increment();
            of.lastFailure = failure;
        }
    }

    /** The counts of a route; all zero for one that never ran. */
    Counts of(String routeId) {
        return counts.getOrDefault(routeId, new Counts(clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    }

    /** What one route did. */
    static final class Counts {

        private final LongAdder done = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final Instant since;
        private volatile @Nullable Exception lastFailure;

        private Counts(Instant since) {
            this.since = since;
        }

        /** When the route started. */
        Instant since() {
            return since;
        }

        /** Exchanges that ended, well or not. */
        long done() {
            return done.sum();
        }

        /** Exchanges that ended with an error, handled or not. */
        long failed() {
            return failed.sum();
        }

        /** Why the last one that failed did, in one line. */
        @Nullable
        String lastFailure() {
            Exception last = lastFailure;
            return last == null ? null : Reasons.of(last);
        }
    }
}
