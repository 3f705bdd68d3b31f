package mware.core.collection;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import mware.core.collection.Access.Verdict;
import mware.core.collection.Access.Who;
import mware.core.config.Problem;
import mware.core.http.Api;
import mware.core.http.ApiException;
import mware.core.http.StrictJson;
import mware.core.store.AuditEntry;
import mware.core.store.StoreException;

/** {@code GET /rest/v1/iam/audit}: who changed what, the latest first, for administrators of the domain or above. */
public final class AuditApi {

    private static final Set<String> KNOWN = Set.of("domain", "filter", "offset", "limit");
    private static final Set<String> FIELDS = Set.of("who", "from", "request", "action", "collection", "domain", "id");
    private static final Instant END = Instant.parse("9999-01-01T00:00:00Z");

    private final Function<AuditEntry.Query, List<AuditEntry>> log;
    private final Supplier<String> masterDomain;

    /** Answers from this log. */
    public AuditApi(Function<AuditEntry.Query, List<AuditEntry>> log, Supplier<String> masterDomain) {
        this.log = log;
        this.masterDomain = masterDomain;
    }

    /** The entries about the domain and all below it; about all domains when it is the master domain. */
    public Object list(Api.Request request) {
        var unknown = new TreeSet<>(request.queryNames());
        unknown.removeAll(KNOWN);
        var problems = new ArrayList<Problem>();
        unknown.forEach(name ->
                problems.add(wrong(name, "is not a parameter here (" + String.join(", ", new TreeSet<>(KNOWN)) + ")")));
        String master = masterDomain.get();
        String domain = request.domain(master);
        Verdict verdict = Access.decide(request.caller(), Who.ADMINISTRATOR, domain, Optional.empty(), master);
        if (!verdict.allowed()) {
            throw new ApiException(403, verdict.why());
        }
        Map<String, String> equal = new HashMap<>();
        Instant[] span = {Instant.EPOCH, END};
        request.parameter("filter").ifPresent(text -> filter(text, equal, span, problems));
        int offset = ListQuery.number(request::parameter, "offset", 0, 0, 100_000_000, problems);
        int limit = ListQuery.number(request::parameter, "limit", 100, 1, ListQuery.MOST, problems);
        if (!problems.isEmpty()) {
            throw CollectionSchema.refused(problems);
        }
        try {
            return log
                    .apply(new AuditEntry.Query(
                            domain.equals(master) ? "" : domain, equal, span[0], span[1], offset, limit))
                    .stream()
                    .map(AuditApi::shown)
                    .toList();
        } catch (StoreException e) {
            throw new ApiException(503, "the audit log cannot be read: " + e.getMessage());
        }
    }

    private static void filter(String text, Map<String, String> equal, Instant[] span, List<Problem> problems) {
        JsonNode filter;
        try {
            filter = StrictJson.read(text.getBytes(StandardCharsets.UTF_8), "filter");
        } catch (ApiException e) {
            problems.add(wrong("filter", "must be JSON: " + e.getMessage()));
            return;
        }
        if (!filter.isObject()) {
            problems.add(wrong("filter", "must be a JSON object such as {\"who\": \"admin@mware.local\"}"));
        }
        filter.properties().forEach(entry -> {
            String at = "filter." + entry.getKey();
            if (entry.getKey().equals("at") && entry.getValue().isObject()) {
                entry.getValue().properties().forEach(bound -> {
                    Optional<Instant> time = Times.parse(bound.getValue().asText());
                    boolean since = bound.getKey().equals("$gte");
                    if (time.isEmpty() || !since && !bound.getKey().equals("$lt")) {
                        problems.add(wrong(at + "." + bound.getKey(), "must be $gte or $lt and a time in UTC"));
                    } else {
                        span[since ? 0 : 1] = time.get();
                    }
                });
            } else if (!FIELDS.contains(entry.getKey())) {
                problems.add(wrong(at, "is not a field (at, " + String.join(", ", new TreeSet<>(FIELDS)) + ")"));
            } else if (!entry.getValue().isTextual()
                    || entry.getValue().asText().indexOf('\0') >= 0) {
                problems.add(wrong(at, "must be a text"));
            } else {
                equal.put(entry.getKey(), entry.getValue().asText());
            }
        });
    }

    private static Map<String, Object> shown(AuditEntry entry) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("number", entry.number());
        shown.put("at", Times.text(entry.at()));
        shown.put("who", entry.who());
        shown.put("from", entry.from());
        shown.put("request", entry.request());
        shown.put("action", entry.action());
        shown.put("collection", entry.collection());
        shown.put("domain", entry.domain());
        shown.put("id", entry.id());
        shown.put("fields", entry.fields());
        return shown;
    }

    private static Problem wrong(String path, String rule) {
        return new Problem(path, rule, null, Problem.Severity.ERROR);
    }
}
