package mware.core.monitor;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.Spans;
import mware.core.monitor.SiteCheck.Finding;
import mware.core.monitor.SiteView.LiveNode;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong in the whole site: asked of all its nodes at once, within one time limit, whenever somebody wants to
 * know. A node that does not answer in time is itself a deviation. Those who ask at the same time share one round.
 */
public final class SystemState {

    /** Where a node answers with its {@link NodeReport}; for the nodes of the site only. */
    public static final String NODE_PATH = "/api/monitor/v1/system/node";

    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final NodeReport own;
    private final SiteView view;
    private final ActiveConfiguration configuration;
    private final Supplier<String> secret;
    private final Clock clock;
    private final HttpClient client;
    private final Map<String, Instant> noticed = new TreeMap<>();
    private final Map<String, Instant> differing = new TreeMap<>();
    private @Nullable CompletableFuture<Gathered> running;

    /** What one round found: the deviations by category, and the nodes that answered. */
    private record Gathered(SortedMap<String, List<Map<String, Object>>> state, List<String> nodes) {}

    /** One node's answer, or why there is none. */
    private record Answer(
            LiveNode node,
            List<Map<String, Object>> deviations,
            @Nullable Long configuration,
            @Nullable String silent) {

        static Answer silent(LiveNode node, String why) {
            return new Answer(node, List.of(), null, why);
        }
    }

    /**
     * Gathers on behalf of this node.
     *
     * @param secret the cluster secret, shown to the other nodes
     */
    public SystemState(
            NodeReport own, SiteView view, ActiveConfiguration configuration, Supplier<String> secret, Clock clock) {
        this(own, view, configuration, secret, clock, Optional.empty());
    }

