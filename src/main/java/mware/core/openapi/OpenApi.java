package mware.core.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import mware.core.config.ResourceFolder;

/**
 * Puts the OpenAPI document together.
 *
 * <p>A fragment has {@code tag}, {@code paths} and {@code schemas}. Its operations name the errors that are their own in
 * {@code x-errors}; those that every operation can end in are added here.
 */
public final class OpenApi {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "head", "patch");
    private static final String BASE = "document";
    private static final String COLLECTION = "collection";

    private final ObjectNode document = (ObjectNode) resource("/openapi/" + BASE + ".json");

    private OpenApi() {}

    /** The document of this version of the product, as it is served. */
    public static byte[] document(String version) {
        try {
            return JSON.writeValueAsBytes(build(version));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a tree can always be written
        }
    }

    /** The same, as a tree. */
    public static ObjectNode build(String version) {
        OpenApi made = new OpenApi();
        ((ObjectNode) made.document.get("info")).put("version", version);
        for (String name : ResourceFolder.names("openapi/", ".json")) {
            if (!name.equals(BASE) && !name.equals(COLLECTION)) {
                made.add(resource("/openapi/" + name + ".json"));
            }
        }
        for (String name : ResourceFolder.names("collections/", ".schema.json")) {
            JsonNode schema = resource("/collections/" + name + ".schema.json");
            made.add(new DescribedCollection(name.replaceFirst("\\.", "/"), schema).fragment());
        }
        made.finish();
        return made.document;
    }

    static JsonNode resource(String name) {
        try (InputStream in = OpenApi.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    private void add(JsonNode fragment) {
        if (fragment.has("tag")) {
            document.withArray("tags").add(fragment.get("tag"));
        }
        for (Map.Entry<String, JsonNode> path : fragment.path("paths").properties()) {
            ObjectNode operations = document.withObject("/paths").withObjectProperty(path.getKey());
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (fragment.has("tag")
                        && METHODS.contains(operation.getKey())
                        && !operation.getValue().has("tags")) {
                    ((ObjectNode) operation.getValue())
                            .putArray("tags")
                            .add(fragment.at("/tag/name").asText());
                }
                operations.set(operation.getKey(), operation.getValue());
            }
        }
        document.withObject("/components").withObjectProperty("schemas").setAll((ObjectNode)
                (fragment.has("schemas") ? fragment.get("schemas") : JSON.createObjectNode()));
    }

    /** Gives every operation the errors that it can end in. */
    private void finish() {
        for (JsonNode path : document.path("paths")) {
            for (Map.Entry<String, JsonNode> entry : path.properties()) {
                if (METHODS.contains(entry.getKey())) {
                    errors((ObjectNode) entry.getValue());
                }
            }
        }
    }

    private static void errors(ObjectNode operation) {
        Set<Integer> errors = new TreeSet<>(Set.of(400, 414, 431));
        operation.path("x-errors").forEach(status -> errors.add(status.asInt()));
        operation.remove("x-errors");
        if (!isForStrangers(operation)) {
            errors.add(401);
            errors.add(403);
        }
        if (operation.has("requestBody")) {
            errors.add(413);
            errors.add(415);
        }
        ObjectNode responses = operation.withObjectProperty("responses");
        for (int status : errors) {
            if (!responses.has(Integer.toString(status))) {
                responses.putObject(Integer.toString(status)).put("$ref", "#/components/responses/" + status);
            }
        }
    }

    private static boolean isForStrangers(JsonNode operation) {
        return operation.path("security") instanceof ArrayNode ways
                && (ways.isEmpty() || ways.valueStream().anyMatch(JsonNode::isEmpty));
    }
}
