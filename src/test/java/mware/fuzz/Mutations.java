package mware.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import mware.fuzz.Document.Operation;
import mware.fuzz.Document.Parameter;

/** Makes requests of an operation: one in three as documented, the others with one thing or more that is not. */
final class Mutations {

    private static final List<String> TYPES = List.of(
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/xml",
            "image/png",
            "application/json; charset=utf-16",
            "application/",
            "json",
            "application/merge-patch+json",
            "*/*");

    private final Values values;
    private final Random random;

    /** A request; the target is percent-encoded. */
    record Request(String method, String target, Map<String, String> headers, byte[] body, boolean fits) {}

    Mutations(Values values, Random random) {
        this.values = values;
        this.random = random;
    }

    /** A request; {@code ids} are those of entities that are there and may be changed. */
    Request of(Operation operation, List<String> ids) {
        return of(operation, ids, random.nextInt(3) == 0);
    }

    /** A request as documented. */
    Request fitting(Operation operation, List<String> ids) {
        return of(operation, ids, true);
    }

    private Request of(Operation operation, List<String> ids, boolean fits) {
        String path = operation.path();
        StringBuilder query = new StringBuilder();
        Map<String, String> headers = new LinkedHashMap<>();
        for (Parameter parameter : operation.parameters()) {
            if (parameter.in().equals("path")) {
                path = path.replace("{" + parameter.name() + "}", segment(ids, fits));
            } else if (parameter.required() || random.nextInt(3) == 0) {
                String value = value(parameter, fits);
                if (parameter.in().equals("header")) {
                    headers.put(parameter.name(), printable(value));
                } else {
                    add(query, parameter.name(), value);
                    if (!fits && random.nextInt(15) == 0) {
                        add(query, parameter.name(), value(parameter, true)); // given twice
                    }
                }
            }
        }
        if (!fits && random.nextInt(10) == 0) {
            add(
                    query,
                    List.of("nothing", "id", "domain", "filter", "CamelHttpResponseCode", "\u0000", "a b", "limit")
                            .get(random.nextInt(8)),
                    values.oddText());
        }
        byte[] body = new byte[0];
        if (operation.takesBody()) {
            headers.put("Content-Type", "application/json");
            body = fits && operation.path().endsWith("/lookup") && !ids.isEmpty()
                    ? ("{\"id\":\"" + ids.get(random.nextInt(ids.size())) + "\"}").getBytes(StandardCharsets.UTF_8)
                    : body(operation.body(), fits);
            if (!fits && random.nextInt(12) == 0) {
                headers.put("Content-Type", TYPES.get(random.nextInt(TYPES.size())));
            }
            if (!fits && random.nextInt(40) == 0) {
                headers.put("Content-Encoding", "gzip");
            }
        } else if (!fits && random.nextInt(20) == 0) {
            headers.put("Content-Type", "application/json");
            body = "{\"unasked\":true}".getBytes(StandardCharsets.UTF_8);
        }
        if (!fits && random.nextInt(20) == 0) {
            headers.put(
                    "Accept",
                    List.of("text/html", "application/xml", "*/*;q=0", "nothing")
                            .get(random.nextInt(4)));
        }
        if (random.nextInt(5) == 0) {
            headers.put("X-Request-Id", fits ? "fuzz-1" : printable(values.oddText()));
        }
        return new Request(operation.method(), path + (query.length() == 0 ? "" : "?" + query), headers, body, fits);
    }

    private String segment(List<String> ids, boolean fits) {
        int choice = random.nextInt(4);
        if (!ids.isEmpty() && (fits || choice < 2)) {
            return encoded(ids.get(random.nextInt(ids.size())));
        }
        if (fits || choice == 2) {
            return new java.util.UUID(random.nextLong(), random.nextLong()).toString();
        }
        String odd = values.oddText();
        return odd.isEmpty() ? "-" : encoded(odd);
    }

    private String value(Parameter parameter, boolean fits) {
        if (!fits && random.nextInt(2) == 0) {
            return parameter.json() && random.nextBoolean() ? values.odd().toString() : values.oddText();
        }
        JsonNode value = values.fit(parameter.schema());
        return parameter.json() ? value.toString() : value.asText();
    }

    private byte[] body(JsonNode schema, boolean fits) {
        JsonNode value = schema.isMissingNode() ? values.odd() : values.fit(schema);
        if (fits) {
            return value.toString().getBytes(StandardCharsets.UTF_8);
        }
        switch (random.nextInt(16)) {
            case 0:
                return new byte[0];
            case 1:
                return values.odd().toString().getBytes(StandardCharsets.UTF_8);
            case 2: // cut
                String whole = value.toString();
                return whole.substring(0, random.nextInt(whole.length() + 1)).getBytes(StandardCharsets.UTF_8);
            case 3: // too deep
                return ("{\"a\":".repeat(500) + "1" + "}".repeat(500)).getBytes(StandardCharsets.UTF_8);
            case 4: // a key twice
                return value.toString()
                        .replaceFirst("^\\{(\"[^\"]*\":)", "{$1null,$1")
                        .getBytes(StandardCharsets.UTF_8);
            case 5: // bytes
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                return noise;
            case 6:
                return "{\"number\":1e400,\"other\":-0}".getBytes(StandardCharsets.UTF_8);
            default:
                return mutated(value).toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    /** With one value, somewhere, that is another, missing, or not known. */
    private JsonNode mutated(JsonNode value) {
        List<ObjectNode> objects = new ArrayList<>();
        collect(value, objects);
        if (objects.isEmpty()) {
            return values.odd();
        }
        for (int i = 0; i <= random.nextInt(2); i++) {
            ObjectNode object = objects.get(random.nextInt(objects.size()));
            List<String> keys = new ArrayList<>();
            object.fieldNames().forEachRemaining(keys::add);
            int what = keys.isEmpty() ? 2 : random.nextInt(5);
            if (what == 0) {
                object.remove(keys.get(random.nextInt(keys.size())));
            } else if (what == 2) {
                String key = random.nextInt(3) == 0 ? values.oddText() : "unknown" + random.nextInt(3);
                object.set(key.isEmpty() ? "e" : key, values.odd());
            } else {
                object.set(keys.get(random.nextInt(keys.size())), values.odd());
            }
        }
        return value;
    }

    private static void collect(JsonNode value, List<ObjectNode> objects) {
        if (value instanceof ObjectNode object) {
            objects.add(object);
        }
        if (value instanceof ObjectNode || value instanceof ArrayNode) {
            value.forEach(child -> collect(child, objects));
        }
    }

    private static void add(StringBuilder query, String name, String value) {
        query.append(query.length() == 0 ? "" : "&")
                .append(encoded(name))
                .append('=')
                .append(encoded(value));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Without what would end a header. */
    private static String printable(String text) {
        String line = text.replaceAll("[\\r\\n]", " ");
        return line.length() > 4_000 ? line.substring(0, 4_000) : line;
    }
}
