package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Goes through a value and its {@link Schema} side by side; says every mistake by path, rule and value. */
final class SchemaCheck {

    private static final Map<String, String> TYPES = Map.of(
            "string", "text",
            "integer", "a whole number",
            "number", "a number",
            "boolean", "true or false",
            "array", "a list",
            "object", "an object",
            "null", "null");

    private final Schema schemas;
    private final Problems problems;
    private final boolean placeholders;

    SchemaCheck(Schema schemas, Problems problems, boolean placeholders) {
        this.schemas = schemas;
        this.problems = problems;
        this.placeholders = placeholders;
    }

    void check(JsonNode written, JsonNode value, String path) {
        JsonNode schema = schemas.follow(written);
        if (schema.isBoolean()) {
            if (!schema.booleanValue()) {
                problems.error(path, "must not be given");
            }
            return;
        }
        if (!isOfType(schema.path("type"), value)) {
            problems.error(path, "must be " + names(schema.get("type")), value);
            return;
        }
        values(schema, value, path);
        if (value.isTextual()) {
            text(schema, value, path);
        } else if (value.isNumber()) {
            number(schema, value, path);
        } else if (value.isArray()) {
            array(schema, value, path);
        } else if (value.isObject()) {
            object(schema, value, path);
        }
        combinations(schema, value, path);
    }

    static boolean isOfType(JsonNode type, JsonNode value) {
        if (type.isArray()) {
            return StreamSupport.stream(type.spliterator(), false).anyMatch(one -> isOfType(one, value));
        }
        return switch (type.asText()) {
            case "string" -> value.isTextual();
            case "integer" -> isWhole(value);
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            case "null" -> value.isNull();
            default -> true;
        };
    }

    private static boolean isWhole(JsonNode value) {
        return value.isIntegralNumber()
                || value.isFloatingPointNumber()
                        && Math.rint(value.doubleValue()) == value.doubleValue()
                        && !Double.isInfinite(value.doubleValue());
    }

    private static String names(JsonNode type) {
        return type.isArray()
                ? StreamSupport.stream(type.spliterator(), false)
                        .map(one -> TYPES.get(one.asText()))
                        .collect(Collectors.joining(" or "))
                : String.valueOf(TYPES.get(type.asText()));
    }

    private void values(JsonNode schema, JsonNode value, String path) {
        if (schema.has("const") && !schema.get("const").equals(value)) {
            problems.error(path, "must be " + schema.get("const").asText(), value);
        }
        if (schema.has("enum")
                && StreamSupport.stream(schema.get("enum").spliterator(), false).noneMatch(value::equals)) {
            var words = new ArrayList<String>();
            schema.get("enum").forEach(word -> words.add(word.asText()));
            String rule = words.size() == 1 ? "must be " + words.get(0) : "must be one of " + String.join(", ", words);
            problems.error(path, rule, value);
        }
    }

    private void text(JsonNode schema, JsonNode value, String path) {
        String text = value.textValue();
        if (placeholders && Placeholders.in(text)) {
            return;
        }
        if (schema.has("format")) {
            String broken = Formats.broken(schema.get("format").asText(), text);
            if (broken != null) {
                problems.error(path, broken, value);
                return;
            }
        }
        if (schema.has("pattern") && !matches(schema.get("pattern").asText(), text)) {
            problems.error(
                    path,
                    schema.has("x-means")
                            ? "must be " + schema.get("x-means").asText()
                            : "must match " + schema.get("pattern").asText(),
                    value);
            return;
        }
        if (schema.has("x-minimum") || schema.has("x-maximum")) {
            String least = schema.path("x-minimum").asText("0s");
            String most = schema.path("x-maximum").asText("999999999d");
            var span = Spans.parse(text);
            if (span.compareTo(Spans.parse(least)) < 0 || span.compareTo(Spans.parse(most)) > 0) {
                problems.error(path, "must be " + bounds(schema, "x-minimum", "x-maximum"), value);
            }
        }
        int length = text.codePointCount(0, text.length());
        if (length < schema.path("minLength").asInt(0)
                || length > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
            problems.error(path, "must be " + bounds(schema, "minLength", "maxLength") + " characters long", value);
        }
    }

    private void number(JsonNode schema, JsonNode value, String path) {
        BigDecimal number = value.isFloatingPointNumber() && Double.isInfinite(value.doubleValue())
                ? new BigDecimal(Double.MAX_VALUE).multiply(BigDecimal.TEN)
                : value.decimalValue();
        boolean tooSmall =
                schema.has("minimum") && number.compareTo(schema.get("minimum").decimalValue()) < 0;
        boolean tooLarge =
                schema.has("maximum") && number.compareTo(schema.get("maximum").decimalValue()) > 0;
        if (tooSmall || tooLarge) {
            problems.error(path, "must be " + bounds(schema, "minimum", "maximum"), value);
        }
        if (schema.has("exclusiveMinimum")
                && number.compareTo(schema.get("exclusiveMinimum").decimalValue()) <= 0) {
            problems.error(path, "must be above " + schema.get("exclusiveMinimum"), value);
        }
        if (schema.has("exclusiveMaximum")
                && number.compareTo(schema.get("exclusiveMaximum").decimalValue()) >= 0) {
            problems.error(path, "must be below " + schema.get("exclusiveMaximum"), value);
        }
        if (schema.has("multipleOf")
                && number.remainder(schema.get("multipleOf").decimalValue()).signum() != 0) {
            problems.error(path, "must be a multiple of " + schema.get("multipleOf"), value);
        }
    }

