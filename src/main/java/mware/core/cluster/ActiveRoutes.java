package mware.core.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.zookeepermaster.ManagedGroupFactoryStrategy;
import org.apache.camel.component.zookeepermaster.group.GroupListener.GroupEvent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry routes of this node: started when it becomes active, stopped before it lets go, on threads of its own.
 *
 * <p>A stop does not wait for Camel's context lock, which a hot reload may hold for a second: the consumers are stopped
 * directly and side by side, then the exchanges in flight are awaited; that Camel calls the routes stopped, too, follows
 * afterwards. A route that cannot start (a taken port, say) is tried again and does not hold up the others.
 */
public final class ActiveRoutes implements Work, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("cluster");
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);
    private static final Duration UNTIL_KNOWN = Duration.ofMillis(20);
    private static final long CONSUMERS_STOP_MILLIS = 2000;

    private final BooleanSupplier admits;
    private final Deviations deviations;
    private final Set<NodeGroup<?>> groups = ConcurrentHashMap.newKeySet();

    /** Routes that exist, and those of them that were started here. */
    private final Set<Route> known = ConcurrentHashMap.newKeySet();

    private final Set<Route> running = ConcurrentHashMap.newKeySet();
    private final Own own = new Own("active-routes");
    private final ExecutorService stops = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "active-routes-stop");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean wanted;

    private ActiveRoutes(BooleanSupplier admits, Deviations deviations) {
        this.admits = admits;
        this.deviations = deviations;
    }

    /**
     * Gives {@code camel} its policy for entry routes; call before its routes are loaded.
     *
     * <p>It hands over at the very beginning of Camel's stop. Make the node eligible when its routes are there: one that
     * is elected before has the role and does none of the work.
     */
    public static ActiveRoutes bind(CamelContext camel, GroupElection election, Deviations deviations) {
        var routes = new ActiveRoutes(election::admits, deviations);
        var registry = camel.getRegistry();
        registry.bind(
                "activeNodeGroups",
                ManagedGroupFactoryStrategy.class,
                new RouteGroups(() -> routes.wanted, routes::join, routes.groups::remove));
        registry.bindAsPrototype(ServiceRoutes.ACTIVE_NODE, ActiveNodePolicy.class, () -> new ActiveNodePolicy(routes));
        election.run(routes);
        camel.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext stopping) {
                election.leave();
            }
        });
        return routes;
    }

    /** Whether an exchange may begin in this instant. */
    boolean admits() {
        return admits.getAsBoolean();
    }

    void remember(Route route) {
        known.add(route);
    }

    void forget(Route route) {
        known.remove(route);
        running.remove(route);
        deviations.clear("routes", route.getRouteId());
    }

    /** A route's policy joins; one that comes with a hot reload while this node is active starts at once. */
    private void join(NodeGroup<?> group) {
        groups.add(group);
        if (wanted) {
            own.execute(() -> group.tell(GroupEvent.CHANGED));
        }
    }

    @Override
    public void start() {
        wanted = true;
        groups.forEach(group -> own.execute(() -> group.tell(GroupEvent.CHANGED)));
    }

    @Override
    public void stop(Duration limit) {
        wanted = false;
        List<Route> stopping = new ArrayList<>(running);
        var consumers = stopping.stream()
                .map(route -> CompletableFuture.runAsync(() -> stopConsumer(route), stops))
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(consumers).get(CONSUMERS_STOP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "some entry routes take longer than {} ms to stop; nothing new begins on them",
                    CONSUMERS_STOP_MILLIS);
        } catch (ExecutionException e) {
            LOG.warn("an entry route did not stop: {}", e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        awaitInflight(stopping, System.nanoTime() + limit.toNanos());
        groups.forEach(group -> own.execute(() -> group.tell(GroupEvent.DISCONNECTED)));
    }

    private static void awaitInflight(List<Route> routes, long end) {
        for (Route route : routes) {
            var inflight = route.getCamelContext().getInflightRepository();
            while (inflight.size(route.getRouteId()) > 0 && end - System.nanoTime() > 0) {
                LockSupport.parkNanos(2_000_000);
            }
        }
    }

    /** Starts and stops the routes of the master domain, when this group serves it now, or no more. */
    public void domainsChanged() {
        own.execute(() -> known.forEach(route -> {
            if (wanted && ServiceRoutes.isOurs(route) && !running.contains(route)) {
                start(route);
            } else if (!ServiceRoutes.isOurs(route) && running.contains(route)) {
                release(route);
            }
        }));
    }

    private void release(Route route) {
        stopConsumer(route);
        awaitInflight(List.of(route), System.nanoTime() + Duration.ofSeconds(1).toNanos());
        mark(route);
    }

    /** Starts one route, when its policy hears that the role has come. */
    void start(Route route) {
        own.execute(() -> start(route, FIRST_RETRY));
    }

    private void start(Route route, Duration retry) {
        CamelContext camel = route.getCamelContext();
        if (!wanted || !known.contains(route) || !ServiceRoutes.isOurs(route) || isEnding(camel)) {
            return;
        }
        String id = route.getRouteId();
        if (camel.getRoute(id) != route) {
            own.after(UNTIL_KNOWN, () -> start(route, retry)); // a reload is in the middle of adding it
            return;
        }
        try {
            running.add(route);
            var controller = camel.getRouteController();
            if (controller.getRouteStatus(id).isStarted() && !ServiceHelper.isStarted(route.getConsumer())) {
                // only the consumer was stopped when the role went for a moment; a scheduler: that is started again
                // without its route has lost its thread and never ticks
                controller.stopRoute(id, 1, TimeUnit.SECONDS);
            }
            controller.startRoute(id);
            deviations.clear("routes", id);
            if (!wanted) {
                stopConsumer(route); // the role went while it started
            }
        } catch (Exception e) {
            LOG.warn("cannot start {}, trying again: {}", id, e.getMessage());
            deviations.raise("routes", id, Status.ERROR, "cannot start: " + e.getMessage());
            Duration next = retry.multipliedBy(2);
            own.after(retry, () -> start(route, next.compareTo(LONGEST_RETRY) < 0 ? next : LONGEST_RETRY));
        }
    }

    private static void stopConsumer(Route route) {
        ServiceHelper.stopService(route.getConsumer());
    }

    /** Makes Camel call one route stopped, when its policy hears that the role has gone. */
    void stopped(Route route) {
        CamelContext camel = route.getCamelContext();
        if (!wanted && known.contains(route) && !isEnding(camel)) {
            mark(route);
        }
    }

    private static boolean isEnding(CamelContext camel) {
        return camel.isStopping() || camel.isStopped();
    }

    private void mark(Route route) {
        CamelContext camel = route.getCamelContext();
        String id = route.getRouteId();
        deviations.clear("routes", id);
        try {
            if (running.remove(route) && camel.getRoute(id) == route) {
                camel.getRouteController().stopRoute(id, 1, TimeUnit.SECONDS);
            }
        } catch (Exception e) {
            LOG.warn("{} is passive, but Camel could not mark it as stopped: {}", id, e.getMessage());
        }
    }

    /** Ends its threads; the routes are Camel's to end. */
    @Override
    public void close() {
        own.close();
        stops.shutdown();
    }
}
