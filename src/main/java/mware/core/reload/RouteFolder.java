package mware.core.reload;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import mware.core.cluster.Leadership;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder with the route files: loads them when the node starts and again when they change. It looks ten times a
 * second, since file events are not delivered on network and container mounts.
 */
public final class RouteFolder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("routes");
    private static final Duration LOOK = Duration.ofMillis(100);

    /** A failure is announced when its file has been at rest so long: one that is saved in two halves is no failure. */
    private static final Duration ANNOUNCE = Duration.ofSeconds(1);

    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final Duration FIRST_LOAD = Duration.ofMinutes(2);
    private static final Duration ASKED = Duration.ofSeconds(30);

    private final Path folder;
    private final RouteLoader loader;
    private final RouteFiles files;
    private final RouteList list;
    private final Deviations deviations;
    private final Settling settling = new Settling();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "route-folder");
        made.setDaemon(true);
        return made;
    });
    private long retriedAt = System.nanoTime();
    private volatile @Nullable String problem = "the route files are not loaded yet";

    private RouteFolder(
            CamelContext context,
            Leadership leadership,
            Deviations deviations,
            Path folder,
            RouteLoader loader,
            RouteStatistics statistics,
            Duration drain) {
        this.folder = folder;
        this.deviations = deviations;
        this.loader = loader;
        list = new RouteList(context, this, statistics);
        files = new RouteFiles(loader, new RouteSwap(context, leadership, drain, System::nanoTime), deviations);
    }

    /**
     * Gives {@code context} the routes of {@code folder} and the health check {@code routes}, which is down until
     * {@link #start}; call after Camel has read its configuration and before it starts.
     *
     * @param cache where compiled copies are kept; made when needed
     * @param shipped a folder with compiled copies that came with the product; need not exist
     * @param drain how long exchanges of a replaced route may take to finish
     * @param clock for times that are shown
     */
    public static RouteFolder bind(
            CamelContext context,
            Leadership leadership,
            Deviations deviations,
            Path folder,
            Path cache,
            Path shipped,
            Duration drain,
            Clock clock) {
        var loader = RouteLoader.ofThisProduct(cache, List.of(shipped));
        var statistics = new RouteStatistics(clock);
        var routes = new RouteFolder(context, leadership, deviations, folder, loader, statistics, drain);
        context.addRoutePolicyFactory(statistics);
        var health = new RoutesHealth(routes, leadership);
        health.setCamelContext(context);
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        if (registry == null) {
            throw new IllegalStateException("camel-health is not on the class path");
        }
        registry.register(health);
        return routes;
    }

    /** Loads all files, so that their routes run when it returns, and watches the folder from then on. */
    public void start() {
        try {
            run(this::loadAll, FIRST_LOAD);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the route files were not loaded in " + FIRST_LOAD.toSeconds() + " s", e);
        }
        thread.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Takes now what has changed, without waiting for files to come to rest, and tries again what failed.
     *
     * @param file reloads this one even if it has not changed; null: all that changed
     * @return false when there is no such file
     * @throws TimeoutException when it takes longer than 30 s; it goes on then
     */
    public boolean reload(@Nullable String file) throws TimeoutException {
        boolean[] found = {true};
        run(() -> found[0] = reloadNow(file), ASKED);
        return found[0];
    }

    /** What an operator sees and asks. */
    RouteList list() {
        return list;
    }

    /** All files and what became of them, by name. */
    List<FileReport> files() {
        return files.all();
    }

    /** What is wrong with the folder itself, in words; null when it is loaded and can be read. */
    @Nullable
    String problem() {
        return problem;
    }

    /** Stops watching; the routes go on until Camel stops. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(ASKED.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("a reload is still going on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Runnable task, Duration limit) throws TimeoutException {
        try {
            thread.submit(task).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the route files could not be loaded", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loadAll() {
        Optional<Map<String, Stamp>> listed = stamps();
        Map<String, Stamp> seen = listed.orElse(Map.of());
        settling.look(seen, System.nanoTime());
        files.present(seen.keySet());
        seen.keySet().forEach(file -> take(file, false));
        files.retry(false);
        files.announce(file -> true);
        loader.prune();
        listed.ifPresent(read -> problem = null);
    }

    private void look() {
        try {
            stamps().ifPresent(seen -> {
                apply(seen);
                problem = null;
            });
        } catch (RuntimeException | Error e) { // whatever it is, it must not end the watch
            LOG.error("the routes folder could not be looked at; the next look is in {} ms", LOOK.toMillis(), e);
        }
    }

    private void apply(Map<String, Stamp> seen) {
        long now = System.nanoTime();
        var ready = settling.look(seen, now);
        files.present(seen.keySet());
        ready.changed().forEach(file -> take(file, false));
        for (String file : ready.gone()) {
            if (files.gone(file)) {
                settling.taken(file);
            }
        }
        boolean due = now - retriedAt >= RETRY.toNanos();
        if (due || !ready.changed().isEmpty() || !ready.gone().isEmpty()) {
            files.retry(due);
            retriedAt = due ? now : retriedAt;
        }
        files.announce(file -> settling.quiet(file, now).compareTo(ANNOUNCE) >= 0);
    }

    private boolean reloadNow(@Nullable String file) {
        Map<String, Stamp> seen = stamps().orElse(Map.of());
        if (file != null && !seen.containsKey(file)) {
            return false;
        }
        settling.look(seen, System.nanoTime());
        files.present(seen.keySet());
        for (String each : file == null ? seen.keySet() : List.of(file)) {
            take(each, file != null);
        }
        files.retry(file == null);
        files.announce(each -> true);
        return true;
    }

    private void take(String file, boolean again) {
        try {
            Stamp before = Stamp.of(folder.resolve(file));
            RouteSource source = RouteSource.read(folder, file);
            if (before.equals(Stamp.of(folder.resolve(file)))) {
                files.take(source, again);
                settling.taken(file);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} went while it was read", file);
        } catch (IOException e) {
            files.unreadable(file, e); // and not marked as taken: the next look tries again
        }
    }

    /** The stamps of all route files; empty when the folder cannot be read, which is not the same as no files. */
    private Optional<Map<String, Stamp>> stamps() {
        Map<String, Stamp> seen = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, RouteFolder::isRouteFile)) {
            for (Path entry : entries) {
                try {
                    seen.put(entry.getFileName().toString(), Stamp.of(entry));
                } catch (NoSuchFileException e) {
                    LOG.trace("{} went while the folder was read", entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            String why = "the routes folder " + folder.toAbsolutePath() + " cannot be read: " + Reasons.ofRead(e);
            problem = why;
            deviations.raise("routes", folder.toString(), Status.ERROR, why + "; the routes that run go on");
            return Optional.empty();
        }
        if (problem != null) {
            deviations.clear("routes", folder.toString());
        }
        return Optional.of(seen);
    }

    private static boolean isRouteFile(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(RouteSource.SUFFIX)
                && name.length() > RouteSource.SUFFIX.length()
                && Character.isJavaIdentifierStart(name.charAt(0))
                && Files.isRegularFile(path);
    }

    /** What differs after a file was written, replaced or touched. */
    private record Stamp(long size, long modified, @Nullable Object identity) {

        static Stamp of(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS), attributes.fileKey());
        }
    }
}