    private void array(JsonNode schema, JsonNode value, String path) {
        if (value.size() < schema.path("minItems").asInt(0)
                || value.size() > schema.path("maxItems").asInt(Integer.MAX_VALUE)) {
            problems.error(path, "must have " + bounds(schema, "minItems", "maxItems") + " entries", value);
        }
        boolean unique = schema.path("uniqueItems").asBoolean();
        Set<JsonNode> seen = new HashSet<>();
        for (int i = 0; i < value.size(); i++) {
            String at = Paths.index(path, i);
            if (unique && !seen.add(value.get(i))) {
                problems.error(at, "must not stand twice in the list", value.get(i));
            } else if (schema.has("items")) {
                check(schema.get("items"), value.get(i), at);
            }
        }
    }

    private void object(JsonNode schema, JsonNode value, String path) {
        JsonNode known = schema.path("properties");
        for (JsonNode key : schema.path("required")) {
            if (!value.has(key.asText()) && !isMistyped(key.asText(), known, value)) {
                problems.error(Paths.key(path, key.asText()), "is required");
            }
        }
        schema.path("dependentRequired").properties().forEach(entry -> {
            for (JsonNode key : entry.getValue()) {
                if (value.has(entry.getKey()) && !value.has(key.asText())) {
                    problems.error(Paths.key(path, key.asText()), "is required with " + entry.getKey());
                }
            }
        });
        if (value.size() < schema.path("minProperties").asInt(0)
                || value.size() > schema.path("maxProperties").asInt(Integer.MAX_VALUE)) {
            problems.error(path, "must have " + bounds(schema, "minProperties", "maxProperties") + " keys", value);
        }
        JsonNode others = schema.path("additionalProperties");
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            String key = entry.getKey();
            String at = Paths.key(path, key);
            key(schema.path("propertyNames"), key, at);
            if (known.has(key)) {
                check(known.get(key), entry.getValue(), at);
            } else if (others.isBoolean() && !others.booleanValue()) {
                problems.error(at, "is not a known key" + Nearest.clause(key, keys(known)));
            } else if (others.isObject()) {
                check(others, entry.getValue(), at);
            } else {
                suspicious(key, keys(known), at);
            }
        }
    }

    /** Whether an unknown key of the object is most likely this one: one mistake, told of at the unknown key. */
    private static boolean isMistyped(String key, JsonNode known, JsonNode value) {
        List<String> names = keys(known);
        return keys(value).stream()
                .anyMatch(given -> !known.has(given) && Nearest.of(given, names).equals(key));
    }

    /** Where further keys are allowed, one that is nearly a known one is most likely a slip. */
    private void suspicious(String key, List<String> known, String at) {
        String nearest = Nearest.of(key, known);
        if (!nearest.isEmpty() && Nearest.distance(key, nearest) <= 2) {
            problems.warning(at, "is not a known key, nearest is " + nearest);
        }
    }

    private void key(JsonNode written, String key, String at) {
        JsonNode rules = schemas.follow(written);
        if (rules.has("pattern") && !matches(rules.get("pattern").asText(), key)) {
            problems.error(
                    at,
                    "must have a key that is "
                            + rules.path("x-means").asText(rules.get("pattern").asText()));
        }
    }

    private void combinations(JsonNode schema, JsonNode value, String path) {
        for (JsonNode every : schema.path("allOf")) {
            check(every, value, path);
        }
        if (schema.has("if")) {
            JsonNode then = schema.path(passes(schema.get("if"), value) ? "then" : "else");
            if (!then.isMissingNode()) {
                check(then, value, path);
            }
        }
        for (String some : List.of("oneOf", "anyOf")) {
            JsonNode branches = schema.path(some);
            if (branches.isEmpty()) {
                continue;
            }
            long passed = StreamSupport.stream(branches.spliterator(), false)
                    .filter(branch -> passes(branch, value))
                    .count();
            if (passed == 0) {
                check(schemas.branch(branches, value), value, path);
            } else if (passed > 1 && some.equals("oneOf")) {
                problems.error(path, "must fit exactly one of " + branches.size() + " forms", value);
            }
        }
    }

    private boolean passes(JsonNode schema, JsonNode value) {
        var found = new Problems();
        new SchemaCheck(schemas, found, placeholders).check(schema, value, "");
        return found.all().stream().noneMatch(problem -> problem.severity() == Problem.Severity.ERROR);
    }

    /** As the standard has it: a final $ is the very end, not the end before a line feed as in Java. */
    private static boolean matches(String pattern, String text) {
        String exact = pattern.endsWith("$") && !pattern.endsWith("\\$")
                ? pattern.substring(0, pattern.length() - 1) + "\\z"
                : pattern;
        return Pattern.compile(exact).matcher(text).find();
    }

    private static List<String> keys(JsonNode object) {
        var keys = new ArrayList<String>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static String bounds(JsonNode schema, String least, String most) {
        if (!schema.has(most)) {
            return "at least " + schema.get(least).asText();
        }
        return schema.has(least)
                ? schema.get(least).asText() + ".." + schema.get(most).asText()
                : "at most " + schema.get(most).asText();
    }
}
