package mware.core.reload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import mware.core.cluster.Leadership;
import mware.core.cluster.ServiceRoutes;
import mware.core.reload.RouteFileException.Stage;
import mware.core.reload.RouteLoader.LoadedRoutes;
import mware.core.reload.RunningFile.Entry;
import mware.core.reload.RunningFile.When;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the routes of files in and out of the running Camel context: all of a file or none. */
final class RouteSwap {

    private static final Logger LOG = LoggerFactory.getLogger("routes");

    /** How long an entry route of the active node may take to start before the change is taken back. */
    private static final Duration START = Duration.ofSeconds(5);

    /** How long the {@code configure()} of a file may take; shipped ones take a few milliseconds. */
    private static final Duration CONFIGURE = Duration.ofSeconds(10);

    private static final long LOOK_NANOS = Duration.ofMillis(2).toNanos();

    private final ModelCamelContext context;
    private final RouteDefinitions definitions;
    private final Leadership leadership;
    private final Duration drain;
    private final LongSupplier nanoClock;

    /**
     * Swaps routes of {@code context}.
     *
     * @param drain how long exchanges in flight may take to finish before their route is stopped under them
     */
    RouteSwap(CamelContext context, Leadership leadership, Duration drain, LongSupplier nanoClock) {
        this.context = (ModelCamelContext) context;
        definitions = new RouteDefinitions(context, CONFIGURE);
        this.leadership = leadership;
        this.drain = drain;
        this.nanoClock = nanoClock;
    }

    /** The routes that this version of a file defines; runs its {@code configure()} and touches nothing that runs. */
    List<RouteDefinition> define(LoadedRoutes version) throws RouteFileException {
        return definitions.of(version);
    }

    /**
     * Puts {@code next} in the place of {@code former}.
     *
     * @param former what runs now and goes; empty for a file that is new
     * @param routes what {@link #define} made of {@code next}
     * @throws RouteFileException when the new routes do not start; the former ones run again, unless they do not start
     *     either: see {@link #runs}
     */
    RunningFile replace(List<RunningFile> former, LoadedRoutes next, List<RouteDefinition> routes)
            throws RouteFileException {
        if (!former.isEmpty()) {
            rehearse(next);
        }
        former.forEach(this::remove);
        try {
            return bringIn(next, routes, !former.isEmpty());
        } catch (RouteFileException e) {
            for (RunningFile each : former) {
                try {
                    bringIn(each.version(), define(each.version()), false);
                } catch (RouteFileException lost) {
                    LOG.error("the former routes of {} could not be put back: {}", each.file(), lost.getMessage());
                }
            }
            throw e;
        }
    }

    /** Whether all routes of {@code file} are in the node. */
    boolean runs(RunningFile file) {
        return file.ids().stream().allMatch(id -> context.getRoute(id) != null);
    }

    /** Whether the node has a route of this id, from a file or its own. */
    boolean has(String routeId) {
        return context.getRoute(routeId) != null;
    }

    /** Stops and removes the routes of {@code file}, once what is in flight has finished or its time is over. */
    void remove(RunningFile file) {
        List<Route> outer = new ArrayList<>();
        List<Route> inner = new ArrayList<>();
        for (String id : file.ids()) {
            Route route = context.getRoute(id);
            if (route != null) {
                (isFedFromInside(route) ? inner : outer).add(route);
            }
        }
        long deadline = nanoClock.getAsLong() + drain.toNanos();
        // Camel's own graceful stop looks once a second and holds the lock that a step-down needs; so: drain first
        for (List<Route> wave : List.of(outer, inner)) {
            if (wave == inner) {
                drain(inner, deadline);
            }
            wave.forEach(route -> ServiceHelper.stopService(route.getConsumer()));
            drain(wave, deadline);
        }
        outer.addAll(inner);
        outer.forEach(route -> removeStopped(route.getRouteId()));
    }

    private void removeStopped(String id) {
        try {
            context.getRouteController().stopRoute(id, 1, TimeUnit.SECONDS);
            context.removeRoute(id);
        } catch (Exception e) {
            LOG.warn("route {} did not stop cleanly: {}", id, Reasons.of(e));
        }
    }

    private void drain(List<Route> routes, long deadline) {
        for (Route route : routes) {
            if (!await(() -> inFlight(route) == 0, deadline)) {
                LOG.warn(
                        "route {} is replaced with {} exchanges in flight, which did not finish within {} s",
                        route.getRouteId(),
                        inFlight(route),
                        drain.toSeconds());
            }
        }
    }

    private int inFlight(Route route) {
        int waiting = route.getConsumer() instanceof ShutdownAware queue ? queue.getPendingExchangesSize() : 0;
        return waiting + context.getInflightRepository().size(route.getRouteId());
    }

