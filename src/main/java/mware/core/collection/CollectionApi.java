package mware.core.collection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import mware.core.collection.Access.Verdict;
import mware.core.collection.Access.Who;
import mware.core.config.Problem;
import mware.core.http.Api;
import mware.core.http.ApiException;
import mware.core.http.Caller;
import mware.core.http.HeldTags;
import org.jspecify.annotations.Nullable;

/** What {@code /rest/v1/{category}/{collection}} answers; one for all collections. */
public final class CollectionApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> LIST =
            Set.of("domain", "filter", "mask", "offset", "limit", "order", "flat", "countonly");
    private static final Set<String> READ = Set.of("domain", "mask", "flat");
    private static final Set<String> WRITE = Set.of("domain");

    private final StoredCollections collections;
    private final Reach reach;

    /**
     * Answers for these collections.
     *
     * @param domains whether there is a domain of that name
     */
    public CollectionApi(StoredCollections collections, Supplier<String> masterDomain, Predicate<String> domains) {
        this.collections = collections;
        reach = new Reach(masterDomain, domains);
    }

    /** The paths of all collections. */
    public List<String> paths() {
        return collections.all().stream().map(Collection::path).toList();
    }

    /** GET lists, POST makes one. */
    public Api.Call entities(String path) {
        StoredCollection collection = collections.stored(path);
        return request -> request.method().equals("POST") ? create(collection, request) : list(collection, request);
    }

    /** GET, PATCH and DELETE of one. */
    public Api.Call entity(String path) {
        StoredCollection collection = collections.stored(path);
        return request -> switch (request.method()) {
            case "PATCH" -> patch(collection, request);
            case "DELETE" -> delete(collection, request);
            default -> read(collection, request);
        };
    }

    /** The id of the one that a filter in the body fits. */
    public Api.Call lookup(String path) {
        StoredCollection collection = collections.stored(path);
        return request -> {
            allow(request, WRITE);
            var scope = scope(collection, request, collection.schema().read());
            var problems = new java.util.ArrayList<Problem>();
            Filter filter = Filter.read(object(request), collection.schema()::knows, problems);
            refuse(problems);
            if (filter.isEmpty()) {
                throw new ApiException(400, "the body must name at least one field, such as {\"name\": \"x\"}");
            }
            List<Row> found = new Selection(filter, Sorting.AS_MADE, 0, 2).of(scope);
            if (found.size() != 1) {
                throw new ApiException(
                        found.isEmpty() ? 404 : 409,
                        (found.isEmpty() ? "none" : "more than one") + " of " + path + " is like this");
            }
            return Map.of("id", found.get(0).id);
        };
    }

    private Object list(StoredCollection collection, Api.Request request) throws JsonProcessingException {
        var scope = scope(collection, request, collection.schema().read());
        var query = ListQuery.read(request::parameter, collection.schema(), unknown(request, LIST));
        if (query.countOnly()) {
            return Map.of("count", query.selection().count(scope));
        }
        var out = new JsonList();
        for (Row row : query.selection().of(scope)) {
            out.add(
                    query.shape().equals(Shape.WHOLE)
                            ? scope.shown(row)
                            : JSON.writeValueAsBytes(query.shape().of(scope.tree(row))));
        }
        return new Api.Reply(200, out.bytes());
    }

    private Object create(StoredCollection collection, Api.Request request) throws JsonProcessingException {
        allow(request, WRITE);
        String domain = domain(collection, request);
        ObjectNode body = object(request);
        String about = Reach.about(collection.schema(), domain, body);
        Reach.permit(Access.decide(
                request.caller(), collection.schema().write(), about, Optional.empty(), reach.masterDomain()));
        var written = collection.make(author(request), reach.kept(collection.schema(), domain), body);
        return shown(collection, request, written);
    }

    private Object read(StoredCollection collection, Api.Request request) throws JsonProcessingException {
        allow(request, READ);
        Row row = permitted(collection, request, collection.schema().read());
        Shape shape = ListQuery.shape(request::parameter, collection.schema());
        String tag = ReadyTexts.tag(row);
        request.answerHeader("ETag", tag);
        request.answerHeader("Cache-Control", "private, no-cache");
        if (HeldTags.hold(request.header("If-None-Match").orElse(null), tag)) {
            return new Api.Reply(304, null);
        }
        return new Api.Reply(
                200,
                shape.equals(Shape.WHOLE) && !collection.schema().inZooKeeper()
                        ? collections.shown(collection, row)
                        : JSON.writeValueAsBytes(shape.of(Showing.whole(collection, row))));
    }

    private Object patch(StoredCollection collection, Api.Request request) throws JsonProcessingException {
        allow(request, WRITE);
        Row row = permitted(collection, request, collection.schema().write());
        var written = collection.change(author(request), row.domain, row.id, object(request), ifMatch(request));
        return shown(collection, request, written);
    }

    private @Nullable Object delete(StoredCollection collection, Api.Request request) {
        allow(request, WRITE);
        Row row = permitted(collection, request, collection.schema().write());
        collection.delete(author(request), row.domain, row.id, ifMatch(request));
        return null;
    }

    private Object shown(StoredCollection collection, Api.Request request, StoredCollection.Written written) {
        ObjectNode shown = Showing.whole(collection, Row.of(written.entity()));
        written.once().ifPresent(shown::setAll);
        request.answerHeader("ETag", '"' + Times.text(written.entity().modified()) + '"');
        return shown;
    }

    /** The entities that a list may hold: those of the domain, as far as the caller may see them. */
    private Scope scope(StoredCollection collection, Api.Request request, Who who) {
        CollectionSchema schema = collection.schema();
        String domain = domain(collection, request);
        String master = reach.masterDomain();
        Caller caller = request.caller();
        Verdict all = Access.decide(caller, who, domain, Optional.empty(), master);
        Predicate<Row> visible = row -> true;
        if (!all.allowed()) {
            Verdict own = Access.decide(caller, who, domain, Optional.ofNullable(caller.account()), master);
            Reach.permit(own);
            visible = row -> Access.decide(caller, who, domain, schema.owner(row.id, row.body()), master)
                    .allowed();
        }
        if (!collection.isLoaded()) {
            throw collection.notRead();
        }
        String about = schema.about();
        if (about != null && !domain.equals(master)) {
            visible = visible.and(
                    row -> Reach.isWithin(domain, row.body().path(about).asText()));
        }
        return new Scope(
                collection,
                reach.kept(schema, domain),
                all.allowed() && (about == null || domain.equals(master)),
                visible,
                collections);
    }

    /** The entity of the path, which the caller may read or write. */
    private Row permitted(StoredCollection collection, Api.Request request, Who who) {
        String domain = domain(collection, request);
        return reach.entity(
                collection, request.caller(), domain, request.parameter("id").orElseThrow(), who);
    }

    private String domain(StoredCollection collection, Api.Request request) {
        return reach.domain(
                collection, request.caller(), request.parameter("domain").orElse(null));
    }

    private static void refuse(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw CollectionSchema.refused(problems);
        }
    }

    private static ObjectNode object(Api.Request request) {
        JsonNode body = request.json();
        if (body instanceof ObjectNode object) {
            return object;
        }
        throw new ApiException(400, "the body must be a JSON object");
    }

    private static void allow(Api.Request request, Set<String> known) {
        refuse(unknown(request, known));
    }

    private static List<Problem> unknown(Api.Request request, Set<String> known) {
        var unknown = new TreeSet<>(request.queryNames());
        unknown.removeAll(known);
        return unknown.stream()
                .map(name -> new Problem(
                        Reach.cut(name),
                        "is not a parameter here (" + String.join(", ", new TreeSet<>(known)) + ")",
                        null,
                        Problem.Severity.ERROR))
                .toList();
    }

    private static Author author(Api.Request request) {
        return new Author(request.caller(), request.address(), request.id());
    }

    /** The moment of {@code If-Match}, which is that of {@code ext.lwt} or the tag that was answered. */
    private static Optional<Instant> ifMatch(Api.Request request) {
        Optional<String> given = request.header("If-Match").map(String::strip).filter(text -> !text.equals("*"));
        if (given.isEmpty()) {
            return Optional.empty();
        }
        String text = given.get().replaceFirst("^W/", "").replace("\"", "").replaceFirst("-gzip$", "");
        return Optional.of(Times.parse(text)
                .orElseThrow(() -> new ApiException(
                        412, "If-Match: must be ext.lwt or the ETag of the entity, got " + Reach.cut(given.get()))));
    }
}
