package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A value of a configuration that may be wrong in parts, and where it stands; what cannot be read is left out. */
record Entry(String path, JsonNode node) {

    /** The text under {@code key}, if there is one. */
    Optional<String> text(String key) {
        return Optional.ofNullable(node.path(key).textValue());
    }

    /** The path of {@code key}. */
    String at(String key) {
        return Paths.key(path, key);
    }

    /** The entries of the list under {@code key}. */
    List<Entry> list(String key) {
        JsonNode list = node.path(key);
        var entries = new ArrayList<Entry>(list.size());
        for (int i = 0; list.isArray() && i < list.size(); i++) {
            entries.add(new Entry(Paths.index(at(key), i), list.get(i)));
        }
        return entries;
    }

    /** The texts of the list under {@code key}. */
    List<String> texts(String key) {
        return list(key).stream()
                .filter(entry -> entry.node().isTextual())
                .map(entry -> entry.node().textValue())
                .toList();
    }
}