    /** Like the other, and knows nodes that answer over TLS by {@code tls}. */
    public SystemState(
            NodeReport own,
            SiteView view,
            ActiveConfiguration configuration,
            Supplier<String> secret,
            Clock clock,
            Optional<SSLContext> tls) {
        var builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT);
        tls.ifPresent(builder::sslContext);
        client = builder.build();
        this.own = own;
        this.view = view;
        this.configuration = configuration;
        this.secret = secret;
        this.clock = clock;
    }

    /** The deviations of the site by category, waited for up to the time limit; empty when it is healthy. */
    public SortedMap<String, List<Map<String, Object>>> gather() {
        return look().state();
    }

    private Gathered look() {
        Duration limit = limit();
        try {
            return round(limit).get(limit.toMillis() + 2_000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the state could not be gathered", e);
        }
    }

    /**
     * What {@link #gather} finds, by the node that it stands on; of the site as a whole under an empty name. A node that
     * answered and has none is there with an empty list, one that did not answer is not there.
     */
    public Map<String, List<Deviation>> byNode() {
        Gathered gathered = look();
        Map<String, List<Deviation>> nodes = new TreeMap<>();
        nodes.put("", new ArrayList<>());
        gathered.nodes().forEach(node -> nodes.put(node, new ArrayList<>()));
        gathered.state()
                .forEach((category, entries) -> entries.forEach(entry -> nodes.computeIfAbsent(
                                String.valueOf(entry.getOrDefault("node", "")), none -> new ArrayList<>())
                        .add(new Deviation(
                                category,
                                String.valueOf(entry.get("key")),
                                Deviation.Status.valueOf(
                                        String.valueOf(entry.get("status")).toUpperCase(Locale.ROOT)),
                                String.valueOf(entry.get("reason")),
                                Instant.parse(String.valueOf(entry.get("since"))),
                                Map.of()))));
        return nodes;
    }

    private synchronized CompletableFuture<Gathered> round(Duration limit) {
        if (running == null || running.isDone()) {
            List<CompletableFuture<Answer>> asked =
                    view.nodes().stream().map(node -> ask(node, limit)).toList();
            running = CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                    .thenApply(all ->
                            join(asked.stream().map(CompletableFuture::join).toList()));
        }
        return running;
    }

    private CompletableFuture<Answer> ask(LiveNode node, Duration limit) {
        if (node.name().equals(own.identity().node())) {
            return CompletableFuture.completedFuture(deviations(node, MAPPER.valueToTree(own.report())));
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + NODE_PATH))
                .timeout(limit)
                .header("Authorization", "Bearer " + secret.get())
                .build();
        return client.sendAsync(request, BodyHandlers.ofByteArray())
                .thenApply(response -> read(node, response))
                .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(e -> Answer.silent(node, inWords(e, limit)));
    }

    private static Answer read(LiveNode node, HttpResponse<byte[]> response) {
        if (response.statusCode() != 200) {
            return Answer.silent(node, "it answers " + response.statusCode() + " when asked for its state");
        }
        try {
            JsonNode report = MAPPER.readTree(response.body());
            String who = report.path("node").asText(node.name());
            return who.equals(node.name())
                    ? deviations(node, report)
                    : Answer.silent(
                            node,
                            "its address " + node.url() + " is that of " + who
                                    + " as seen from here: see http.address");
        } catch (IOException e) {
            return Answer.silent(node, "its answer cannot be read");
        }
    }

    private static Answer deviations(LiveNode node, JsonNode report) {
        JsonNode version = report.path("configuration");
        return new Answer(
                node,
                MAPPER.convertValue(report.path("deviations"), new TypeReference<>() {}),
                version.isIntegralNumber() ? version.asLong() : null, // a node of a former version says nothing
                null);
    }

    private Gathered join(List<Answer> answers) {
        SortedMap<String, List<Map<String, Object>>> state = new TreeMap<>();
        Map<String, String> silent = new TreeMap<>();
        for (Answer answer : answers) {
            if (answer.silent() != null) {
                silent.put(answer.node().name(), answer.silent());
            }
            for (Map<String, Object> deviation : answer.deviations()) {
                Map<String, Object> entry = new LinkedHashMap<>(deviation);
                String category = String.valueOf(entry.remove("category"));
                state.computeIfAbsent(category, none -> new ArrayList<>()).add(entry);
            }
        }
        Configuration now = configuration.current();
        String site = own.identity().site();
        List<Finding> findings =
                SiteCheck.decide(now, site, answers.stream().map(Answer::node).toList(), view.groups(), silent);
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(lasting(SiteCheck.versions(now, versions(answers))));
        addTo(state, all, site);
        List<String> answered = answers.stream()
                .filter(answer -> answer.silent() == null)
                .map(answer -> answer.node().name())
                .toList();
        return new Gathered(state, answered);
    }

    private static Map<String, Long> versions(List<Answer> answers) {
        Map<String, Long> versions = new TreeMap<>();
        answers.stream()
                .filter(answer -> answer.configuration() != null)
                .forEach(answer -> versions.put(answer.node().name(), answer.configuration()));
        return versions;
    }

    /** Those that were found some seconds ago too: nodes take a new configuration one after the other. */
    private synchronized List<Finding> lasting(List<Finding> findings) {
        Instant now = clock.instant();
        differing.keySet().retainAll(findings.stream().map(Finding::reason).toList());
        return findings.stream()
                .filter(finding -> !differing
                        .computeIfAbsent(finding.reason(), first -> now)
                        .plus(LIMIT)
                        .isAfter(now))
                .toList();
    }

    private synchronized void addTo(
            SortedMap<String, List<Map<String, Object>>> state, List<Finding> findings, String site) {
        List<String> present = new ArrayList<>();
        for (Finding finding : findings) {
            String id = finding.category() + '\n' + finding.key();
            present.add(id);
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("site", site);
            entry.put("server", finding.server());
            entry.put("key", finding.key());
            entry.put(
                    "since",
                    noticed.computeIfAbsent(id, first -> clock.instant()).toString());
            entry.put("status", word(finding.status()));
            entry.put("reason", finding.reason());
            new TreeMap<>(finding.details()).forEach(entry::putIfAbsent);
            state.computeIfAbsent(finding.category(), none -> new ArrayList<>()).add(entry);
        }
        noticed.keySet().retainAll(present);
    }

    private Duration limit() {
        JsonNode text = configuration.current().setting("state").path("node_timeout");
        return text.isTextual() ? Spans.parse(text.textValue()) : LIMIT;
    }

    private static String inWords(Throwable failure, Duration limit) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return "it did not answer within " + limit.toMillis() / 1_000.0 + " s";
        }
        return cause instanceof ConnectException
                ? "its API cannot be reached"
                : "its API cannot be asked: " + cause.getMessage();
    }

    static String word(Deviation.Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
