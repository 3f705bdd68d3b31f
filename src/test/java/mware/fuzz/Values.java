package mware.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;

/** Makes values: such as fit a schema, at its limits, and such as fit nothing. */
final class Values {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int DEEPEST = 6;

    /** Texts that have broken something somewhere. */
    private static final List<String> ODD = List.of(
            "",
            " ",
            "\u0000",
            "a\u0000b",
            "\u202edlrow olleh",
            "\ud83d\ude00",
            "\ud800",
            "a\udfffb",
            "\"",
            "'",
            "\\",
            "'; DROP TABLE entity; --",
            "' OR '1'='1",
            "%' OR 1=1 --",
            "../../../etc/passwd",
            "..%2f..%2f",
            "a\r\nSet-Cookie: a=b",
            "\r\n\r\nHTTP/1.1 200 OK",
            "${jndi:ldap://127.0.0.1/a}",
            "{{file:/etc/passwd}}",
            "{{env:PATH}}",
            "$simple{sys.user.home}",
            "<script>alert(1)</script>",
            "\t",
            "\n",
            "null",
            "true",
            "-1",
            "1e309",
            "NaN",
            "0x10",
            "\u00e9",
            "e\u0301",
            "\uFEFF",
            "\u0130",
            "\u00df",
            "*",
            "%",
            "_",
            "$in",
            "{}",
            "[]",
            "a".repeat(65_536),
            "\u4e2d".repeat(3_000),
            "a.b.c",
            ".",
            "..",
            "\u2028",
            "\u0085",
            "A@B",
            "a/b",
            "a?b",
            "a#b",
            "a;b",
            "a&b=c",
            "+",
            "%00",
            "%zz",
            "9".repeat(500));

    /** Texts that often fit a pattern. */
    private static final List<String> LIKELY = List.of(
            "a1",
            "name",
            "user1",
            "Abc",
            "demo.mware.local",
            "a.mware.local",
            "10.0.0.1",
            "::1",
            "5s",
            "2m",
            "1h",
            "100ms",
            "1234",
            "log",
            "state",
            "x@example.org",
            "2026-11-21T12:00:00Z",
            "2026-11-21",
            "administrator",
            "user",
            "0a",
            "a-b",
            "a_b",
            "Passw0rd-for-tests",
            "12345678-1234-1234-1234-123456789abc",
            "http://127.0.0.1/",
            "*",
            "1.3.6.1",
            "secret-word-1");

    private final Document document;
    private final Random random;

    Values(Document document, Random random) {
        this.document = document;
        this.random = random;
    }

    String oddText() {
        return ODD.get(random.nextInt(ODD.size()));
    }

    /** Something of a random kind. */
    JsonNode odd() {
        return switch (random.nextInt(14)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> JSON.numberNode(-1);
            case 3 -> JSON.numberNode(Long.MAX_VALUE);
            case 4 -> JSON.numberNode(new BigInteger("9".repeat(60)));
            case 5 -> JSON.numberNode(0.1);
            case 6 -> JSON.numberNode(-1e300);
            case 7 -> JSON.arrayNode();
            case 8 -> JSON.objectNode();
            case 9 -> JSON.arrayNode().add(JSON.objectNode().put("a", 1)).add(JSON.nullNode());
            case 10 -> JSON.objectNode().set("$gt", JSON.objectNode());
            default -> JSON.textNode(oddText());
        };
    }

    /** A value that fits, as far as the schema can be followed. */
    JsonNode fit(JsonNode written) {
        return fit(written, 0);
    }

    private JsonNode fit(JsonNode written, int depth) {
        JsonNode schema = document.follow(written);
        if (schema.has("const")) {
            return schema.get("const");
        }
        if (schema.has("enum")) {
            return one(schema.get("enum"));
        }
        for (String key : List.of("examples", "default")) {
            JsonNode given = schema.path(key);
            if (!given.isMissingNode() && random.nextInt(3) > 0) {
                return key.equals("default") ? given : one(given);
            }
        }
        for (String some : List.of("oneOf", "anyOf")) {
            if (schema.has(some)) {
                return fit(one(schema.get(some)), depth);
            }
        }
        String type = schema.path("type").isArray()
                ? one(schema.get("type")).asText()
                : schema.path("type").asText();
        return switch (type) {
            case "string" -> JSON.textNode(text(schema));
            case "integer" -> JSON.numberNode(number(schema));
            case "number" -> JSON.numberNode((double) number(schema));
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "null" -> JSON.nullNode();
            case "array" -> array(schema, depth);
            case "object" -> object(schema, depth);
            default -> schema.has("properties") ? object(schema, depth) : JSON.textNode("any");
        };
    }

    private JsonNode one(JsonNode list) {
        return list.get(random.nextInt(list.size()));
    }

    private long number(JsonNode schema) {
        long least = schema.path("minimum").asLong(0);
        long most = schema.path("maximum").asLong(Math.max(least, 1_000));
        return switch (random.nextInt(4)) {
            case 0 -> least;
            case 1 -> most;
            default -> least + (long) (random.nextDouble() * (most - least));
        };
    }

    private String text(JsonNode schema) {
        int least = schema.path("minLength").asInt(0);
        int most = schema.path("maxLength").asInt(200);
        String format = schema.path("format").asText();
        List<String> fitting = new ArrayList<>();
        if (schema.has("pattern") || !format.isEmpty()) {
            Pattern pattern = Pattern.compile(schema.path("pattern").asText(""));
            LIKELY.stream()
                    .filter(text -> pattern.matcher(text).find() && text.length() >= least && text.length() <= most)
                    .forEach(fitting::add);
            if (format.equals("uuid")) {
                fitting.add(new UUID(random.nextLong(), random.nextLong()).toString());
            }
            if (!fitting.isEmpty() && random.nextInt(3) == 0) {
                return fitting.get(random.nextInt(fitting.size()));
            }
            String made = "n" + Long.toHexString(random.nextLong() & 0xffffffL);
            return pattern.matcher(made).find() || fitting.isEmpty()
                    ? made
                    : fitting.get(random.nextInt(fitting.size()));
        }
        return switch (random.nextInt(5)) {
            case 0 -> "x".repeat(Math.max(least, 1));
            case 1 -> "x".repeat(Math.min(most, 3_000));
            default -> {
                String name = "n" + Long.toHexString(random.nextLong() & 0xffffffffL) + "x".repeat(least);
                yield name.substring(0, Math.min(name.length(), Math.max(most, 1)));
            }
        };
    }

    private ArrayNode array(JsonNode schema, int depth) {
        ArrayNode list = JSON.arrayNode();
        int least = schema.path("minItems").asInt(0);
        int number = depth > DEEPEST ? least : least + random.nextInt(3);
        for (int i = 0; i < number; i++) {
            list.add(fit(schema.path("items"), depth + 1));
        }
        return list;
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(key -> required.add(key.asText()));
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            if (required.contains(property.getKey()) || depth <= DEEPEST && random.nextInt(3) == 0) {
                object.set(property.getKey(), fit(property.getValue(), depth + 1));
            }
        }
        return object;
    }
}
