package mware.core.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads JSON as people write it in files: comments and trailing commas allowed; a key that stands twice is an error. */
final class JsonText {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_YAML_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();
    private static final Pattern UNKNOWN_WORD = Pattern.compile("Unrecognized token '(.*?)':", Pattern.DOTALL);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Problems problems;

    private JsonText(Problems problems) {
        this.problems = problems;
    }

    /** The JSON value of the text, or empty with the place and what was expected there among the problems. */
    static Optional<JsonNode> parse(byte[] text, Problems problems) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            return new JsonText(problems).whole(parser);
        } catch (IOException e) {
            problems.error("line 1, column 1", "is not UTF-8 text");
            return Optional.empty();
        }
    }

    private Optional<JsonNode> whole(JsonParser parser) throws IOException {
        try {
            if (parser.nextToken() == null) {
                problems.error("line 1, column 1", "must be a JSON object, but there is nothing");
                return Optional.empty();
            }
            JsonNode root = value(parser, "");
            if (parser.nextToken() != null) {
                problems.error(place(parser.currentTokenLocation()), "must end here, but more follows the JSON object");
                return Optional.empty();
            }
            return Optional.of(root);
        } catch (JsonProcessingException e) {
            String words = e.getOriginalMessage();
            problems.error(placeOf(e.getLocation(), words), "is not JSON: " + plain(words));
            return Optional.empty();
        }
    }

    private JsonNode value(JsonParser parser, String path) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, path);
            case START_ARRAY -> array(parser, path);
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT -> NODES.numberNode(parser.getIntValue());
                    case LONG -> NODES.numberNode(parser.getLongValue());
                    default -> NODES.numberNode(parser.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            default -> NODES.nullNode();
        };
    }

    private ObjectNode object(JsonParser parser, String path) throws IOException {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            JsonLocation at = parser.currentTokenLocation();
            String below = Paths.key(path, key);
            parser.nextToken();
            if (object.replace(key, value(parser, below)) != null) {
                problems.error(below, "must not be given twice in one object (again at " + place(at) + ")");
            }
        }
        return object;
    }

    private ArrayNode array(JsonParser parser, String path) throws IOException {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, Paths.index(path, array.size())));
        }
        return array;
    }

    /** Of an unknown word the parser tells where it ends, and one more. */
    private static String placeOf(@Nullable JsonLocation at, String words) {
        if (at == null) {
            return "line 1, column 1";
        }
        Matcher word = UNKNOWN_WORD.matcher(words);
        int back = word.find() ? word.group(1).length() + 1 : 0;
        return "line " + at.getLineNr() + ", column " + Math.max(1, at.getColumnNr() - back);
    }

    private static String place(JsonLocation at) {
        return "line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    /** The parser's words in one line, without the text that it stumbled over: that may be an unquoted password. */
    private static String plain(String message) {
        return UNKNOWN_WORD
                .matcher(message)
                .replaceAll("unknown word:")
                .replaceAll("\\[Source[^\\]]*line: (\\d+), column: (\\d+)]", "line $1, column $2")
                .replaceAll("\\s+", " ");
    }
}
