package mware.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import mware.Failure;
import mware.Node;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./mware run}: runs a node until it is told to stop. */
@Command(
        name = "run",
        description = "Runs a node. With no option: node mware1 of a one-server site, with its own ZooKeeper.",
        mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "the first configuration (default: a one-server site)")
    private @Nullable Path config;

    @Option(names = "--node", paramLabel = "NAME", description = "the mware role that this node is (default: mware1)")
    private String node = "mware1";

    @Option(names = "--data", paramLabel = "DIR", description = "where the node keeps its files (default: ./data)")
    private Path data = Path.of("data");

    @Option(
            names = "--http",
            paramLabel = "[HOST:]PORT",
            description = "where the API listens (default: http.address, 127.0.0.1:8080)")
    private @Nullable String http;

    @Option(
            names = "--zookeeper",
            paramLabel = "HOSTS",
            description = "the ensemble, HOST:PORT[,HOST:PORT ...] (default: a server of its own in the process)")
    private @Nullable String zooKeeper;

    @Option(
            names = "--routes",
            paramLabel = "DIR",
            description = "the route files (default: those that came with mware)")
    private @Nullable Path routes;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "overrides a key of application.properties; may be given several times")
    private Map<String, String> set = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        var overrides = new LinkedHashMap<>(set);
        if (http != null) {
            overrides.put("http.address", http);
        }
        if (zooKeeper != null) {
            if (zooKeeper.isBlank()) { // from an empty variable: a ZooKeeper of its own would make a second active node
                throw Failure.wrongUse("--zookeeper: must be HOST:PORT[,HOST:PORT ...], got nothing", null);
            }
            overrides.put("zookeeper.hosts", zooKeeper);
        }
        Path folder = data.toAbsolutePath().normalize();
        Path files = routes();
        var present = new AtomicReference<@Nullable Node>();
        var told = new AtomicBoolean();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            told.set(true);
                            Node running = present.get();
                            if (running != null) {
                                running.close();
                            }
                        },
                        "stop"));
        boolean again = true;
        while (again && !told.get()) { // a node that another configuration moves to another group starts anew there
            try (Node running = new Node(folder, node, config, files, overrides)) {
                present.set(running);
                running.start();
                running.awaitStop();
                again = running.isToStartAgain();
            }
        }
        return 0;
    }

    /** The folder given, else the sources' own in a checkout, so that an edit is live at once, else the packaged one. */
    private Path routes() {
        if (routes != null) {
            if (!Files.isDirectory(routes)) {
                throw Failure.wrongUse("--routes: must be a folder with .java files, got " + routes, null);
            }
            return routes.toAbsolutePath().normalize();
        }
        Path home = Path.of(System.getProperty("mware.home", "target/mware")).toAbsolutePath();
        Path sources = home.resolve("../../src/main/resources/routes").normalize();
        return Files.isDirectory(sources) ? sources : home.resolve("routes");
    }
}
