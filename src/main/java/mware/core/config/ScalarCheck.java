package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Checks a single text, number or other value by what its schema says of it; the part of {@link SchemaCheck} for leaves. */
final class ScalarCheck {

    private final Problems problems;
    private final boolean placeholders;

    ScalarCheck(Problems problems, boolean placeholders) {
        this.problems = problems;
        this.placeholders = placeholders;
    }

    void check(JsonNode schema, JsonNode value, String path) {
        values(schema, value, path);
        if (value.isTextual()) {
            text(schema, value, path);
        } else if (value.isNumber()) {
            number(schema, value, path);
        }
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

    /** As the standard has it: a final $ is the very end, not the end before a line feed as in Java. */
    static boolean matches(String pattern, String text) {
        String exact = pattern.endsWith("$") && !pattern.endsWith("\\$")
                ? pattern.substring(0, pattern.length() - 1) + "\\z"
                : pattern;
        return Pattern.compile(exact).matcher(text).find();
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