    /** Routes that other routes send to; they stop last and start first. */
    private static boolean isFedFromInside(Route route) {
        String uri = route.getEndpoint().getEndpointBaseUri();
        return uri.startsWith("direct:") || uri.startsWith("seda:");
    }

    private static boolean isFedFromInside(RouteDefinition route) {
        String uri = route.getInput().getEndpointUri();
        return uri != null && (uri.startsWith("direct:") || uri.startsWith("seda:"));
    }

    /** Builds the new routes beside the old ones and throws them away: most mistakes show here, and nothing has stopped. */
    private void rehearse(LoadedRoutes next) throws RouteFileException {
        var extension = context.getCamelContextExtension();
        extension.setupRoutes(true); // or the endpoints end up among those that may be evicted
        try {
            for (RouteDefinition route : define(next)) {
                route.setRoutePolicyRef(null); // a policy would count this route among those it starts
                context.getModelReifierFactory().createRoute(context, route);
            }
        } catch (RouteFileException e) {
            throw e;
        } catch (Exception | Error e) {
            throw start(next, e);
        } finally {
            extension.setupRoutes(false);
        }
    }

    private RunningFile bringIn(LoadedRoutes version, List<RouteDefinition> routes, boolean untilActiveOnesRun)
            throws RouteFileException {
        List<RouteDefinition> innerFirst = new ArrayList<>(routes);
        innerFirst.sort((one, two) -> Boolean.compare(isFedFromInside(two), isFedFromInside(one)));
        try {
            context.addRouteDefinitions(innerFirst);
            var running = new RunningFile(
                    version, routes.stream().flatMap(this::entry).toList());
            if (untilActiveOnesRun) {
                awaitActive(running);
            }
            return running;
        } catch (Exception | Error e) {
            remove(new RunningFile(version, routes.stream().map(RouteSwap::any).toList()));
            routes.forEach(this::forget);
            throw e instanceof RouteFileException own ? own : start(version, e);
        }
    }

    /** A definition whose route was never made stays in Camel's model, where its id would be taken. */
    private void forget(RouteDefinition route) {
        try {
            context.removeRouteDefinition(route);
        } catch (Exception e) {
            LOG.debug("definition of {} stays: {}", route.getRouteId(), Reasons.of(e));
        }
    }

    private static Entry any(RouteDefinition route) {
        return new Entry(route.getRouteId(), When.ON_DEMAND);
    }

    private Stream<Entry> entry(RouteDefinition definition) {
        Route route = context.getRoute(definition.getRouteId());
        if (route == null) {
            return Stream.empty(); // its precondition says no
        }
        String policy = definition.getRoutePolicyRef();
        boolean onActive = policy != null && List.of(policy.split("\\s*,\\s*")).contains(ServiceRoutes.ACTIVE_NODE);
        When active = route.getProperties().containsKey(ServiceRoutes.MASTER_DOMAIN)
                ? When.ON_ACTIVE_NODE_OF_MASTER_DOMAIN
                : When.ON_ACTIVE_NODE;
        When when = onActive ? active : route.isAutoStartup() ? When.ALWAYS : When.ON_DEMAND;
        return Stream.of(new Entry(route.getRouteId(), when));
    }

    /** The policy starts the entry routes of an active node; a new version that does not start there is no good. */
    private void awaitActive(RunningFile running) throws RouteFileException {
        long deadline = nanoClock.getAsLong() + START.toNanos();
        for (Entry each : running.routes()) {
            Route route = context.getRoute(each.id());
            if (route == null || !isOfActiveNode(each) || !ServiceRoutes.isOurs(route)) {
                continue;
            }
            await(() -> !leadership.isActive() || isStarted(each.id()) || startError(route) != null, deadline);
            if (leadership.isActive() && !isStarted(each.id())) {
                throw new RouteFileException(
                        running.file(),
                        Stage.START,
                        0,
                        "route " + each.id()
                                + (startError(route) instanceof Exception e
                                        ? " did not start: " + Reasons.of(e)
                                        : " did not start within " + START.toSeconds() + " s"));
            }
        }
    }

    private static boolean isOfActiveNode(Entry route) {
        return route.when() == When.ON_ACTIVE_NODE || route.when() == When.ON_ACTIVE_NODE_OF_MASTER_DOMAIN;
    }

    private boolean isStarted(String id) {
        return context.getRouteController().getRouteStatus(id) == ServiceStatus.Started;
    }

    private static @Nullable Object startError(Route route) {
        return route.getProperties().get("route.start.exception");
    }

    private boolean await(BooleanSupplier done, long deadline) {
        while (!done.getAsBoolean()) {
            if (nanoClock.getAsLong() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }

    private static RouteFileException start(LoadedRoutes version, Throwable e) {
        String file = version.source().file();
        return new RouteFileException(file, Stage.START, Reasons.line(e, file), Reasons.of(e));
    }
}
