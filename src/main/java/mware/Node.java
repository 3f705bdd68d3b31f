package mware;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import mware.core.config.Settings;
import mware.core.monitor.Deviations;
import org.apache.camel.main.Main;
import org.jspecify.annotations.Nullable;

/** A running node: binds what routes and services need, starts Camel Main, and stops in the order that hands over first. */
public final class Node implements AutoCloseable {

    private final Path data;
    private final String name;
    private final Path routes;
    private final Settings settings;
    private final Clock clock = Clock.systemUTC();
    private final Deviations deviations = new Deviations(clock);
    private final Main camel = new Main();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();

    /**
     * Prepares a node; nothing is started and no file written yet.
     *
     * @param data the folder that the node keeps its files in
     * @param name the name of its mware role in the configuration
     * @param config the file with the first configuration; the default site when null
     * @param routes the folder with the route files
     * @param overrides values for keys of application.properties
     */
    public Node(Path data, String name, @Nullable Path config, Path routes, Map<String, String> overrides) {
        this.data = data;
        this.name = name;
        this.routes = routes;
        try {
            settings = Settings.read(overrides);
        } catch (IllegalArgumentException e) {
            throw new Failure(e.getMessage(), e);
        }
    }

    /** Starts the node and prints its addresses; throws {@link Failure} with the reason when it cannot run. */
    public void start() throws Exception {
        Files.createDirectories(data);
        camel.setDefaultPropertyPlaceholderLocation("false");
        camel.setInitialProperties(settings.all());
        camel.bind("deviations", deviations);
        HttpAddress http = HttpAddress.parse(settings.text("http.address"));
        var main = camel.configure();
        main.withName(name)
                .withJmxEnabled(false)
                .withRoutesIncludePattern("file:" + routes + "/*.java")
                .withBeanIntrospectionLoggingLevel(org.apache.camel.LoggingLevel.OFF);
        main.httpServer().withEnabled(true).withHost(http.host()).withPort(http.port());
        camel.start();
        System.out.println(name + " runs: API http://" + http);
    }

    /** Waits until the node has stopped. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /** Stops the node: first the work, then the leadership, then the rest. */
    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            camel.stop();
            stopped.countDown();
        }
    }
}
