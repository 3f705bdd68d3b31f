package mware.core.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the document says of a collection, made of its schema: the operations of {@code openapi/collection.json}, and the
 * entity in three forms, as it is read, made and changed.
 */
final class DescribedCollection {

    private static final List<String> OF_WHOLE_ENTITIES =
            List.of("required", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentRequired", "minProperties");

    private final String path;
    private final ObjectNode schema;
    private final String name;

    /** Describes the collection at a path such as {@code iam/users}. */
    DescribedCollection(String path, JsonNode schema) {
        this.path = path;
        this.schema = schema.deepCopy();
        name = name(path);
    }

    /** The name of its entities in the document: {@code IamUsers}. */
    static String name(String path) {
        StringBuilder name = new StringBuilder();
        for (String word : path.split("[/_-]")) {
            name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        return name.toString();
    }

    ObjectNode fragment() {
        JsonNode template = OpenApi.resource("/openapi/collection.json");
        ObjectNode fragment = filled(template);
        if (!schema.path("x-attachment").asBoolean()) {
            ((ObjectNode) fragment.get("paths")).remove("/rest/v1/" + path + "/{id}/attachment");
        }
        ObjectNode schemas = fragment.putObject("schemas");
        for (Map.Entry<String, JsonNode> part : schema.path("$defs").properties()) {
            schemas.set(name + "." + part.getKey(), clean(part.getValue().deepCopy(), ""));
        }
        schemas.set(name, read());
        schemas.set(name + "Made", answered());
        schemas.set(name + "New", made());
        schemas.set(name + "Change", changed());
        return fragment;
    }

    private ObjectNode filled(JsonNode template) {
        String about = schema.path("description").asText(schema.path("title").asText(path));
        String text = template.toString()
                .replace("{{path}}", path)
                .replace("{{Name}}", name)
                .replace("{{about}}", quoted(about))
                .replace("{{access}}", quoted(access()));
        try {
            return (ObjectNode) OpenApi.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the template of collections is broken for " + path, e);
        }
    }

    private static String quoted(String text) {
        String json = JsonNodeFactory.instance.textNode(text).toString();
        return json.substring(1, json.length() - 1);
    }

    /** Who may, in words. */
    private String access() {
        String words = "Read by " + who(schema.at("/x-access/read").asText("administrator")) + ", written by "
                + who(schema.at("/x-access/write").asText("administrator")) + ".";
        return switch (schema.path("x-master").asText()) {
            case "only" -> words + " There is none but in the master domain.";
            case "forbidden" -> words + " There is none in the master domain.";
            default -> words;
        };
    }

    private static String who(String word) {
        return switch (word) {
            case "master" -> "administrators of the master domain";
            case "own" -> "administrators of the domain or one above it, and the account itself";
            case "known" -> "anybody known in the domain or above it";
            default -> "administrators of the domain or one above it";
        };
    }

    /** An entity as it is shown; with a mask, some of it. */
    private ObjectNode read() {
        ObjectNode form = form("in");
        form.put("description", "An entity of " + path + ", as it is shown.");
        ObjectNode properties = form.withObjectProperty("properties");
        if (!properties.has("id")) {
            properties.putObject("id").put("type", "string").put("readOnly", true);
        }
        ObjectNode ext = properties.withObjectProperty("ext");
        ext.put("type", "object").put("description", "When it was made and changed, and what programs add.");
        for (String time : List.of("ct", "lwt")) {
            ext.withObjectProperty("properties")
                    .withObjectProperty(time)
                    .put("type", "string")
                    .put("format", "date-time")
                    .put("readOnly", true);
        }
        ext.remove("additionalProperties");
        form.remove(OF_WHOLE_ENTITIES);
        form.putObject("patternProperties")
                .putObject("^[^.]+[.].")
                .put("description", "With flat, fields within fields by their paths.");
        return form;
    }

    /** What a POST answers: the entity, and what is shown this once, such as a new token. */
    private ObjectNode answered() {
        ObjectNode form = read();
        form.put("description", "An entity of " + path + " that has just been made, with what is shown this once.");
        form.remove("additionalProperties");
        form.putArray("required").add("id").add("ext");
        return form;
    }

    /** What a POST takes. */
    private ObjectNode made() {
        ObjectNode form = form("out");
        form.put("description", "A new entity of " + path + ".");
        if (form.get("required") instanceof ArrayNode required) {
            ArrayNode left = required.arrayNode();
            required.forEach(field -> {
                if (form.path("properties").has(field.asText())) {
                    left.add(field);
                }
            });
            form.set("required", left);
        }
        ObjectNode properties = form.withObjectProperty("properties");
        if (!properties.has("id")) {
            properties
                    .putObject("id")
                    .put("type", "string")
                    .put("description", "Given by the caller; made when it is not.");
        }
        return form;
    }

    /** What a PATCH takes: the fields to change, null to remove one. */
    private ObjectNode changed() {
        ObjectNode form = form("out");
        form.put("description", "Fields of " + path + " to change; null removes one.");
        form.remove(OF_WHOLE_ENTITIES);
        ObjectNode properties = form.withObjectProperty("properties");
        List<String> names = new ArrayList<>();
        properties.fieldNames().forEachRemaining(names::add);
        for (String field : names) {
            JsonNode value = properties.get(field);
            ObjectNode either = form.objectNode();
            either.putArray("anyOf").add(value).addObject().put("type", "null");
            properties.set(field, either);
        }
        return form;
    }

    /** A copy without the fields of a mode. */
    private ObjectNode form(String without) {
        ObjectNode copy = schema.deepCopy();
        copy.remove(List.of("$schema", "$id", "$defs"));
        return (ObjectNode) clean(copy, without);
    }

    /** Takes out fields of a mode, our own keywords, and looks for parts where the document has them. */
    private JsonNode clean(JsonNode json, String without) {
        if (json instanceof ObjectNode object) {
            if (object.get("properties") instanceof ObjectNode properties) {
                List<String> hidden = new ArrayList<>();
                properties.properties().forEach(entry -> {
                    String mode = entry.getValue().path("x-mode").asText("inout");
                    if (mode.equals(without)) {
                        hidden.add(entry.getKey());
                    } else if (entry.getValue() instanceof ObjectNode value) {
                        if (mode.equals("out")) {
                            value.put("readOnly", true);
                        } else if (mode.equals("in")) {
                            value.put("writeOnly", true);
                        }
                    }
                });
                properties.remove(hidden);
            }
            if (object.path("$ref").asText().startsWith("#/$defs/")) {
                String part = object.get("$ref").asText().substring("#/$defs/".length());
                object.put("$ref", "#/components/schemas/" + name + "." + part);
            }
            List<String> ours = new ArrayList<>();
            object.fieldNames().forEachRemaining(key -> {
                if (key.startsWith("x-")) {
                    ours.add(key);
                }
            });
            object.remove(ours);
        }
        json.forEach(child -> clean(child, without));
        return json;
    }
}
