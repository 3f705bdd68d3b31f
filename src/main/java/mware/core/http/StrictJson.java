package mware.core.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON that comes from outside: one value, at most {@value #DEEPEST} levels deep, no key twice in an object, only
 * numbers and texts that can be kept and shown again. Throws {@link ApiException} 400 with the place of the mistake.
 */
public final class StrictJson {

    static final int DEEPEST = 64;
    private static final int LONGEST_NUMBER = 100;
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /**
     * The value that {@code bytes} hold.
     *
     * @param what what they are, for the error: {@code the body}, {@code filter}
     */
    public static JsonNode read(byte[] bytes, String what) {
        JsonNode json;
        try {
            json = MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            Map<String, Object> place = e.getLocation() == null
                    ? Map.of()
                    : Map.of(
                            "line",
                            e.getLocation().getLineNr(),
                            "column",
                            e.getLocation().getColumnNr());
            throw new ApiException(400, what + " is not JSON: " + words(e), place);
        } catch (IOException e) {
            throw new ApiException(400, what + " is not JSON: it is not UTF-8");
        }
        if (json.isMissingNode()) {
            throw new ApiException(400, what + " is empty: JSON is needed");
        }
        String wrong = wrong(json, "");
        if (wrong != null) {
            throw new ApiException(400, wrong);
        }
        return json;
    }

    private static String words(JsonProcessingException e) {
        String said = e.getOriginalMessage();
        if (said.contains("nesting depth")) {
            return "it is nested deeper than " + DEEPEST + " levels";
        }
        if (said.startsWith("Duplicate field '")) {
            return "a key stands twice in one object: " + said.substring("Duplicate field ".length());
        }
        if (said.contains("Number value length")) {
            return "it holds a number of more than " + LONGEST_NUMBER + " digits";
        }
        if (said.startsWith("Trailing token")) {
            return "there is more behind the value";
        }
        return said.lines().findFirst().orElse("it cannot be read");
    }

    /** What cannot be kept or shown again: texts with NUL or half a character, numbers without end. */
    private static @Nullable String wrong(JsonNode json, String path) {
        if (json.isTextual()) {
            return told(textFault(json.textValue()), path);
        }
        if (json.isDouble() && !Double.isFinite(json.doubleValue())) {
            return told("must be a number that can be told", path);
        }
        if (json.isObject()) {
            for (Map.Entry<String, JsonNode> field : json.properties()) {
                String fault = textFault(field.getKey());
                String wrong = fault != null
                        ? told("has a key that " + fault, path)
                        : wrong(field.getValue(), path.isEmpty() ? field.getKey() : path + "." + field.getKey());
                if (wrong != null) {
                    return wrong;
                }
            }
        }
        for (int i = 0; json.isArray() && i < json.size(); i++) {
            String wrong = wrong(json.get(i), path + "[" + i + "]");
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private static @Nullable String told(@Nullable String fault, String path) {
        return fault == null ? null : (path.isEmpty() ? "the value" : path) + ": " + fault;
    }

    /** Why {@code text} cannot be kept; null when it can. */
    static @Nullable String textFault(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return "must not hold a NUL character";
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return "must not hold half a character (a lone surrogate)";
            }
        }
        return null;
    }
}
