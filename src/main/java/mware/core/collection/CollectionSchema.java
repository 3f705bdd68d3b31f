package mware.core.collection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import mware.core.collection.Access.Who;
import mware.core.config.Problem;
import mware.core.config.Schema;
import mware.core.http.ApiException;
import org.jspecify.annotations.Nullable;

/** What a schema file under {@code collections/} says of a collection; docs/collections.md has its keywords. */
public final class CollectionSchema {

    private static final int SHOWN_PROBLEMS = 10;

    private final String path;
    private final Schema schema;
    private final JsonNode root;
    private final List<String> unique;
    private final List<String> lookup;
    private final @Nullable String idField;
    private final @Nullable String about;
    private final String owner;
    private final Who read;
    private final Who write;
    private final boolean closed;
    private final boolean hides;

    /** Reads a schema; throws IllegalArgumentException for one that is not of a collection. */
    CollectionSchema(String path, Schema schema) {
        this.path = path;
        this.schema = schema;
        root = schema.json();
        unique = fields("x-unique");
        lookup = fields("x-lookup");
        idField = root.path("x-id").asText(null);
        about = root.path("x-about").asText(null);
        owner = root.path("x-owner").asText("id");
        read = Who.of(root.path("x-access").path("read").asText("administrator"));
        write = Who.of(root.path("x-access").path("write").asText("administrator"));
        closed = root.path("additionalProperties").isBoolean()
                && !root.path("additionalProperties").asBoolean();
        hides = hidesAny(root);
        if (hasAttachment() && !closed) {
            throw new IllegalArgumentException(
                    "collection " + path + ": x-attachment needs additionalProperties: false");
        }
        if (!root.path("type").asText().equals("object")) {
            throw new IllegalArgumentException("collection " + path + ": its schema must be of type object");
        }
    }

    private List<String> fields(String keyword) {
        var fields = new ArrayList<String>();
        root.path(keyword).forEach(field -> fields.add(field.asText()));
        for (String field : fields) {
            if (!knows(field)) {
                throw new IllegalArgumentException("collection " + path + ": " + keyword + " names no field: " + field);
            }
        }
        return List.copyOf(fields);
    }

    /** The schema in a resource, such as that of {@code iam/users}. */
    static CollectionSchema of(String path) {
        String resource = "/collections/" + path.replace('/', '.') + ".schema.json";
        return new CollectionSchema(
                path,
                Schema.resource(resource)
                        .orElseThrow(() -> new IllegalArgumentException("no schema for the collection " + path)));
    }

    String path() {
        return path;
    }

    /** The schema as it is written; not to be changed. */
    public JsonNode json() {
        return root;
    }

    List<String> lookup() {
        return lookup;
    }

    /** The field whose value is the id; null where ids are UUIDs. */
    @Nullable
    String idField() {
        return idField;
    }

    /** The field with the name of the domain that an entity is about; null where it is the one it belongs to. */
    @Nullable
    String about() {
        return about;
    }

    Who read() {
        return read;
    }

    Who write() {
        return write;
    }

    boolean hasAttachment() {
        return root.path("x-attachment").asBoolean();
    }

    boolean inZooKeeper() {
        return root.path("x-store").asText().equals("zookeeper");
    }

