package mware.core.reload;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import mware.core.reload.RouteFileException.Stage;
import mware.core.reload.RouteLoader.LoadedRoutes;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;

/**
 * What the {@code configure()} of a route file defines. It runs on a thread of its own: one that does not end must not
 * keep the other files from being reloaded, nor the node from stopping.
 */
final class RouteDefinitions {

    private final CamelContext context;
    private final Duration limit;

    /**
     * Runs route files for {@code context}.
     *
     * @param limit how long a {@code configure()} may take
     */
    RouteDefinitions(CamelContext context, Duration limit) {
        this.context = context;
        this.limit = limit;
    }

    /** The routes that this version of a file defines, each with an id of its own. */
    List<RouteDefinition> of(LoadedRoutes version) throws RouteFileException {
        String file = version.source().file();
        RouteBuilder builder = configured(version);
        List<RouteDefinition> routes = builder.getRouteCollection().getRoutes();
        if (!builder.getRestCollection().getRests().isEmpty()
                || !builder.getRouteTemplateCollection().getRouteTemplates().isEmpty()
                || !builder.getTemplatedRouteCollection().getTemplatedRoutes().isEmpty()) {
            throw incomplete(
                    file, "rest() and route templates cannot be taken back: write from(...), in a loop if need be");
        }
        Set<String> ids = new HashSet<>();
        for (RouteDefinition route : routes) {
            if (!route.hasCustomIdAssigned()) {
                throw incomplete(file, "the route from " + route.getInput().getEndpointUri() + " has no routeId");
            }
            if (!ids.add(route.getRouteId())) {
                throw incomplete(file, "two routes have the id " + route.getRouteId());
            }
        }
        return routes;
    }

    private RouteBuilder configured(LoadedRoutes version) throws RouteFileException {
        String file = version.source().file();
        var task = new FutureTask<RouteBuilder>(() -> {
            RouteBuilder builder = version.type().getDeclaredConstructor().newInstance();
            builder.configureRoutes(context);
            return builder;
        });
        Thread thread = new Thread(task, "route-file " + file);
        thread.setDaemon(true);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.start();
        try {
            return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new RouteFileException(file, Stage.CONFIGURE, Reasons.line(cause, file), Reasons.of(cause));
        } catch (TimeoutException e) {
            var where = new Throwable();
            where.setStackTrace(thread.getStackTrace());
            throw endless(
                    file, Reasons.line(where, file), "configure() did not end within " + limit.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw endless(file, 0, "the node stops");
        } finally {
            task.cancel(true);
        }
    }

    private static RouteFileException endless(String file, long line, String message) {
        return new RouteFileException(file, Stage.ENDLESS, line, message);
    }

    private static RouteFileException incomplete(String file, String message) {
        return new RouteFileException(file, Stage.CONFIGURE, 0, message);
    }
}
