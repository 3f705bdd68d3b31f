package mware;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import mware.core.collection.Attachments;
import mware.core.collection.AuditApi;
import mware.core.collection.CollectionApi;
import mware.core.collection.CollectionRules;
import mware.core.collection.Collections;
import mware.core.collection.DirectReads;
import mware.core.collection.DomainRules;
import mware.core.collection.SettingRules;
import mware.core.collection.StoredCollections;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.ServiceSettings;
import mware.core.http.FrontDoor;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.monitor.Metrics;
import mware.core.store.DatabaseSettings;
import mware.core.store.SqlStore;
import mware.core.store.Store;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts together what a node keeps for good: the database, the collections in it, and what follows from them. */
final class Storage implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("collections");
    /** What is in the data folder opens, if slowly on a busy machine; a server may be away for hours. */
    private static final Duration FOR_A_FILE = Duration.ofSeconds(60);

    private static final Duration FOR_A_SERVER = Duration.ofSeconds(3);
    private static final String DOMAINS = "domain/domains";
    private static final String SETTINGS = "domain/settings";

    private volatile @Nullable Named named;
    private final ActiveConfiguration configuration;
    private final Deviations deviations;
    private final SqlStore database;
    private final StoredCollections collections;
    private final Attachments attachments;
    private final Duration longestWait;
    private final long began = System.nanoTime();

    /** Listeners of settings may take their time: a port is opened anew, say. */
    private final ScheduledExecutorService settings =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "settings"));

    /**
     * Prepares; {@link #start()} opens the database.
     *
     * @param others further stores, by the word of {@code x-store}
     * @param mostMib what all entities may take of memory
     */
    Storage(
            DatabaseSettings where,
            Map<String, Store> others,
            int mostMib,
            Path data,
            String site,
            ActiveConfiguration configuration,
            Deviations deviations,
            Metrics metrics,
            Clock clock) {
        this.configuration = configuration;
        this.deviations = deviations;
        longestWait = where.isPostgres() ? FOR_A_SERVER : FOR_A_FILE;
        database = new SqlStore(
                where,
                data.resolve("database"),
                () -> where.url().isPresent() ? Optional.empty() : tooManyNodes(site),
                deviations,
                clock);
        Map<String, Store> stores = new HashMap<>(others);
        stores.put("sql", database);
        collections = new StoredCollections(stores, (long) mostMib << 20, clock);
        use(DOMAINS, new DomainRules(configuration, collections::holding));
        use(SETTINGS, new SettingRules());
        attachments = new Attachments(
                collections, database, data.resolve("cache/files"), this::masterDomain, this::isDomain, clock);
        metrics.gauge("store.bytes", "What all entities take of memory, about.", collections::used);
    }

    private Optional<String> tooManyNodes(String site) {
        int nodes = configuration.current().nodes(site).size();
        return nodes <= 1
                ? Optional.empty()
                : Optional.of(
                        "the site " + site + " has " + nodes + " nodes: collections need PostgreSQL, key database.url");
    }

    /** Lets a collection do what is its own; before {@link #start()}. */
    void use(String collection, CollectionRules rules) {
        collections.use(collection, rules);
    }

    /** The collections; they look empty until they are read. */
    Collections collections() {
        return collections;
    }

    /** Begins to open the database and to read it, on threads of its own. */
    void start() {
        configuration.onApply(next -> collections.stand());
        collections.of(SETTINGS).onChange(setting -> {
            if (setting.domain().equals(masterDomain())) {
                later();
            }
        });
        collections.start();
        settings.scheduleWithFixedDelay(attachments::clean, 10, 60, TimeUnit.MINUTES);
        database.start();
    }

    /** Waits until all is read, or could not be, for a bounded time after it was begun: a node runs without a database too. */
    void await() throws InterruptedException {
        Duration left = longestWait.minusNanos(System.nanoTime() - began);
        if (!database.awaitFirstTry(left.isNegative() ? Duration.ZERO : left)) {
            LOG.warn("the database was not open within {} s; the node goes on without", longestWait.toSeconds());
        }
    }

    private void later() {
        try {
            settings.execute(this::override);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping", e);
        }
    }

    /** Lays the settings of the master domain over those of the configuration. */
    private void override() {
        Map<String, JsonNode> laid = new HashMap<>();
        String master = masterDomain();
        for (String key : ServiceSettings.keys()) {
            collections.of(SETTINGS).get(master, key).ifPresent(setting -> {
                JsonNode value = setting.body().path("value");
                boolean wrong = !ServiceSettings.errors(key, value).isEmpty();
                deviations.set(
                        wrong,
                        "configuration",
                        "domain/settings/" + key,
                        Deviation.Status.WARNING,
                        "the setting " + key + " of " + master + " does not fit this version of mware and is not used");
                if (!wrong) {
                    laid.put(key, value);
                }
            });
        }
        try {
            configuration.override(laid);
        } catch (RuntimeException e) {
            LOG.error("a service did not take its setting", e);
        }
    }

    /** The domains that a configuration names, found once: each request asks, and there may be 10 000. */
    private record Named(Configuration by, String master, Set<String> all) {}

    private String masterDomain() {
        return named().master();
    }

    private boolean isDomain(String name) {
        Named now = named();
        return now.all().contains(name)
                || collections.of(DOMAINS).find(now.master(), name).isPresent();
    }

    private Named named() {
        Configuration now = configuration.current();
        Named known = named;
        if (known == null || known.by() != now) {
            known = new Named(
                    now,
                    now.masterDomain().name(),
                    now.domains().stream().map(Configuration.Domain::name).collect(Collectors.toUnmodifiableSet()));
            named = known;
        }
        return known;
    }

    /** What {@code CollectionsRoutes} finds in the registry. */
    void bind(Registry registry) {
        registry.bind("collections", collections);
        registry.bind("auditApi", new AuditApi(database::audit, this::masterDomain));
        registry.bind("collectionApi", new CollectionApi(collections, this::masterDomain, this::isDomain));
    }

    /** What is answered without a route of Camel: entities in memory, and files. */
    void answerAt(FrontDoor door) {
        door.first(new DirectReads(collections, this::masterDomain, this::isDomain)::answer);
        for (String path : attachments.paths()) {
            door.direct(
                    "/rest/v1/" + path + "/:id/attachment",
                    List.of("GET", "HEAD", "PUT", "DELETE"),
                    request -> attachments.answer(path, request));
        }
    }

    @Override
    public void close() {
        settings.shutdownNow();
        collections.close();
        database.close();
    }
}
