package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final JsonNode whole;
    private final String condition;
    private final ScalarCheck scalars;

    /**
     * A check that adds to {@code problems}.
     *
     * @param placeholders whether a text that holds one may be anything
     * @param whole the value that is checked, from its root
     */
    SchemaCheck(Schema schemas, Problems problems, boolean placeholders, JsonNode whole) {
        this(schemas, problems, placeholders, whole, "");
    }

    private SchemaCheck(Schema schemas, Problems problems, boolean placeholders, JsonNode whole, String condition) {
        this.schemas = schemas;
        this.problems = problems;
        this.placeholders = placeholders;
        this.whole = whole;
        this.condition = condition;
        this.scalars = new ScalarCheck(problems, placeholders);
    }

    void check(JsonNode written, JsonNode value, String path) {
        JsonNode schema = schemas.follow(written);
        if (schema.isBoolean()) {
            if (!schema.booleanValue()) {
                problems.error(path, "must not be given" + condition);
            }
            return;
        }
        if (!isOfType(schema.path("type"), value)) {
            problems.error(path, "must be " + names(schema.get("type")), value);
            return;
        }
        scalars.check(schema, value, path);
        if (schema.has("x-name-in") && value.isTextual()) {
            reference(schema.get("x-name-in").asText(), value, path);
        }
        if (value.isArray()) {
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

    private void array(JsonNode schema, JsonNode value, String path) {
        size(schema.path("minItems"), schema.path("maxItems"), "entries", value, path);
        if (schema.has("x-unique")) {
            unique(schema.get("x-unique").asText(), value, path);
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

    private void unique(String key, JsonNode list, String path) {
        Map<JsonNode, String> first = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            String at = Paths.index(path, i);
            JsonNode name = list.get(i).path(key);
            String other = name.isTextual() ? first.putIfAbsent(name, at) : null;
            if (other != null) {
                problems.error(Paths.key(at, key), "must be unique (also " + other + ")", name);
            }
        }
    }

    /** A warning, since services do without what they do not find: see their pages. */
    private void reference(String list, JsonNode value, String path) {
        List<String> names = new ArrayList<>();
        whole.path(list).forEach(entry -> names.add(entry.path("name").asText()));
        if (!names.contains(value.textValue())) {
            problems.warning(path, "must be a name in " + list + ": " + String.join(", ", names), value);
        }
    }

    /** In which case the {@code then} or {@code else} of a schema holds, where its {@code if} is a comparison. */
    private static String condition(JsonNode rule, boolean passes) {
        String compared = rule.path("properties").properties().stream()
                .filter(entry -> entry.getValue().has("const"))
                .map(entry ->
                        entry.getKey() + " is " + entry.getValue().get("const").asText())
                .collect(Collectors.joining(" and "));
        return compared.isEmpty() ? "" : (passes ? " when " : " unless ") + compared;
    }

    private void size(JsonNode least, JsonNode most, String what, JsonNode value, String path) {
        int min = least.asInt(0);
        int max = most.asInt(Integer.MAX_VALUE);
        if (value.size() >= min && value.size() <= max) {
            return;
        }
        String number = min == max ? "" + min : min + (max == Integer.MAX_VALUE ? " or more" : ".." + max);
        problems.error(
                path,
                value.isEmpty() ? "must not be empty" : "must have " + number + ' ' + what + ", got " + value.size());
    }

    private void object(JsonNode schema, JsonNode value, String path) {
        JsonNode known = schema.path("properties");
        boolean closed = schema.path("additionalProperties").equals(BooleanNode.FALSE);
        for (JsonNode key : schema.path("required")) {
            if (!value.has(key.asText()) && !(closed && isMistyped(key.asText(), known, value))) {
                problems.error(Paths.key(path, key.asText()), "is required" + condition);
            }
        }
        schema.path("dependentRequired").properties().forEach(entry -> {
            for (JsonNode key : entry.getValue()) {
                if (value.has(entry.getKey()) && !value.has(key.asText())) {
                    problems.error(Paths.key(path, key.asText()), "is required with " + entry.getKey());
                }
            }
        });
        size(schema.path("minProperties"), schema.path("maxProperties"), "keys", value, path);
        JsonNode others = schema.path("additionalProperties");
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            String key = entry.getKey();
            String at = Paths.key(path, key);
            key(schema.path("propertyNames"), key, at);
            if (known.has(key)) {
                check(known.get(key), entry.getValue(), at);
            } else if (closed) {
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
        if (rules.has("pattern") && !ScalarCheck.matches(rules.get("pattern").asText(), key)) {
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
            boolean passes = passes(schema.get("if"), value);
            JsonNode then = schema.path(passes ? "then" : "else");
            if (!then.isMissingNode()) {
                new SchemaCheck(schemas, problems, placeholders, whole, condition(schema.get("if"), passes))
                        .check(then, value, path);
            }
        }
        for (String some : List.of("oneOf", "anyOf")) {
            JsonNode branches = schema.path(some);
            if (!branches.isEmpty()) {
                branches(branches, some.equals("oneOf"), value, path);
            }
        }
    }

    private void branches(JsonNode branches, boolean one, JsonNode value, String path) {
        Optional<String> kind = schemas.kind(branches);
        if (kind.isPresent() && value.isObject()) {
            ofKind(branches, kind.get(), value, path);
            return;
        }
        long passed = StreamSupport.stream(branches.spliterator(), false)
                .filter(branch -> passes(branch, value))
                .count();
        if (passed == 0) {
            check(schemas.branch(branches, value), value, path);
        } else if (passed > 1 && one) {
            problems.error(path, "must fit exactly one of " + branches.size() + " forms", value);
        }
    }

    /** Checks by the branch whose kind the value names; where it names none, only that is told. */
    private void ofKind(JsonNode branches, String kind, JsonNode value, String path) {
        var kinds = new ArrayList<String>();
        for (JsonNode branch : branches) {
            JsonNode constant = schemas.constant(branch, kind);
            if (constant.equals(value.path(kind))) {
                check(branch, value, path);
                return;
            }
            kinds.add(constant.asText());
        }
        String at = Paths.key(path, kind);
        if (value.has(kind)) {
            problems.error(at, "must be one of " + String.join(", ", kinds), value.get(kind));
        } else {
            problems.error(at, "is required: one of " + String.join(", ", kinds));
        }
    }

    private boolean passes(JsonNode schema, JsonNode value) {
        var found = new Problems();
        new SchemaCheck(schemas, found, placeholders, whole).check(schema, value, "");
        return found.all().stream().noneMatch(problem -> problem.severity() == Problem.Severity.ERROR);
    }

    private static List<String> keys(JsonNode object) {
        var keys = new ArrayList<String>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