    /** Why a request about {@code domain} is refused by {@code x-master}; empty when it is not. */
    Optional<String> refusal(String domain, String masterDomain) {
        boolean master = domain.equals(masterDomain);
        return switch (root.path("x-master").asText()) {
            case "only" ->
                master
                        ? Optional.empty()
                        : Optional.of(path + " is there in the master domain " + masterDomain + " only");
            case "forbidden" ->
                master ? Optional.of(path + " is not there in the master domain " + masterDomain) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Whether some of what is kept is never shown. */
    boolean hides() {
        return hides;
    }

    /** Whether an entity shows the domain that it belongs to. */
    boolean showsDomain() {
        return about == null && root.path("properties").has("domain");
    }

    /** The id of the account that an entity is or belongs to. */
    Optional<String> owner(String id, ObjectNode body) {
        return owner.equals("id")
                ? Optional.of(id)
                : Optional.ofNullable(body.path(owner).asText(null));
    }

    /** The text that no other entity of the domain may have; null when there is none. */
    @Nullable
    String unique(ObjectNode body) {
        if (unique.isEmpty()) {
            return null;
        }
        var parts = new ArrayList<String>();
        for (String field : unique) {
            JsonNode value = at(body, field);
            if (value.isMissingNode() || value.isNull()) {
                return null;
            }
            parts.add(value.asText());
        }
        return String.join("/", parts);
    }

    /** Says in words what must be unique. */
    String uniqueFields() {
        return String.join(", ", unique);
    }

    /** Whether there may be a field at a dotted path. */
    boolean knows(String field) {
        if (field.equals("id") || field.equals("ext") || field.startsWith("ext.")) {
            return true;
        }
        JsonNode at = root;
        for (String step : field.split("\\.", -1)) {
            JsonNode of = schema.follow(at);
            JsonNode next = of.path("properties").path(step);
            if (!next.isMissingNode()) {
                at = next;
                if (mode(at).equals("in")) {
                    return false; // what is never shown can neither be asked for nor guessed by filters
                }
            } else if (of.path("type").asText().equals("object") && !isClosed(of) && of != root) {
                return true;
            } else if (!of.has("type") && of != root) {
                return true; // anything
            } else {
                return false;
            }
        }
        return true;
    }

    /** The names of the fields at the top that can be asked for. */
    List<String> names() {
        var names = new TreeSet<String>(List.of("id", "ext"));
        root.path("properties").fieldNames().forEachRemaining(names::add);
        names.removeIf(name -> !knows(name));
        return List.copyOf(names);
    }

    /** Throws 400 with every error in a whole entity. */
    void check(ObjectNode body, boolean change) {
        List<Problem> problems = schema.errors(body).stream()
                .filter(problem -> !(change && isHiddenRequired(problem)))
                .toList();
        if (!problems.isEmpty()) {
            throw refused(problems);
        }
    }

    /** A 400 that names every problem. */
    static ApiException refused(List<Problem> problems) {
        List<Map<String, Object>> details = new ArrayList<>();
        var words = new ArrayList<String>();
        for (Problem problem : problems) {
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("path", problem.path());
            detail.put("rule", problem.rule());
            if (problem.value() != null) {
                detail.put("value", problem.value());
            }
            details.add(detail);
            words.add(problem.message());
        }
        String message = String.join("; ", words.subList(0, Math.min(words.size(), SHOWN_PROBLEMS)))
                + (words.size() > SHOWN_PROBLEMS ? "; and " + (words.size() - SHOWN_PROBLEMS) + " more" : "");
        return new ApiException(400, message, Map.of("problems", details));
    }

    /** What is given once and not kept as such need not be given again. */
    private boolean isHiddenRequired(Problem problem) {
        return problem.rule().equals("is required")
                && mode(root.path("properties").path(problem.path())).equals("in");
    }

    /** With the defaults of what is not given. */
    ObjectNode filled(ObjectNode body) {
        return (ObjectNode) schema.filled(body);
    }

    /** Takes out what is not the caller's to write: fields that the system makes. */
    void removeMade(ObjectNode given) {
        given.remove("id");
        if (given.get("ext") instanceof ObjectNode ext) {
            ext.remove(List.of("ct", "lwt"));
            if (ext.isEmpty() && root.path("properties").path("ext").isMissingNode()) {
                given.remove("ext");
            }
        }
        remove(root, given, "out");
    }

    /** Takes out what is never shown: fields to write only, and what the collection's rules keep besides the schema. */
    void removeHidden(ObjectNode kept) {
        if (closed) {
            JsonNode known = root.path("properties");
            var extra = new ArrayList<String>();
            kept.fieldNames().forEachRemaining(name -> {
                if (!known.has(name)) {
                    extra.add(name);
                }
            });
            kept.remove(extra);
        }
        if (hides) {
            remove(root, kept, "in");
        }
    }

    /** What is kept besides the schema's fields, taken out of {@code kept}. */
    ObjectNode takeExtras(ObjectNode kept) {
        ObjectNode extras = kept.objectNode();
        if (closed) {
            JsonNode known = root.path("properties");
            kept.properties().forEach(entry -> {
                if (!known.has(entry.getKey())) {
                    extras.set(entry.getKey(), entry.getValue());
                }
            });
            extras.fieldNames().forEachRemaining(kept::remove);
        }
        return extras;
    }

    private void remove(JsonNode written, ObjectNode object, String mode) {
        for (Map.Entry<String, JsonNode> property :
                schema.follow(written).path("properties").properties()) {
            if (mode(property.getValue()).equals(mode)) {
                object.remove(property.getKey());
            } else if (object.get(property.getKey()) instanceof ObjectNode below) {
                remove(property.getValue(), below, mode);
            }
        }
    }

    private boolean hidesAny(JsonNode written) {
        for (Map.Entry<String, JsonNode> property :
                schema.follow(written).path("properties").properties()) {
            if (mode(property.getValue()).equals("in") || hidesAny(property.getValue())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isClosed(JsonNode schema) {
        JsonNode others = schema.path("additionalProperties");
        return others.isBoolean() && !others.asBoolean();
    }

    private static String mode(JsonNode property) {
        return property.path("x-mode").asText("inout");
    }

    /** What stands at a dotted path; missing when nothing does. */
    static JsonNode at(JsonNode body, String field) {
        JsonNode at = body;
        for (String step : field.split("\\.", -1)) {
            at = at.path(step);
        }
        return at;
    }
}
