package mware.core.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import mware.core.cluster.Leadership;
import mware.core.reload.RunningFile.Entry;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * The health check {@code routes}: up when every route that should run on this node now does, and every route file is in
 * force as it stands in the folder. Answers from memory.
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
        wrong.addAll(wrong(folder.files(), leadership.isActive(), this::isStarted));
        if (wrong.isEmpty()) {
            builder.up();
        } else {
            builder.message(String.join("; ", wrong)).down();
        }
    }

    /** What is wrong, in words, file by file. */
    static List<String> wrong(List<FileReport> files, boolean active, Predicate<String> started) {
        List<String> wrong = new ArrayList<>();
        for (FileReport file : files) {
            if (file.failure() != null) {
                wrong.add(file.failure());
            }
            for (Entry route : file.routes()) {
                if (shouldRun(route, active) && !started.test(route.id())) {
                    wrong.add("route " + route.id() + " of " + file.file() + " does not run");
                }
            }
        }
        return wrong;
    }

    /** Whether a route should run on a node that is active, or is not. */
    static boolean shouldRun(Entry route, boolean active) {
        return switch (route.when()) {
            case ALWAYS -> true;
            case ON_ACTIVE_NODE -> active;
            case ON_DEMAND -> false;
        };
    }

    private boolean isStarted(String id) {
        CamelContext context = getCamelContext();
        return context.getRouteController().getRouteStatus(id) == ServiceStatus.Started;
    }
}
