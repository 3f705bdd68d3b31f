package mware.core.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A JSON Schema (draft 2020-12) that gives defaults and speaks of mistakes in our words.
 *
 * <p>It reads the part of the standard that is listed in {@link #KEYWORDS} and refuses a schema that uses more. Ours
 * besides, ignored by other readers: {@code x-means} says in words what {@code pattern} wants; the formats of
 * {@link Formats}; {@code x-minimum} and {@code x-maximum} bound a {@code time-span}; {@code x-unique} names the key that
 * differs in all entries of a list, {@code x-named-in} the list, at the top, one of whose entries has this text as its
 * {@code name}; what else begins with {@code x-} is for the collections (docs/collections.md). Of a {@code oneOf} or
 * {@code anyOf} the branch whose {@code const} fits the value is the one that its problems are told from.
 */
public final class Schema {

    static final Set<String> KEYWORDS = Set.of(
            "$schema",
            "$id",
            "$ref",
            "$defs",
            "$comment",
            "title",
            "description",
            "examples",
            "default",
            "writeOnly",
            "deprecated",
            "type",
            "enum",
            "const",
            "properties",
            "required",
            "additionalProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
            "dependentRequired",
            "items",
            "minItems",
            "maxItems",
            "uniqueItems",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "pattern",
            "format",
            "minLength",
            "maxLength",
            "oneOf",
            "anyOf",
            "allOf",
            "if",
            "then",
            "else",
            "x-means",
            "x-minimum",
            "x-maximum",
            "x-unique",
            "x-named-in",
            "x-mode",
            "x-id",
            "x-about",
            "x-owner",
            "x-lookup",
            "x-attachment",
            "x-master",
            "x-store",
            "x-access");

    private static final Set<String> MAPS_OF_SCHEMAS = Set.of("properties", "$defs");
    private static final Set<String> NOT_SCHEMAS =
            Set.of("default", "examples", "enum", "const", "required", "type", "dependentRequired", "x-access");
    private static final Set<String> REMARKS =
            Set.of("$ref", "$comment", "title", "description", "examples", "default", "writeOnly", "deprecated");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode root;

    /** A schema as read; throws {@link IllegalArgumentException} for a keyword or reference that is not known. */
    public Schema(JsonNode root) {
        this.root = root;
        refuseUnknown(root, "");
    }

    /** A schema from its text; errors as with {@link #Schema(JsonNode)}. */
    public static Schema of(String text) {
        try {
            return new Schema(JSON.readTree(text));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a schema: " + e.getOriginalMessage(), e);
        }
    }

    /** The schema in a resource, such as {@code /settings/log.schema.json}; empty when there is none. */
    public static Optional<Schema> resource(String name) {
        try (InputStream in = Schema.class.getResourceAsStream(name)) {
            return in == null ? Optional.empty() : Optional.of(new Schema(JSON.readTree(in)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    /** The schema as it is written; not to be changed. */
    public JsonNode json() {
        return root;
    }

    /** The schema, or the one that it refers to. */
    public JsonNode follow(JsonNode schema) {
        JsonNode at = schema;
        while (at.has("$ref")) {
            at = root.at(at.get("$ref").asText().substring(1));
        }
        return at;
    }

    /** A remark such as a default: the schema's own, else that of the one that it refers to. */
    JsonNode remark(JsonNode schema, String keyword) {
        JsonNode at = schema;
        while (!at.has(keyword) && at.has("$ref")) {
            at = root.at(at.get("$ref").asText().substring(1));
        }
        return at.path(keyword);
    }

    /** The errors in {@code value}, by path, rule and value. */
    public List<Problem> errors(JsonNode value) {
        var problems = new Problems();
        check(value, "", problems);
        return problems.all().stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .toList();
    }

    /** Adds what is wrong with {@code value}, which stands at {@code path}, to {@code problems}. */
    void check(JsonNode value, String path, Problems problems) {
        new SchemaCheck(this, problems, false, value).check(root, value, path);
    }

    /** As {@link #check}, and a text that holds a placeholder may be anything: what it stands for is not known here. */
    void checkSettings(JsonNode value, String path, Problems problems) {
        new SchemaCheck(this, problems, true, value).check(root, value, path);
    }

    /** Checks {@code value} by the part of the schema at a JSON pointer. */
    void checkBelow(String pointer, JsonNode value, Problems problems) {
        new SchemaCheck(this, problems, false, MissingNode.getInstance()).check(root.at(pointer), value, "");
    }

    /** A copy of {@code value} with the defaults of keys that are missing, at every depth; what is wrong stays. */
    public JsonNode filled(JsonNode value) {
        return filled(root, value);
    }

    /** What the schema makes of an object that gives nothing. */
    JsonNode defaults() {
        return filled(JSON.createObjectNode());
    }

    private JsonNode filled(JsonNode written, JsonNode value) {
        JsonNode schema = follow(written);
        if (schema.has("oneOf") || schema.has("anyOf")) {
            return filled(branch(schema.has("oneOf") ? schema.get("oneOf") : schema.get("anyOf"), value), value);
        }
        if (value instanceof ObjectNode object) {
            ObjectNode copy = object.deepCopy();
            for (Map.Entry<String, JsonNode> property :
                    schema.path("properties").properties()) {
                String key = property.getKey();
                JsonNode of = follow(property.getValue());
                JsonNode standard = remark(property.getValue(), "default");
                if (copy.has(key)) {
                    copy.set(key, filled(of, copy.get(key)));
                } else if (!standard.isMissingNode()) {
                    copy.set(key, filled(of, standard.deepCopy()));
                }
            }
            return copy;
        }
        if (value instanceof ArrayNode array && schema.has("items")) {
            ArrayNode copy = JSON.createArrayNode();
            array.forEach(entry -> copy.add(filled(schema.get("items"), entry)));
            return copy;
        }
        return value;
    }

    /** The key by whose constant several schemas can be told apart, such as roletype. */
    Optional<String> kind(JsonNode branches) {
        for (Map.Entry<String, JsonNode> property :
                follow(branches.get(0)).path("properties").properties()) {
            boolean all = true;
            for (JsonNode branch : branches) {
                all &= !constant(branch, property.getKey()).isMissingNode();
            }
            if (all) {
                return Optional.of(property.getKey());
            }
        }
        return Optional.empty();
    }

    /** The only value that a schema allows for a key. */
    JsonNode constant(JsonNode branch, String key) {
        return follow(follow(branch).path("properties").path(key)).path("const");
    }

    /** Of several schemas the one that the value was meant for: all of its constants fit, else as many as can be. */
    JsonNode branch(JsonNode branches, JsonNode value) {
        JsonNode best = branches.get(0);
        int most = Integer.MIN_VALUE;
        for (JsonNode candidate : branches) {
            int fits = fits(follow(candidate), value);
            if (fits > most) {
                most = fits;
                best = candidate;
            }
        }
        return best;
    }

    private int fits(JsonNode schema, JsonNode value) {
        int fits = SchemaCheck.isOfType(schema.path("type"), value) ? 0 : -1000;
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            JsonNode constant = follow(property.getValue()).path("const");
            if (!constant.isMissingNode()) {
                fits += constant.equals(value.path(property.getKey())) ? 100 : -100;
            }
        }
        return fits;
    }

    private void refuseUnknown(JsonNode schema, String path) {
        if (!schema.isObject()) {
            return; // true, false, or something that the check will not understand either
        }
        var unknown = new TreeSet<String>();
        schema.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(KEYWORDS);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("schema " + path + ": keywords not known here: " + unknown);
        }
        if (schema.has("$ref")) {
            String to = schema.get("$ref").asText();
            if (!to.startsWith("#/") || root.at(to.substring(1)).isMissingNode()) {
                throw new IllegalArgumentException("schema " + path + ": nothing at $ref " + to);
            }
            var rules = new TreeSet<String>();
            schema.fieldNames().forEachRemaining(rules::add);
            rules.removeAll(REMARKS);
            if (!rules.isEmpty()) {
                throw new IllegalArgumentException("schema " + path + ": rules beside $ref: " + rules);
            }
        }
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            JsonNode value = keyword.getValue();
            String below = path + "/" + keyword.getKey();
            if (MAPS_OF_SCHEMAS.contains(keyword.getKey())) {
                value.properties().forEach(entry -> refuseUnknown(entry.getValue(), below + "/" + entry.getKey()));
            } else if (!NOT_SCHEMAS.contains(keyword.getKey())) {
                refuseUnknown(value, below);
                if (value.isArray()) {
                    value.forEach(entry -> refuseUnknown(entry, below));
                }
            }
        }
    }
}
