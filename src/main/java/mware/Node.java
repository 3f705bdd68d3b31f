package mware;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import mware.core.cluster.ActiveRoutes;
import mware.core.cluster.ClusterSecret;
import mware.core.cluster.EmbeddedZooKeeper;
import mware.core.cluster.GroupElection;
import mware.core.cluster.GroupPaths;
import mware.core.cluster.JoinedHealth;
import mware.core.cluster.Member;
import mware.core.cluster.ZooKeeperConnection;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.ConfigurationReader;
import mware.core.config.DefaultSite;
import mware.core.config.Problem;
import mware.core.config.Role;
import mware.core.domain.ServedDomains;
import mware.core.http.ClusterSecretAuthenticator;
import mware.core.http.FrontDoor;
import mware.core.http.Health;
import mware.core.http.HttpAddress;
import mware.core.http.PortTakenException;
import mware.core.log.LogLimits;
import mware.core.log.Logs;
import mware.core.monitor.Deviations;
import mware.core.monitor.Metrics;
import mware.core.openapi.OpenApi;
import mware.core.reload.RouteApi;
import mware.core.reload.RouteFolder;
import mware.core.rollout.Checks;
import mware.core.rollout.Configurations;
import mware.core.rollout.ConfigurationsApi;
import mware.core.rollout.ConfigurationsStore;
import mware.core.rollout.FirstConfiguration;
import mware.core.rollout.LastConfiguration;
import mware.core.rollout.Rollout;
import mware.core.state.TakeOverHistory;
import mware.core.state.ZooKeeperState;
import mware.core.store.ZooKeeperStore;
import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node: binds what routes and services need, starts Camel Main, and stops in the order that hands over first. */
public final class Node implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("node");

    /** How long a node is given to become well before it says that it runs. */
    private static final Duration WELL = Duration.ofSeconds(5);

    private static final Duration FIRST_LOOK = Duration.ofSeconds(3);
    private static final Duration DRAIN = Duration.ofSeconds(3);

    private final Path data;
    private final Path routes;
    private final String name;
    private final FirstConfiguration first;
    private final ProcessSettings settings;
    private final Clock clock = Clock.systemUTC();
    private final Deviations deviations = new Deviations(clock);
    private final Metrics metrics = new Metrics();
    private final Main camel = new Main();
    private final Deque<AutoCloseable> parts = new ConcurrentLinkedDeque<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Failure fatal;
    private volatile @Nullable FrontDoor door;
    private volatile boolean again;
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
        settings = ProcessSettings.read(overrides);
        boolean hasLast = Files.exists(data.resolve("configuration.json"));
        first = config == null
                ? FirstConfiguration.of("the default site", false, DefaultSite.text())
                : read(config, hasLast);
        if (first.configuration().isEmpty() && !hasLast) {
            throw refused(first.name(), first.problems());
        }
        // else ZooKeeper may know a configuration with that role
        if (!hasLast && settings.ensemble().isEmpty() && !Files.exists(data.resolve("zookeeper"))) {
            first.configuration().ifPresent(only -> place(only, first.name()));
        }
    }

    private static FirstConfiguration read(Path file, boolean hasLast) {
        try {
            return FirstConfiguration.of(file.toString(), true, ConfigurationReader.text(file));
        } catch (IOException e) {
            if (hasLast) { // the file has served its turn
                return FirstConfiguration.unread(file.toString(), Failure.unread(e));
            }
            throw Failure.wrongUse("--config: cannot read " + file + ": " + Failure.unread(e), e);
        }
    }

    private Role.Mware place(Configuration in, String what) {
        return in.node(name).orElseThrow(() -> unknown(name, what, in));
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
        return Failure.wrongUse(
                "--node: must be an enabled mware role of " + file + " (" + known + "), got " + name, null);
    }

    /** Starts the node and prints its addresses; throws {@link Failure} with the reason when it cannot run. */
    public void start() throws Exception {
        try {
            startParts();
        } catch (Exception e) {
            if (closing.get()) {
                LOG.debug("told to stop while it started", e); // what breaks then is no news
                stopParts();
            } else {
                throw inWords(e);
            }
        }
    }

    private Exception inWords(Exception failure) {
        if (failure instanceof IllegalArgumentException
                || failure instanceof PortTakenException
                || failure instanceof BindException) {
            return new Failure(String.valueOf(failure.getMessage()), failure);
        }
        return failure instanceof FileSystemException file
                        && file.getFile() != null
                        && Path.of(file.getFile()).startsWith(data)
                ? DataFolder.cannotWrite(file)
                : failure;
    }

    private void startParts() throws Exception {
        onClose(DataFolder.take(data)::close);
        onClose(metrics::close);
        var logLimits = new AtomicReference<Supplier<LogLimits>>(() -> first.configuration()
                .map(one -> LogLimits.of(one.setting("log")))
                .orElse(LogLimits.DEFAULT));
        onClose(Logs.start(
                data, name, Clock.systemDefaultZone(), () -> logLimits.get().get(), deviations)::close);
        var secret = ClusterSecret.load(data, settings.secret());
        Duration sessionTimeout = settings.sessionTimeout();
        String hosts = settings.ensemble().orElse("");
        boolean alone = hosts.isEmpty();
        Supplier<Optional<String>> refusal = Optional::empty;
        if (alone) {
            var embedded = new EmbeddedZooKeeper(data.resolve("zookeeper"), settings.zooKeeperPort(), deviations);
            onClose(embedded::close);
            refusal = embedded::refusal;
            hosts = embedded.connectString();
        }
        var connection = new ZooKeeperConnection(hosts, sessionTimeout, secret, !alone, deviations);
        connection.rememberSession(
                data.resolve("zookeeper.session")); // the data folder sees to it that its owner is dead
        onClose(connection::close);
        var configurations = new ZooKeeperStore(connection, sessionTimeout, refusal);
        onClose(configurations::close);
        connection.start();
        camel.setShutdownStrategy(
                new SimpleMainShutdownStrategy()); // Camel's own hook would stop side by side with the node's
        camel.setDefaultPropertyPlaceholderLocation("false");
        camel.setInitialProperties(settings.properties());
        camel.configure()
                .withName(name)
                .withJmxEnabled(false)
                .withRoutesCollectorEnabled(false)
                .withShutdownTimeout(10)
                .withBeanIntrospectionLoggingLevel(LoggingLevel.OFF);
        camel.configure().health().setRoutesEnabled(false);
        camel.configure().health().setConsumersEnabled(false);
        camel.init();
        CamelContext context = camel.getCamelContext();

        var checks = new Checks();
        var rollout = new Rollout(name, configurations, new LastConfiguration(data), first, deviations, checks, clock);
        onClose(rollout::close);
        Configuration begin = rollout.begin(FIRST_LOOK).orElseThrow(() -> refused(first.name(), first.problems()));
        Role.Mware role = place(begin, rollout.inWords());
        var configuration = new ActiveConfiguration(begin);
        logLimits.set(() -> LogLimits.of(configuration.current().setting("log")));
        String site = begin.siteOf(name).orElseThrow().name();
        var domains = new ServedDomains(configuration, site, role);
        var contents = new ConfigurationsStore(configurations);
        var lifeCycle = new Configurations(contents, configuration, checks, clock);
        var storage = new Storage(
                settings.database(),
                Map.of("zookeeper", contents),
                settings.storeMib(),
                data,
                site,
                configuration,
                deviations,
                metrics,
                clock);
        onClose(storage::close);
        storage.use("master/configurations", lifeCycle);
        var accounts = new Accounts(
                data,
                connection,
                storage.collections(),
                settings.iam(),
                secret::value,
                () -> configuration.current().masterDomain().name(),
                clock);
        onClose(accounts::close);
        storage.use(Accounts.USERS, accounts.userRules());
        storage.use(Accounts.TOKENS, accounts.tokenRules());
        String instance = UUID.randomUUID().toString();
        var member = new Member(
                role.name(),
                instance,
                role.group(),
                role.order(),
                role.failback(),
                role.failbackDelay(),
                role.storageMode() == Role.StorageMode.RAM);
        var election = new GroupElection(connection, member, deviations, clock, System::nanoTime);
        HttpAddress http = settings.http();
        var tls = new SiteTls(settings.certificate(), settings.trusted(), deviations, clock);
        onClose(tls::close);
        var monitoring = new Monitoring(
                role, configuration, election, connection, deviations, secret::value, http, tls, instance, clock);
        var door = new FrontDoor(
                http,
                settings.httpLimits(),
                accounts.authenticators(new ClusterSecretAuthenticator(secret::matches)),
                accounts.closings(),
                () -> Health.of(context),
                metrics::scrape,
                Optional.of(monitoring.forwarder(domains)));
        door.page("/openapi.json", () -> OpenApi.document(Mware.version()));
        tls.secure(door);
        storage.answerAt(door);
        storage.start();
        settings.operators().ifPresent(door::operators);
        this.door = door;
        onClose(door::close);
        door.open();
        metrics.gauge("http.connections", "Open HTTP connections.", door::connections);
        onClose(monitoring.registry()::close);
        onClose(election::close);

        var state = new ZooKeeperState(
                connection, new GroupPaths(role.group()), election::epochVersion, sessionTimeout, refusal);
        var history = new TakeOverHistory(state, role.name(), clock);
        election.onChange(history);
        onClose(history::close);
        var services = new Services(
                role.name(),
                configuration,
                election,
                state,
                deviations,
                metrics,
                domains::hasMasterDomain,
                accounts.logins(),
                monitoring::byNode,
                clock);
        onClose(services::close);
        var registry = context.getRegistry();
        registry.bind("clock", clock);
        registry.bind("configuration", configuration);
        registry.bind("configurationsApi", new ConfigurationsApi(lifeCycle, configuration));
        registry.bind("role", role);
        registry.bind("domains", domains);
        registry.bind("deviations", deviations);
        registry.bind("metrics", metrics);
        registry.bind("leadership", election);
        registry.bind("state", state);
        registry.bind(FrontDoor.ROUTER, door.router());
        services.bind(registry);
        storage.bind(registry);
        accounts.bind(registry);
        monitoring.bind(registry, data, deviations);
        JoinedHealth.bind(context, election);
        var activeRoutes = ActiveRoutes.bind(context, election, deviations);
        onClose(activeRoutes::close);
        election.run(services.work()); // after the routes: what they still send is kept
        var folder = RouteFolder.bind(
                context,
                election,
                deviations,
                routes,
                data.resolve("cache/routes"),
                home().resolve("routes-compiled"),
                settings.drain(),
                clock);
        context.addRoutes(new RouteApi(
                folder, () -> configuration.current().masterDomain().name()));
        configuration.onApply(next -> next.node(name)
                .ifPresent(now -> election.reconfigure(now.order(), now.failback(), now.failbackDelay())));
        configuration.onApply(next -> activeRoutes.domainsChanged());
        var eligibility = new Eligibility(election);
        election.start();
        monitoring.configuration(() -> rollout.version().orElse(0L));
        rollout.follow(connection, configuration, around(eligibility));
        services.start();
        monitoring.registry().entered().whenComplete((entered, failure) -> {
            if (failure != null) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                fail(new Failure("--node: " + cause.getMessage(), failure));
            }
        });

        onClose(camel::stop);
        camel.start();
        folder.start();
        onClose(folder::close);
        storage.await();
        accounts.start();
        eligibility.up();
        door.ready();
        onClose(() -> door.drain("the node is stopping", DRAIN));
        onClose(tellCommands(door.address())::close);
        awaitWell(context);
        System.out.println(name + " runs: API " + door.address().url(tls.isOn())
                + door.operatorsAddress()
                        .map(operators -> ", for operators " + operators.url(tls.isOn()))
                        .orElse("")
                + ", syslog UDP+TCP " + settings.syslog()
                + (domains.hasMasterDomain() ? " while active" : " in another group")
                + ", UDP echo " + settings.echo()
                + ", ZooKeeper " + hosts + ", data " + data);
    }

    /** Whoever reads that the node runs may use it at once; one that does not get well by itself is told as running, too. */
    private void awaitWell(CamelContext context) {
        long end = System.nanoTime() + WELL.toNanos();
        while (!closing.get() && System.nanoTime() < end && !Health.of(context).isUp()) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** A node whose disk is too full for that runs all the same. */
    private AutoCloseable tellCommands(HttpAddress http) {
        try {
            return NodeFile.write(data, name, http, settings.certificate(), settings.trusted(), clock.instant());
        } catch (IOException e) {
            LOG.warn("commands do not find this node by themselves: cannot write {}", e.getMessage());
            return () -> {};
        }
    }

    /** The paths that it answers and their methods; empty before it starts. */
    SortedMap<String, SortedSet<String>> paths() {
        FrontDoor open = door;
        return open == null ? new TreeMap<>() : open.paths();
    }

    /** The folder of the packaged product. */
    private static Path home() {
        return Path.of(System.getProperty("mware.home", "target/mware"));
    }

    /** Remembers how to stop a part; parts stop in the opposite order of their start. */
    private void onClose(AutoCloseable part) {
        parts.push(part);
        if (closing.get()) {
            throw new CancellationException("the node was told to stop");
        }
    }

    /** What becomes of this node when another configuration is applied. */
    private Rollout.Host around(Eligibility eligibility) {
        return new Rollout.Host() {
            @Override
            public void compared(boolean isNow) {
                eligibility.compared(isNow);
            }

            @Override
            public void startAgain(String why) {
                System.out.println(name + " starts again: " + why);
                again = true;
                new Thread(Node.this::close, "stop").start();
            }

            @Override
            public void end(String why) {
                fail(Failure.wrongUse("--node: " + why, null));
            }
        };
    }

    /** A node may become active when its routes are there, and while it knows its present role. */
    private static final class Eligibility {

        private final GroupElection election;
        private boolean up;
        private boolean compared;

        Eligibility(GroupElection election) {
            this.election = election;
        }

        synchronized void up() {
            up = true;
            election.setEligible(compared);
        }

        synchronized void compared(boolean isNow) {
            compared = isNow;
            election.setEligible(up && isNow);
        }
    }

    /** Whether it stopped only to start again, with another place in the site. */
    public boolean isToStartAgain() {
        return again;
    }

    /** Stops the node since it must not run; {@link #awaitStop} tells why. */
    private void fail(Failure why) {
        fatal = why;
        new Thread(this::close, "stop").start();
    }

    /** Waits until the node has stopped; throws the {@link Failure} that stopped it, if one did. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
        Failure why = fatal;
        if (why != null) {
            throw why;
        }
    }

    /** Stops the node: first the work, then the leadership, then the rest. */
    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            stopParts();
            stopped.countDown();
        }
    }

    private void stopParts() {
        for (AutoCloseable part = parts.poll(); part != null; part = parts.poll()) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("a part did not stop cleanly", e);
            }
        }
    }
}
