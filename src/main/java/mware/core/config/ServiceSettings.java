package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The schemas of the services' settings: a service that has any adds {@code settings/KEY.schema.json}, nothing else. */
public final class ServiceSettings {

    private static final String FOLDER = "settings/";
    private static final String ENDING = ".schema.json";
    private static final ConcurrentMap<String, Optional<Schema>> SCHEMAS = new ConcurrentHashMap<>();

    private ServiceSettings() {}

    /** The schema of a service's settings; empty when no service has that key. */
    static Optional<Schema> schema(String key) {
        if (!key.matches("[a-z][a-z0-9_]*")) {
            return Optional.empty();
        }
        return SCHEMAS.computeIfAbsent(key, name -> Schema.resource('/' + FOLDER + name + ENDING));
    }

    /** The settings as given, with the service's defaults for what is not given. */
    static JsonNode filled(String key, JsonNode given) {
        JsonNode object = given.isMissingNode() ? JsonNodeFactory.instance.objectNode() : given;
        return schema(key).map(schema -> schema.filled(object)).orElse(object);
    }

    /** The keys of all services that have settings. */
    public static SortedSet<String> keys() {
        return ResourceFolder.names(FOLDER, ENDING);
    }

    /** The errors in the settings of a service; of a key that no service has, that it is not known. */
    public static List<Problem> errors(String key, JsonNode settings) {
        var problems = new Problems();
        schema(key)
                .ifPresentOrElse(
                        schema -> schema.checkSettings(settings, "", problems),
                        () -> problems.error("", "is not a known key" + Nearest.clause(key, keys())));
        return problems.all().stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .toList();
    }
}
