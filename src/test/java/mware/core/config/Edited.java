package mware.core.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A good configuration with edits: {@code POINTER = JSON} sets or adds (a final - adds to a list), {@code POINTER -} removes. */
final class Edited {

    static final ObjectMapper JSON = new ObjectMapper();

    private Edited() {}

    /** The configuration of two sites with nothing wrong in it, as text. */
    static byte[] twoSites() {
        try (InputStream in = Edited.class.getResourceAsStream("/config/two-sites.json")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static ObjectNode tree() {
        return (ObjectNode) JsonText.parse(twoSites(), new Problems()).orElseThrow();
    }

    /** What is said of two-sites.json after the edits, which are separated by line ends. */
    static List<Problem> problems(String edits) {
        return ConfigurationReader.read(edited(edits).toString()).problems();
    }

    static ObjectNode edited(String edits) {
        ObjectNode root = tree();
        edits.lines().filter(line -> !line.isBlank()).forEach(line -> edit(root, line.strip()));
        return root;
    }

    private static void edit(ObjectNode root, String line) {
        boolean remove = line.endsWith(" -");
        String pointer = remove ? line.substring(0, line.length() - 2) : line.substring(0, line.indexOf(" = "));
        JsonPointer at = JsonPointer.compile(pointer);
        JsonNode parent = root.at(at.head());
        String last = at.last().getMatchingProperty();
        try {
            JsonNode value = remove ? null : JSON.readTree(line.substring(line.indexOf(" = ") + 3));
            if (parent instanceof ArrayNode list) {
                if (remove) {
                    list.remove(Integer.parseInt(last));
                } else if (last.equals("-")) {
                    list.add(value);
                } else {
                    list.set(Integer.parseInt(last), value);
                }
            } else if (remove) {
                ((ObjectNode) parent).remove(last);
            } else {
                ((ObjectNode) parent).set(last, value);
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError("wrong edit: " + line, e);
        }
    }
}
