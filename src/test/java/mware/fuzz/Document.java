package mware.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The operations of an OpenAPI document. */
final class Document {

    private final JsonNode root;
    private final List<Operation> operations = new ArrayList<>();

    /**
     * One operation.
     *
     * @param path with {@code {name}} for parameters
     * @param body the schema of a JSON body; missing when it takes none, or no JSON
     * @param answers what is documented, by status
     */
    record Operation(
            String id,
            String method,
            String path,
            List<Parameter> parameters,
            boolean takesBody,
            JsonNode body,
            Map<Integer, JsonNode> answers) {

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /**
     * A parameter.
     *
     * @param in {@code path}, {@code query} or {@code header}
     * @param json whether the value is JSON
     */
    record Parameter(String name, String in, boolean required, JsonNode schema, boolean json) {}

    Document(JsonNode root) {
        this.root = root;
        for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> entry : path.getValue().properties()) {
                if (!entry.getKey().equals("parameters")) {
                    operations.add(operation(path.getKey(), path.getValue(), entry.getKey(), entry.getValue()));
                }
            }
        }
    }

    JsonNode root() {
        return root;
    }

    List<Operation> operations() {
        return operations;
    }

    /** What a reference leads to. */
    JsonNode follow(JsonNode node) {
        JsonNode at = node;
        while (at.has("$ref")) {
            at = root.at(at.get("$ref").asText().substring(1));
        }
        return at;
    }

    private Operation operation(String path, JsonNode item, String method, JsonNode operation) {
        List<Parameter> parameters = new ArrayList<>();
        item.path("parameters").forEach(one -> parameters.add(parameter(follow(one))));
        operation.path("parameters").forEach(one -> parameters.add(parameter(follow(one))));
        Map<Integer, JsonNode> answers = new LinkedHashMap<>();
        operation
                .path("responses")
                .properties()
                .forEach(answer -> answers.put(Integer.valueOf(answer.getKey()), follow(answer.getValue())));
        JsonNode body = follow(operation.path("requestBody"));
        JsonNode json = body.path("content").path("application/json").path("schema");
        return new Operation(
                operation.path("operationId").asText(),
                method.toUpperCase(Locale.ROOT),
                path,
                parameters,
                !body.isMissingNode(),
                json.isMissingNode() ? MissingNode.getInstance() : json,
                answers);
    }

    private static Parameter parameter(JsonNode parameter) {
        boolean json = parameter.has("content");
        return new Parameter(
                parameter.path("name").asText(),
                parameter.path("in").asText(),
                parameter.path("required").asBoolean(),
                json ? parameter.path("content").path("application/json").path("schema") : parameter.path("schema"),
                json);
    }
}
