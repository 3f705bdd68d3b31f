package mware;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.ConfigurationReader;
import mware.core.config.DefaultSite;
import mware.core.config.Problem;
import mware.core.config.Role;
import mware.core.config.Settings;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import org.apache.camel.main.Main;
import org.jspecify.annotations.Nullable;

/** A running node: binds what routes and services need, starts Camel Main, and stops in the order that hands over first. */
public final class Node implements AutoCloseable {

    private final Path data;
    private final Path routes;
    private final ActiveConfiguration configuration;
    private final Role.Mware role;
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
        this.routes = routes;
        try {
            settings = Settings.read(overrides);
        } catch (IllegalArgumentException e) {
            throw new Failure(e.getMessage(), e);
        }
        var checked = config == null ? ConfigurationReader.read(DefaultSite.text()) : read(config);
        String file = config == null ? "the default site" : config.toString();
        var first = checked.configuration().orElseThrow(() -> refused(file, checked.problems()));
        role = first.node(name).orElseThrow(() -> unknown(name, file, first));
        configuration = new ActiveConfiguration(first);
        checked.problems()
                .forEach(problem ->
                        deviations.raise("configuration", problem.path(), Deviation.Status.WARNING, problem.message()));
    }

    private static ConfigurationReader.Checked read(Path file) {
        try {
            return ConfigurationReader.read(file);
        } catch (IOException e) {
            throw new Failure("--config: cannot read " + file + ": " + Failure.inWords(e), e);
        }
    }

    private static Failure refused(String file, List<Problem> problems) {
        return new Failure(problems.stream()
                .map(problem -> "  " + problem)
                .collect(Collectors.joining("\n", "the configuration in " + file + " has errors:\n", "")));
    }

    private static Failure unknown(String name, String file, Configuration configuration) {
        String known = configuration.roles().stream()
                .filter(each -> each instanceof Role.Mware && each.enabled())
                .map(Role::name)
                .sorted()
                .collect(Collectors.joining(", "));
        return new Failure("--node: must be an enabled mware role of " + file + " (" + known + "), got " + name);
    }

    /** Starts the node and prints its addresses; throws {@link Failure} with the reason when it cannot run. */
    public void start() throws Exception {
        Files.createDirectories(data);
        camel.setDefaultPropertyPlaceholderLocation("false");
        camel.setInitialProperties(settings.all());
        camel.bind("deviations", deviations);
        camel.bind("clock", clock);
        camel.bind("settings", settings);
        camel.bind("configuration", configuration);
        camel.bind("role", role);
        HttpAddress http = HttpAddress.parse(settings.text("http.address"));
        var main = camel.configure();
        main.withName(role.name())
                .withJmxEnabled(false)
                .withRoutesIncludePattern("file:" + routes + "/*.java")
                .withBeanIntrospectionLoggingLevel(org.apache.camel.LoggingLevel.OFF);
        main.httpServer().withEnabled(true).withHost(http.host()).withPort(http.port());
        camel.start();
        System.out.println(role.name() + " runs: API http://" + http);
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
