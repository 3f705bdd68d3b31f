package mware.core.reload;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import mware.core.reload.RouteFileException.Stage;
import mware.core.reload.RouteLoader.LoadedRoutes;
import org.apache.camel.model.RouteDefinition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of each route file: which version runs, and why a newer one does not. Used by one thread at a time; only
 * {@link #all()} may be called from any.
 */
final class RouteFiles {

    private static final Logger LOG = LoggerFactory.getLogger("routes");

    private final RouteLoader loader;
    private final RouteSwap swap;
    private final Deviations deviations;
    private final Map<String, State> files = new TreeMap<>();
    private volatile List<FileReport> reports = List.of();
    private Set<String> present = Set.of();

    RouteFiles(RouteLoader loader, RouteSwap swap, Deviations deviations) {
        this.loader = loader;
        this.swap = swap;
        this.deviations = deviations;
    }

    /** Tells which files the folder has now: the routes of one that it has no longer may be taken over by another. */
    void present(Set<String> names) {
        present = Set.copyOf(names);
    }

    /**
     * Takes a file that is new or may have changed; unchanged content is no reload.
     *
     * @param again also when the content is the same as before
     */
    void take(RouteSource source, boolean again) {
        State state = files.computeIfAbsent(source.file(), State::new);
        if (!again && state.running != null && state.running.version().source().equals(source)) {
            state.failure = null; // the file is back to what runs
            return;
        }
        if (!again && state.failure != null && source.equals(state.tried)) {
            return;
        }
        state.tried = source;
        attempt(state, source);
    }

    /** Notes that a file could not be read; its routes go on. */
    void unreadable(String file, Exception why) {
        State state = files.computeIfAbsent(file, State::new);
        state.tried = null;
        fail(state, new RouteFileException(file, Stage.READ, 0, "cannot be read: " + Reasons.ofRead(why)));
    }

    /**
     * Stops the routes of a deleted file.
     *
     * @return false when they go on for now: the file was renamed to one that does not work yet
     */
    boolean gone(String file) {
        State state = files.get(file);
        if (state == null) {
            return true;
        }
        if (state.running != null) {
            if (hasBrokenHeir(state, state.running)) {
                return false;
            }
            swap.remove(state.running);
            LOG.info("{} is deleted: {} stopped", file, names(state.running.ids()));
        }
        drop(state);
        return true;
    }

    /** Tries again what may work now: after another file changed, or with {@code all} whatever runs nothing. */
    void retry(boolean all) {
        for (State state : List.copyOf(files.values())) {
            RouteFileException failure = state.failure;
            if (failure == null
                    || state.tried == null
                    || failure.stage() == Stage.COMPILE
                    || failure.stage() == Stage.ENDLESS) {
                continue;
            }
            if (failure.stage() == Stage.CONFLICT || all && state.running == null) {
                attempt(state, state.tried);
            }
        }
    }

    /** Tells health and system state, once, what failed in files for which {@code atRest} holds, and what is mended. */
    void announce(Predicate<String> atRest) {
        for (State state : files.values()) {
            RouteFileException failure = state.failure;
            if (failure == null && state.announced != null) {
                deviations.clear("routes", state.file);
                state.announced = null;
            } else if (failure != null && failure != state.announced && atRest.test(state.file)) {
                String then = state.running == null ? "its routes do not run" : "its former routes go on";
                LOG.error("{}; {}", failure.getMessage(), then);
                deviations.raise(
                        "routes",
                        state.file,
                        Status.ERROR,
                        failure.getMessage() + "; " + then,
                        failure.line() > 0 ? Map.of("line", failure.line()) : Map.of());
                state.announced = failure;
            }
        }
        reports = files.values().stream().map(State::report).toList();
    }

    /** All files as they were at the last {@link #announce}, by name. */
    List<FileReport> all() {
        return reports;
    }

    private void attempt(State state, RouteSource source) {
        long began = System.nanoTime();
        List<RunningFile> former = new ArrayList<>();
        try {
            LoadedRoutes version = loader.load(source);
            List<RouteDefinition> routes = swap.define(version);
            List<State> heirOf = vanishedOwners(state, routes);
            if (state.running != null) {
                former.add(state.running);
            }
            heirOf.forEach(each -> former.add(Objects.requireNonNull(each.running)));
            state.running = swap.replace(former, version, routes);
            state.lastGood = version;
            state.failure = null;
            heirOf.forEach(this::drop);
            LOG.info(
                    "{}: {} {} ({} ms)",
                    source.file(),
                    names(state.running.ids()),
                    former.isEmpty() ? "started" : "reloaded",
                    (System.nanoTime() - began) / 1_000_000);
        } catch (RouteFileException e) {
            fail(state, e);
            forgetLost();
            putBackLastGood(state);
        }
    }

    /** Vanished files that own ids of {@code routes}; refuses when a file that is there, or the node itself, owns one. */
    private List<State> vanishedOwners(State newcomer, List<RouteDefinition> routes) throws RouteFileException {
        List<State> vanished = new ArrayList<>();
        for (RouteDefinition route : routes) {
            String id = route.getRouteId();
            State owner = owner(id);
            if (owner == newcomer || owner == null && !swap.has(id)) {
                continue;
            }
            if (owner == null || present.contains(owner.file)) {
                String whose = owner == null ? "mware itself" : owner.file;
                throw new RouteFileException(
                        newcomer.file, Stage.CONFLICT, 0, "the route id " + id + " is in use by " + whose);
            }
            if (!vanished.contains(owner)) {
                vanished.add(owner);
            }
        }
        return vanished;
    }

    private @Nullable State owner(String id) {
        for (State each : files.values()) {
            if (each.running != null && each.running.ids().contains(id)) {
                return each;
            }
        }
        return null;
    }

    private void fail(State state, RouteFileException failure) {
        boolean same = state.failure != null && state.failure.getMessage().equals(failure.getMessage());
        state.failure = same ? state.failure : failure;
    }

    /** A swap that failed may, in the worst case, not have brought back what ran before. */
    private void forgetLost() {
        for (State each : files.values()) {
            if (each.running != null && !swap.runs(each.running)) {
                swap.remove(each.running);
                each.running = null;
            }
        }
    }

    private void putBackLastGood(State state) {
        if (state.running == null && state.lastGood != null) {
            try {
                state.running = swap.replace(List.of(), state.lastGood, swap.define(state.lastGood));
                LOG.info("{}: {} run again as before the change", state.file, names(state.running.ids()));
            } catch (RouteFileException e) {
                LOG.warn("the former routes do not start either: {}", e.getMessage());
            }
        }
    }

    private boolean hasBrokenHeir(State vanished, RunningFile running) {
        if (vanished.heir == null) {
            String text = running.version().source().text();
            vanished.heir = files.values().stream()
                    .filter(each -> each.tried != null && each.tried.text().equals(text) && each != vanished)
                    .findFirst()
                    .orElse(null);
        }
        State heir = vanished.heir;
        return heir != null && heir.failure != null && heir.running == null && present.contains(heir.file);
    }

    private void drop(State state) {
        files.remove(state.file);
        if (state.announced != null) {
            deviations.clear("routes", state.file);
        }
    }

    private static String names(Collection<String> ids) {
        return ids.isEmpty() ? "no routes" : String.join(", ", ids);
    }

    /** What is known of one file. */
    private static final class State {

        final String file;

        @Nullable
        RunningFile running;

        @Nullable
        LoadedRoutes lastGood;

        @Nullable
        RouteSource tried;

        @Nullable
        RouteFileException failure;

        @Nullable
        RouteFileException announced;

        @Nullable
        State heir;

        State(String file) {
            this.file = file;
        }

        FileReport report() {
            return new FileReport(
                    file,
                    running == null ? List.of() : running.routes(),
                    announced == null ? null : announced.getMessage(),
                    announced == null ? 0 : announced.line());
        }
    }
}
