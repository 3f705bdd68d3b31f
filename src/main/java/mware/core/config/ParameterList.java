package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A list among the parameters of a role, read entry by entry: one that is wrong says so, the others stay usable. */
public final class ParameterList {

    private ParameterList() {}

    /**
     * One entry.
     *
     * @param path where it stands, such as {@code pg_controller[0]}
     * @param json the entry with the defaults of what it does not give
     * @param problems what the schema has against it, secrets masked; empty when it is right
     */
    public record Entry(String path, JsonNode json, List<Problem> problems) {
        public Entry {
            problems = List.copyOf(problems);
        }
    }

    /** The entries of {@code list}, which is the parameter of that name; none where it is no list. */
    public static List<Entry> read(String parameter, JsonNode list) {
        String pointer = "/$defs/mware/properties/" + parameter + "/items";
        var entries = new ArrayList<Entry>();
        for (int i = 0; list.isArray() && i < list.size(); i++) {
            String path = Paths.index(parameter, i);
            var problems = new Problems();
            ConfigurationReader.SCHEMA.checkBelow(pointer, list.get(i), path, problems);
            entries.add(new Entry(path, ConfigurationReader.SCHEMA.filledBelow(pointer, list.get(i)), problems.all()));
        }
        return entries;
    }
}
