package mware.core.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import mware.core.cluster.Leadership;
import mware.core.domain.ServedDomains;
import mware.core.reload.RunningFile.Entry;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckAware;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.apache.camel.support.ScheduledPollConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The health check {@code routes}: up when every route that should run on this node now does, its consumer is well, and
 * every route file is in force as it stands in the folder. Answers from memory.
 */
final class RoutesHealth extends AbstractHealthCheck {

    private final RouteFolder folder;
    private final Leadership leadership;

    RoutesHealth(RouteFolder folder, Leadership leadership) {
        super("mware", "routes");
        this.folder = folder;
        this.leadership = leadership;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        List<String> wrong = new ArrayList<>();
        String problem = folder.problem();
        if (problem != null) {
            wrong.add(problem);
        }
        boolean active = leadership.isActive();
        boolean master = getCamelContext().getRegistry().findByType(ServedDomains.class).stream()
                .allMatch(ServedDomains::hasMasterDomain);
        List<FileReport> files = folder.files();
        wrong.addAll(wrong(files, active, master, this::isStarted));
        files.stream()
                .flatMap(file -> file.routes().stream())
                .filter(route -> shouldRun(route, active, master) && isStarted(route.id()))
                .map(route -> consumerProblem(route.id()))
                .filter(Objects::nonNull)
                .forEach(wrong::add);
        if (wrong.isEmpty()) {
            builder.up();
        } else {
            builder.message(String.join("; ", wrong)).down();
        }
    }

    /** What is wrong, in words, file by file. */
    static List<String> wrong(List<FileReport> files, boolean active, boolean master, Predicate<String> started) {
        List<String> wrong = new ArrayList<>();
        for (FileReport file : files) {
            if (file.failure() != null) {
                wrong.add(file.failure());
            }
            for (Entry route : file.routes()) {
                if (shouldRun(route, active, master) && !started.test(route.id())) {
                    wrong.add("route " + route.id() + " of " + file.file() + " does not run");
                }
            }
        }
        return wrong;
    }

    /** Whether a route should run on a node that is active, or is not, of a group that has the master domain, or not. */
    static boolean shouldRun(Entry route, boolean active, boolean master) {
        return switch (route.when()) {
            case ALWAYS -> true;
            case ON_ACTIVE_NODE -> active;
            case ON_ACTIVE_NODE_OF_MASTER_DOMAIN -> active && master;
            case ON_DEMAND -> false;
        };
    }

    private boolean isStarted(String id) {
        CamelContext context = getCamelContext();
        return context.getRouteController().getRouteStatus(id) == ServiceStatus.Started;
    }

    /** What the consumer of a started route says of itself, such as a port that it cannot have; null when it is well. */
    private @Nullable String consumerProblem(String id) {
        Route route = getCamelContext().getRoute(id);
        if (route == null || !(route.getConsumer() instanceof HealthCheckAware consumer)) {
            return null;
        }
        if (consumer instanceof ScheduledPollConsumer poll && !poll.isFirstPollDone()) {
            return null; // a first long poll takes its time: that is no fault
        }
        HealthCheck check = consumer.getHealthCheck();
        HealthCheck.Result result = check == null ? null : check.call();
        return result == null || result.getState() != HealthCheck.State.DOWN
                ? null
                : result.getMessage().orElse("the consumer of route " + id + " does not work");
    }
}
