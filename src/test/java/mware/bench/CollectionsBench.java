package mware.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import mware.core.collection.Author;
import mware.core.collection.Collection;
import mware.core.collection.StoredCollections;
import mware.core.config.Secret;
import mware.core.monitor.Deviations;
import mware.core.store.DatabaseSettings;
import mware.core.store.SqlStore;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import mware.testing.PostgresServer;
import org.awaitility.Awaitility;

/** Making entities on PostgreSQL beside plain JDBC inserts, and lists of 100 of 100 000 over HTTP. */
public final class CollectionsBench implements Bench.Comparison {

    private static final int WRITERS = 8;
    private static final int EACH = 500;
    private static final int MANY = 100_000;

    private interface Maker {
        void make(int number) throws Exception;
    }

    @Override
    public void run(List<String> arguments) throws Exception {
        Path folder = Files.createTempDirectory("mware-collections");
        try (PostgresServer postgres = PostgresServer.start()) {
            creates(postgres, folder);
            lists(postgres, folder);
        } finally {
            Command.run("rm", "-rf", folder.toString());
        }
    }

    private static void creates(PostgresServer postgres, Path folder) throws Exception {
        var settings = new DatabaseSettings(
                Optional.of(postgres.url()), postgres.user(), Secret.of(""), Duration.ofSeconds(5));
        try (var store = new SqlStore(
                        settings, folder, Optional::empty, new Deviations(Clock.systemUTC()), Clock.systemUTC());
                var collections = new StoredCollections(Map.of("sql", store), 512 << 20, Clock.systemUTC())) {
            collections.start();
            store.start();
            Collection domains = collections.of("domain/domains");
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(domains::isLoaded);
            try (Connection connection = postgres.connect();
                    var statement = connection.createStatement()) {
                statement.execute("create table plain (like entity including all)");
            }
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < 6; round++) {
                double plain = perSecond(() -> jdbc(postgres));
                int base = round;
                double ours = perSecond(() -> number -> domains.create(
                        Author.NODE, "mware.local", body("d" + base + "-" + UUID.randomUUID() + ".mware.local")));
                System.out.printf(
                        Locale.ROOT,
                        "%s: plain JDBC %,.0f/s   collections %,.0f/s   ratio %.2f%n",
                        round == 0 ? "warm-up" : "round " + round,
                        plain,
                        ours,
                        ours / plain);
                if (round > 0) {
                    ratios.add(ours / plain);
                }
            }
            ratios.sort(null);
            System.out.printf(
                    Locale.ROOT,
                    "entities made, audit log included, %d writers: %.2f of plain JDBC inserts (goal 0.5, or 1000/s)%n",
                    WRITERS,
                    ratios.get(ratios.size() / 2));
        }
    }

    private static ObjectNode body(String name) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
        body.putObject("opts").put("title", "a title").put("comment", "some words about it");
        return body;
    }

    private static Maker jdbc(PostgresServer postgres) throws Exception {
        Connection connection = postgres.connect();
        var insert = connection.prepareStatement(
                "insert into plain (collection, domain, id, uniq, body, ct, lwt, version, deleted)"
                        + " values ('domain/domains', 'mware.local', ?, ?, ?, now(), now(), 1, false)");
        var json = new ObjectMapper();
        return number -> {
            String id = UUID.randomUUID().toString();
            insert.setString(1, id);
            insert.setString(2, id);
            insert.setString(3, json.writeValueAsString(body(id)));
            insert.executeUpdate();
        };
    }

    private static double perSecond(Callable<Maker> makers) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(WRITERS);
        List<Callable<Object>> work = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Maker maker = makers.call();
            work.add(() -> {
                for (int number = 0; number < EACH; number++) {
                    maker.make(number);
                }
                return null;
            });
        }
        long start = System.nanoTime();
        for (Future<Object> done : pool.invokeAll(work)) {
            done.get();
        }
        pool.shutdown();
        return WRITERS * EACH / ((System.nanoTime() - start) / 1e9);
    }

    private static void lists(PostgresServer postgres, Path folder) throws Exception {
        try (Connection connection = postgres.connect();
                var statement = connection.createStatement()) {
            statement.execute("truncate entity");
            statement.execute("insert into entity (collection, domain, id, uniq, body, ct, lwt, version, deleted)"
                    + " select 'domain/domains', 'mware.local', gen_random_uuid()::text, 'n' || n || '.mware.local',"
                    + " '{\"name\":\"n' || n || '.mware.local\",\"opts\":{\"title\":\"title ' || n % 1000 || '\","
                    + "\"comment\":\"some words about it\"}}', now() - (n || ' seconds')::interval, now(), 1, false"
                    + " from generate_series(1, " + MANY + ") n");
        }
        try (MwareNode node = MwareNode.in(folder)
                .launcher()
                .http()
                .set("cluster.secret", "the-secret-of-this-bench")
                .set("database.url", postgres.url())
                .set("database.user", postgres.user())
                .set("zookeeper.port", FreePorts.next())
                .set("syslog-trap.port", FreePorts.next())
                .set("udp-echo.port", FreePorts.next())) {
            long begin = System.nanoTime();
            node.start().awaitHealthy();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(120))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> ask(node, "countonly=true").contains("\"count\":100002"));
            System.out.printf(
                    "%,d entities: start to all of them read %d ms, memory (RSS) %d MiB%n",
                    MANY,
                    (System.nanoTime() - begin) / 1_000_000,
                    node.process().residentKib() / 1024);
            time(node, "the first 100", "limit=100");
            time(node, "100 from 50 000 on", "limit=100&offset=50000");
            time(node, "100 from 99 900 on", "limit=100&offset=99900");
            time(node, "one by a field that is looked up by", "filter=" + encoded("{\"name\":\"n77777.mware.local\"}"));
            time(node, "100 by any field", "filter=" + encoded("{\"opts.title\":\"title 5\"}"));
            time(node, "100 of all, sorted by any field", "order=" + encoded("[{\"opts.title\":\"desc\"}]"));
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static String ask(MwareNode node, String query) throws Exception {
        return HTTP.send(
                        HttpRequest.newBuilder(
                                        URI.create("http://" + node.httpAddress() + "/rest/v1/domain/domains?" + query))
                                .header("Authorization", "Bearer the-secret-of-this-bench")
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private static void time(MwareNode node, String what, String query) throws Exception {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            long start = System.nanoTime();
            ask(node, query);
            times.add((System.nanoTime() - start) / 1e6);
        }
        List<Double> sorted = times.subList(10, 40).stream().sorted().toList();
        System.out.printf(Locale.ROOT, "%-40s median %6.1f ms   max %6.1f ms%n", what, sorted.get(15), sorted.get(29));
    }
}
