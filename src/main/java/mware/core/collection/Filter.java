package mware.core.collection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mware.core.config.Problem;

/** Decides which entities a list holds. Pure. */
final class Filter {

    /** Lets everything through. */
    static final Filter ALL = new Filter(List.of());

    private static final int LONGEST_PATTERN = 256;
    private static final int MOST_VALUES = 1_000;

    private final List<Condition> conditions;

    private Filter(List<Condition> conditions) {
        this.conditions = List.copyOf(conditions);
    }

    private enum Operator {
        EQ,
        GT,
        GTE,
        LT,
        LTE,
        IN,
        LIKE
    }

    private record Condition(String field, Operator operator, JsonNode operand) {}

    /**
     * Reads {@code {"name": "x", "opts.level": {"$gte": 3}}}; all conditions must hold.
     *
     * @param known whether there may be a field of that path
     * @param problems gets every mistake, by the path of the condition
     */
    static Filter read(JsonNode filter, Predicate<String> known, List<Problem> problems) {
        var conditions = new ArrayList<Condition>();
        if (!filter.isObject()) {
            problems.add(wrong("filter", "must be a JSON object such as {\"name\": \"x\"}"));
            return ALL;
        }
        for (Map.Entry<String, JsonNode> entry : filter.properties()) {
            String field = entry.getKey();
            String at = "filter." + field;
            if (!known.test(field)) {
                problems.add(wrong(at, "is not a field of this collection"));
            } else if (isOperators(entry.getValue())) {
                entry.getValue().properties().forEach(one -> read(field, at, one, conditions, problems));
            } else if (entry.getValue().isContainerNode()) {
                problems.add(wrong(at, "must be a value or an object of operators ($gt, $gte, $lt, $lte, $in, $like)"));
            } else {
                conditions.add(new Condition(field, Operator.EQ, entry.getValue()));
            }
        }
        return new Filter(conditions);
    }

    private static boolean isOperators(JsonNode value) {
        return value.isObject()
                && !value.isEmpty()
                && value.properties().stream().allMatch(entry -> entry.getKey().startsWith("$"));
    }

    private static void read(
            String field,
            String at,
            Map.Entry<String, JsonNode> given,
            List<Condition> conditions,
            List<Problem> problems) {
        JsonNode operand = given.getValue();
        String where = at + "." + given.getKey();
        Operator operator =
                switch (given.getKey()) {
                    case "$gt" -> Operator.GT;
                    case "$gte" -> Operator.GTE;
                    case "$lt" -> Operator.LT;
                    case "$lte" -> Operator.LTE;
                    case "$in" -> Operator.IN;
                    case "$like" -> Operator.LIKE;
                    default -> Operator.EQ;
                };
        switch (operator) {
            case EQ -> problems.add(wrong(where, "is not an operator: $gt, $gte, $lt, $lte, $in, $like"));
            case GT, GTE, LT, LTE -> {
                if (operand.isNumber() || operand.isTextual()) {
                    conditions.add(new Condition(field, operator, operand));
                } else {
                    problems.add(wrong(where, "must be a number or a text"));
                }
            }
            case IN -> {
                boolean values = operand.isArray() && operand.size() <= MOST_VALUES;
                for (JsonNode value : operand) {
                    values &= !value.isContainerNode();
                }
                if (values) {
                    conditions.add(new Condition(field, operator, operand));
                } else {
                    problems.add(wrong(where, "must be a list of at most " + MOST_VALUES + " values"));
                }
            }
            case LIKE -> {
                if (operand.isTextual() && operand.asText().length() <= LONGEST_PATTERN) {
                    conditions.add(new Condition(field, operator, operand));
                } else {
                    problems.add(wrong(
                            where,
                            "must be a text of at most " + LONGEST_PATTERN
                                    + " characters, % for any characters and _ for one"));
                }
            }
        }
    }

    private static Problem wrong(String path, String rule) {
        return new Problem(path, rule, null, Problem.Severity.ERROR);
    }

    boolean isEmpty() {
        return conditions.isEmpty();
    }

    /** The values of which a field must have one, where the filter says so: by them an index can be asked. */
    Optional<List<String>> values(String field) {
        return conditions.stream()
                .filter(condition -> condition.field().equals(field))
                .filter(condition -> condition.operator() == Operator.EQ || condition.operator() == Operator.IN)
                .filter(condition -> Stream.of(condition.operand()).noneMatch(JsonNode::isNull))
                .map(condition -> condition.operator() == Operator.EQ
                        ? List.of(condition.operand().asText())
                        : elements(condition.operand()))
                .findFirst();
    }

    private static List<String> elements(JsonNode list) {
        var all = new ArrayList<String>();
        list.forEach(value -> all.add(value.asText()));
        return all;
    }

    /** Whether an entity as its reader sees it is let through. */
    boolean matches(JsonNode shown) {
        for (Condition condition : conditions) {
            if (!matches(condition, CollectionSchema.at(shown, condition.field()))) {
                return false;
            }
        }
        return true;
    }

    /** Of a list it is enough that one of its values fits. */
    private static boolean matches(Condition condition, JsonNode value) {
        if (value.isArray()) {
            for (JsonNode one : value) {
                if (!one.isArray() && matches(condition, one)) {
                    return true;
                }
            }
            return false;
        }
        JsonNode operand = condition.operand();
        return switch (condition.operator()) {
            case EQ -> same(value, operand);
            case IN -> {
                boolean any = false;
                for (JsonNode one : operand) {
                    any |= same(value, one);
                }
                yield any;
            }
            case LIKE -> value.isTextual() && like(value.textValue(), operand.textValue());
            case GT, GTE, LT, LTE -> {
                if (value.isNumber() != operand.isNumber() || !value.isNumber() && !value.isTextual()) {
                    yield false;
                }
                int order = Sorting.compare(value, operand);
                yield switch (condition.operator()) {
                    case GT -> order > 0;
                    case GTE -> order >= 0;
                    case LT -> order < 0;
                    case LTE -> order <= 0;
                    case EQ, IN, LIKE -> false;
                };
            }
        };
    }

    private static boolean same(JsonNode value, JsonNode operand) {
        if (value.isNumber() && operand.isNumber()) {
            return Sorting.compare(value, operand) == 0;
        }
        if (value.isMissingNode()) {
            return operand.getNodeType() == JsonNodeType.NULL;
        }
        return value.equals(operand);
    }

    /** As in SQL: % stands for any characters, _ for one, a backslash takes the next one as it is. */
    static boolean like(String text, String pattern) {
        int at = 0;
        int in = 0;
        int star = -1;
        int mark = 0;
        while (at < text.length()) {
            boolean escaped = in < pattern.length() - 1 && pattern.charAt(in) == '\\';
            char wanted = in >= pattern.length() ? 0 : escaped ? pattern.charAt(in + 1) : pattern.charAt(in);
            if (in < pattern.length() && !escaped && wanted == '%') {
                star = in++;
                mark = at;
            } else if (in < pattern.length() && (wanted == text.charAt(at) || !escaped && wanted == '_')) {
                at++;
                in += escaped ? 2 : 1;
            } else if (star >= 0) {
                in = star + 1;
                at = ++mark;
            } else {
                return false;
            }
        }
        while (in < pattern.length() && pattern.charAt(in) == '%') {
            in++;
        }
        return in == pattern.length();
    }

    @Override
    public String toString() {
        return conditions.stream()
                .map(condition -> condition.field() + " " + condition.operator())
                .collect(Collectors.joining(", "));
    }
}
