package mware.core.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import mware.core.collection.Author;
import mware.core.config.ActiveConfiguration;
import mware.core.http.Api;
import mware.core.http.ApiException;
import mware.core.store.Entity;

/** Validate and apply over HTTP, for administrators of the master domain. */
public final class ConfigurationsApi {

    private static final int LONGEST_REASON = 1_000;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    private final Configurations configurations;
    private final ActiveConfiguration active;

    public ConfigurationsApi(Configurations configurations, ActiveConfiguration active) {
        this.configurations = configurations;
        this.active = active;
    }

    /** Checks the configuration of the path. */
    public Object validate(Api.Request request) {
        return shown(configurations.validate(author(request), id(request)));
    }

    /** Puts the configuration of the path in force. */
    public Object apply(Api.Request request) {
        Author author = author(request);
        return shown(configurations.apply(author, id(request), reason(request).orElse(null)));
    }

    private Author author(Api.Request request) {
        String master = active.current().masterDomain().name();
        if (!request.caller().isAdministratorOf(master)) {
            throw new ApiException(403, "only administrators of " + master + " may do this");
        }
        var unknown = new TreeSet<>(request.queryNames());
        unknown.removeAll(Set.of("domain"));
        if (!unknown.isEmpty()) {
            throw new ApiException(400, unknown.first() + ": is not a parameter here (domain)");
        }
        if (!request.domain(master).equals(master)) {
            throw new ApiException(403, "configurations belong to the master domain " + master);
        }
        return new Author(request.caller(), request.address(), request.id());
    }

    private static String id(Api.Request request) {
        return request.parameter("id").orElseThrow().toLowerCase(java.util.Locale.ROOT);
    }

    private static Optional<String> reason(Api.Request request) {
        Optional<JsonNode> body = request.jsonIfAny();
        if (body.isEmpty()) {
            return Optional.empty();
        }
        JsonNode reason = body.get().path("reason");
        boolean known = body.get().isObject() && body.get().size() == (reason.isMissingNode() ? 0 : 1);
        boolean fits = reason.isMissingNode()
                || reason.isTextual() && reason.textValue().length() <= LONGEST_REASON;
        if (!known || !fits) {
            throw new ApiException(
                    400,
                    "the body must be nothing, or {\"reason\": TEXT} of at most " + LONGEST_REASON + " characters");
        }
        return Optional.ofNullable(reason.textValue());
    }

    /** As lists show one: without its content. */
    private static ObjectNode shown(Entity entity) {
        ObjectNode shown = entity.body().objectNode().put("id", entity.id());
        entity.body().properties().stream()
                .filter(field -> !field.getKey().equals(Revision.CONTENT))
                .forEach(field -> shown.set(field.getKey(), field.getValue().deepCopy()));
        shown.withObjectProperty("ext").put("ct", text(entity.created())).put("lwt", text(entity.modified()));
        return shown;
    }

    private static String text(Instant time) {
        return TIME.format(time);
    }
}
