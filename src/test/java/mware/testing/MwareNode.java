package mware.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mware.core.tls.NodeTrust;
import mware.core.tls.PemFiles;
import org.jspecify.annotations.Nullable;

/**
 * One node of the packaged product, as a process: {@code mware run} with the options that the test sets.
 *
 * <p>The product is looked for in the folder that the system property {@code mware.dist} names ({@code target/mware}
 * when it is not set). Options that are not set are not given, so the product's own defaults apply; only the data
 * folder is always the test's.
 */
public final class MwareNode implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Path data;
    private final Map<String, String> options = new LinkedHashMap<>();
    private final Map<String, String> keys = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> jvm = new ArrayList<>();
    private boolean launcher;
    private Namespaces.@Nullable Host host;
    private String http = "";
    private String scheme = "http://";
    private HttpClient client = HTTP;
    private @Nullable PeerProcess process;

    private MwareNode(Path data) {
        this.data = data;
        options.put("--data", data.toString());
    }

    /** A node that keeps its data in {@code folder}/data and its output in {@code folder}/out.log; not started. */
    public static MwareNode in(Path folder) {
        return new MwareNode(folder.resolve("data"));
    }

    /** On 127.0.0.1, at a free port. */
    public MwareNode http() {
        return http("127.0.0.1:" + FreePorts.next());
    }

    /** At this {@code host:port}. */
    public MwareNode http(String address) {
        http = address;
        options.put("--http", address);
        return this;
    }

    public MwareNode node(String name) {
        options.put("--node", name);
        return this;
    }

    /** Servers as {@code host:port,host:port}; without it the product runs its own. */
    public MwareNode zooKeeper(String connectString) {
        options.put("--zookeeper", connectString);
        return this;
    }

    public MwareNode config(Path file) {
        options.put("--config", file.toString());
        return this;
    }

    public MwareNode routes(Path folder) {
        options.put("--routes", folder.toString());
        return this;
    }

    /** Over TLS, with this certificate, which is also by what the test knows it. */
    public MwareNode tls(PemFiles files) {
        client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(2))
                .sslContext(new NodeTrust(() -> PemFiles.certificates(files.certificate()), null).context())
                .build();
        scheme = "https://";
        return set("http.certificate", files.certificate()).set("http.private-key", files.key());
    }

    /** {@code --set key=value}. */
    public MwareNode set(String key, Object value) {
        keys.put(key, value.toString());
        return this;
    }

    /** An option of the JVM, such as {@code -Xmx64m}. */
    public MwareNode jvm(String option) {
        jvm.add(option);
        return this;
    }

    /** As an operator starts it, with the launcher's JVM options and class archive; {@link #jvm} does not apply then. */
    public MwareNode launcher() {
        launcher = true;
        return this;
    }

    public MwareNode environment(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** On this host of a network of the test's own. */
    public MwareNode on(Namespaces.Host where) {
        host = where;
        return this;
    }

    /** Starts it, without waiting for its health. */
    public MwareNode start() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(name() + " runs already");
        }
        Path dist = Path.of(System.getProperty("mware.dist", "target/mware")).toAbsolutePath();
        if (!Files.isRegularFile(dist.resolve("lib/mware.jar"))) {
            throw new IllegalStateException("no packaged product in " + dist + ": run mvn package first");
        }
        List<String> command = new ArrayList<>();
        if (launcher) {
            command.addAll(List.of(dist + "/mware", "run"));
        } else {
            command.add(System.getProperty("java.home") + "/bin/java");
            command.addAll(jvm);
            command.addAll(List.of("-Dmware.home=" + dist, "-cp", dist + "/lib/*", "mware.Mware", "run"));
        }
        options.forEach((option, value) -> command.addAll(List.of(option, value)));
        keys.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        process = PeerProcess.start(
                name(), data.resolveSibling("out.log"), host == null ? command : host.inside(command), environment);
        return this;
    }

    /** Waits until {@code GET /observe/health} answers UP; fails with the node's last words. */
    public MwareNode awaitHealthy() {
        return awaitHealthy(Duration.ofSeconds(90));
    }

    /** Like {@link #awaitHealthy()}, within {@code limit}. */
    public MwareNode awaitHealthy(Duration limit) {
        process().await("become healthy", limit, this::isHealthy);
        return this;
    }

    /** Whether it says of itself that it is well. */
    public boolean isHealthy() {
        return health().replaceAll("\\s", "").contains("\"status\":\"UP\"");
    }

    /** The body of {@code GET /observe/health}, whatever its code; empty when there is no answer within 2 s. */
    public String health() {
        return get("/observe/health");
    }

    /** The body of a {@code GET}, whatever its code; empty when there is no answer within 2 s. */
    public String get(String path) {
        URI address = URI.create(scheme + http + path);
        if (host != null) {
            return Command.attempt("", host.inside(List.of("curl", "-s", "-m", "2", address.toString())))
                    .output();
        }
        try {
            return client.sendAsync(
                            HttpRequest.newBuilder(address)
                                    .timeout(Duration.ofSeconds(2))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .get(3, TimeUnit.SECONDS)
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        } catch (Exception noAnswer) {
            return "";
        }
    }

    /** {@code host:port} of its API. */
    public String httpAddress() {
        return http;
    }

    public String name() {
        return options.getOrDefault("--node", "mware1");
    }

    public Path data() {
        return data;
    }

    /** Its process: to freeze, thaw, kill it, or read what it said. */
    public PeerProcess process() {
        if (process == null) {
            throw new IllegalStateException(name() + " was never started");
        }
        return process;
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** kill -9. */
    public void kill() {
        process().kill();
    }

    /** kill -STOP: it holds still in the middle of whatever it does. */
    public void freeze() {
        process().freeze();
    }

    /** kill -CONT. */
    public void thaw() {
        process().thaw();
    }

    /** Asks it to end (kill -TERM) and waits for up to 30 s. */
    public void stop() {
        process().stop(Duration.ofSeconds(30));
    }

    /** Deletes its data folder; it must not run. */
    public void forget() {
        if (isAlive()) {
            throw new IllegalStateException(name() + " runs");
        }
        if (Files.exists(data)) {
            Command.run("rm", "-r", data.toString());
        }
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }

    /** Writes {@code text} to {@code folder}/{@code name}, in one move, as route files should be; returns the file. */
    public static Path place(Path folder, String name, String text) throws IOException {
        Files.createDirectories(folder);
        Path part = Files.writeString(folder.resolve(name + ".part"), text);
        return Files.move(
                part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
