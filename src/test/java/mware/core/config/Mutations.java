package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small accidents that befall a JSON tree. */
final class Mutations {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Mutations() {}

    /** Removes, replaces, doubles or swaps a value somewhere in the tree. */
    static void mutate(ObjectNode root, Random random) {
        var parents = new ArrayList<JsonNode>();
        collect(root, parents);
        JsonNode parent = parents.get(random.nextInt(parents.size()));
        if (parent.isEmpty()) {
            return;
        }
        JsonNode other = parents.get(random.nextInt(parents.size())).deepCopy();
        JsonNode value =
                switch (random.nextInt(10)) {
                    case 0 -> NODES.nullNode();
                    case 1 -> NODES.numberNode(random.nextLong());
                    case 2 -> NODES.numberNode(random.nextInt(12) - 1);
                    case 3 -> NODES.textNode("");
                    case 4 ->
                        NODES.textNode(List.of("main", "east", "root", "a.root", "mware1", "srv1", "lo")
                                .get(random.nextInt(7)));
                    case 5 -> NODES.booleanNode(random.nextBoolean());
                    case 6 -> NODES.objectNode();
                    case 7 -> NODES.arrayNode();
                    case 8 -> NODES.numberNode(random.nextGaussian() * 1e10);
                    default -> other;
                };
        boolean remove = random.nextInt(3) == 0;
        if (parent instanceof ArrayNode list) {
            int at = random.nextInt(list.size());
            if (remove) {
                list.remove(at);
            } else if (random.nextInt(3) == 0) {
                list.add(list.get(at).deepCopy());
            } else {
                list.set(at, value);
            }
        } else if (parent instanceof ObjectNode object) {
            var keys = new ArrayList<String>();
            object.fieldNames().forEachRemaining(keys::add);
            String key = keys.get(random.nextInt(keys.size()));
            if (remove) {
                object.remove(key);
            } else if (random.nextInt(6) == 0) {
                object.set(key + "x", object.get(key).deepCopy());
            } else {
                object.set(key, value);
            }
        }
    }

    private static void collect(JsonNode node, List<JsonNode> parents) {
        if (node.isContainerNode()) {
            parents.add(node);
            node.forEach(child -> collect(child, parents));
        }
    }
}
