package mware.core.reload;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import mware.core.reload.RunningFile.Entry;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.jspecify.annotations.Nullable;

/** What an operator sees of the route files, and asks of them. */
final class RouteList {

    private final CamelContext context;
    private final RouteFolder folder;
    private final RouteStatistics statistics;

    RouteList(CamelContext context, RouteFolder folder, RouteStatistics statistics) {
        this.context = context;
        this.folder = folder;
        this.statistics = statistics;
    }

    /** All routes of all files, and what is wrong with which file. */
    Listing list() {
        List<Row> rows = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (FileReport file : folder.files()) {
            if (file.failure() != null) {
                failures.add(new Failure(file.file(), file.line(), file.failure()));
            }
            file.routes().forEach(route -> rows.add(row(file.file(), route)));
        }
        String problem = folder.problem();
        if (problem != null) {
            failures.add(new Failure("", 0, problem));
        }
        return new Listing(rows, failures);
    }

    /**
     * Reloads and tells the outcome.
     *
     * @param file reloads this file even if it has not changed; null: all that changed
     * @return null when there is no such file
     * @throws TimeoutException when it takes longer than 30 s; it goes on then
     */
    @Nullable
    Listing reload(@Nullable String file) throws TimeoutException {
        return folder.reload(file) ? list() : null;
    }

    private Row row(String file, Entry entry) {
        String id = entry.id();
        Route route = context.getRoute(id);
        ServiceStatus status = context.getRouteController().getRouteStatus(id);
        boolean started = status == ServiceStatus.Started && route != null;
        var counts = statistics.of(id);
        return new Row(
                file,
                id,
                status == null ? "removed" : status.name().toLowerCase(Locale.ROOT),
                entry.when().name().toLowerCase(Locale.ROOT),
                started ? counts.since().toString() : null,
                started ? route.getUptimeMillis() : 0,
                counts.done(),
                counts.failed(),
                counts.lastFailure());
    }

    /** The routes and the failures. */
    record Listing(List<Row> routes, List<Failure> failures) {}

    /**
     * One route.
     *
     * @param state Camel's word in small letters, such as {@code started}
     * @param runs on which nodes it should: {@code always}, {@code on_active_node}, {@code on_demand}
     * @param since when it started, ISO 8601; null while it does not run
     * @param uptimeMillis for how long it has run
     * @param exchanges how many ended since then
     * @param failed how many of them with an error
     * @param lastError why the last of those did
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Row(
            String file,
            String route,
            String state,
            String runs,
            @Nullable String since,
            long uptimeMillis,
            long exchanges,
            long failed,
            @Nullable String lastError) {}

    /**
     * A file that is not in force as it stands.
     *
     * @param file its name; empty when it is the folder itself
     * @param line from 1; 0 when it is not known
     */
    record Failure(String file, long line, String message) {}
}
