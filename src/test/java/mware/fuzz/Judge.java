package mware.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import mware.fuzz.Document.Operation;
import mware.fuzz.Wire.Answer;

/** Says what is wrong with an answer: a status or a form that is not documented. */
final class Judge {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Document document;
    private final JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();

    Judge(Document document) {
        this.document = document;
    }

    Optional<String> wrong(Operation operation, Answer answer) {
        JsonNode documented = operation.answers().get(answer.status());
        if (documented == null) {
            return Optional.of("status " + answer.status() + " is not documented ("
                    + operation.answers().keySet() + ")");
        }
        JsonNode content = documented.path("content");
        if (content.isMissingNode()) {
            return answer.body().length == 0 ? Optional.empty() : Optional.of("a body where none is documented");
        }
        if (operation.method().equals("HEAD")) {
            return Optional.empty();
        }
        String type = answer.headers().getOrDefault("content-type", "").replaceFirst("\\s*;.*", "");
        if (!content.has(type)) {
            return Optional.of("Content-Type " + type + " is not documented");
        }
        return type.equals("application/json")
                ? form(operation, answer, content.path(type).path("schema"))
                : Optional.empty();
    }

    private Optional<String> form(Operation operation, Answer answer, JsonNode written) {
        JsonNode body;
        try {
            body = JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            return Optional.of("the answer is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            return Optional.of("the answer cannot be read");
        }
        JsonSchema schema = schemas.computeIfAbsent(operation.id() + " " + answer.status(), key -> schema(written));
        String wrong =
                schema.validate(body).stream().map(Object::toString).limit(5).collect(Collectors.joining("; "));
        return wrong.isEmpty() ? Optional.empty() : Optional.of("the answer is not as documented: " + wrong);
    }

    private JsonSchema schema(JsonNode written) {
        ObjectNode whole = written.deepCopy();
        whole.set("components", document.root().path("components"));
        return factory.getSchema(whole);
    }
}
