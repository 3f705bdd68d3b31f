package mware.core.collection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import mware.core.config.Problem;

/** The order of a list. Pure. */
record Sorting(List<Field> fields) {

    /** As they were made. */
    static final Sorting AS_MADE = new Sorting(List.of());

    Sorting {
        fields = List.copyOf(fields);
    }

    /** One field to sort by. */
    record Field(String path, boolean descending) {}

    /**
     * Reads {@code ["name", {"ext.ct": "desc"}]}.
     *
     * @param known whether there may be a field of that path
     * @param problems gets every mistake
     */
    static Sorting read(JsonNode order, Predicate<String> known, List<Problem> problems) {
        var fields = new ArrayList<Field>();
        if (!order.isArray()) {
            problems.add(wrong("order", "must be a list of fields or {\"field\": \"asc|desc\"}"));
            return AS_MADE;
        }
        for (int i = 0; i < order.size(); i++) {
            JsonNode entry = order.get(i);
            String at = "order[" + i + "]";
            if (entry.isTextual()) {
                add(entry.asText(), "asc", at, known, fields, problems);
            } else if (entry.isObject() && !entry.isEmpty()) {
                for (Map.Entry<String, JsonNode> one : entry.properties()) {
                    add(one.getKey(), one.getValue().asText(), at, known, fields, problems);
                }
            } else {
                problems.add(wrong(at, "must be a field or {\"field\": \"asc|desc\"}"));
            }
        }
        return new Sorting(fields);
    }

    private static void add(
            String field,
            String direction,
            String at,
            Predicate<String> known,
            List<Field> fields,
            List<Problem> problems) {
        if (!known.test(field)) {
            problems.add(wrong(at, field + " is not a field of this collection"));
        } else if (!direction.equals("asc") && !direction.equals("desc")) {
            problems.add(wrong(at + "." + field, "must be asc or desc"));
        } else {
            fields.add(new Field(field, direction.equals("desc")));
        }
    }

    private static Problem wrong(String path, String rule) {
        return new Problem(path, rule, null, Problem.Severity.ERROR);
    }

    /** Compares entities as their reader sees them. */
    Comparator<JsonNode> comparator() {
        return (a, b) -> {
            for (Field field : fields) {
                int order = compare(CollectionSchema.at(a, field.path()), CollectionSchema.at(b, field.path()));
                if (order != 0) {
                    return field.descending() ? -order : order;
                }
            }
            return 0;
        };
    }

    /** Numbers by value, texts by their characters; what is not there first, then switches, numbers, texts, the rest. */
    static int compare(JsonNode a, JsonNode b) {
        int kinds = Integer.compare(kind(a), kind(b));
        if (kinds != 0) {
            return kinds;
        }
        if (a.isNumber()) {
            return a.isIntegralNumber() && b.isIntegralNumber() && a.canConvertToLong() && b.canConvertToLong()
                    ? Long.compare(a.longValue(), b.longValue())
                    : Double.compare(a.doubleValue(), b.doubleValue());
        }
        if (a.isTextual()) {
            return a.textValue().compareTo(b.textValue());
        }
        return a.isBoolean() ? Boolean.compare(a.booleanValue(), b.booleanValue()) : 0;
    }

    private static int kind(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        return value.isBoolean() ? 1 : value.isNumber() ? 2 : value.isTextual() ? 3 : 4;
    }
}
