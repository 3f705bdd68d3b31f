package mware.core.collection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What of an entity an answer holds, and in which form. Pure.
 *
 * @param mask dotted paths of the fields; all of them when empty
 * @param flat whether objects within are laid out as {@code "opts.title": …}
 */
record Shape(List<String> mask, boolean flat) {

    /** The whole entity as it is. */
    static final Shape WHOLE = new Shape(List.of(), false);

    Shape {
        mask = List.copyOf(mask);
    }

    ObjectNode of(ObjectNode shown) {
        ObjectNode masked = mask.isEmpty() ? shown : masked(shown);
        if (!flat) {
            return masked;
        }
        ObjectNode laid = JsonNodeFactory.instance.objectNode();
        flatten("", masked, laid);
        return laid;
    }

    private ObjectNode masked(ObjectNode shown) {
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        for (String field : mask) {
            JsonNode value = CollectionSchema.at(shown, field);
            if (value.isMissingNode()) {
                continue;
            }
            ObjectNode at = kept;
            String[] steps = field.split("\\.");
            for (int i = 0; i < steps.length - 1; i++) {
                at = at.get(steps[i]) instanceof ObjectNode below ? below : at.putObject(steps[i]);
            }
            String last = steps[steps.length - 1];
            if (at.get(last) instanceof ObjectNode before && value instanceof ObjectNode whole) {
                before.setAll(whole);
            } else {
                at.set(last, value);
            }
        }
        return kept;
    }

    private static void flatten(String prefix, ObjectNode object, ObjectNode laid) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (entry.getValue() instanceof ObjectNode below && !below.isEmpty()) {
                flatten(prefix + entry.getKey() + ".", below, laid);
            } else {
                laid.set(prefix + entry.getKey(), entry.getValue());
            }
        }
    }
}
