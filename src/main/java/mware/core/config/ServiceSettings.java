package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.jar.JarFile;

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
    static SortedSet<String> keys() {
        URL own = ServiceSettings.class.getResource("/configuration" + ENDING);
        var keys = new TreeSet<String>();
        try {
            if (own == null) {
                return keys;
            }
            if (own.getProtocol().equals("file")) {
                String[] names = new File(new File(own.toURI()).getParentFile(), FOLDER).list();
                for (String name : names == null ? new String[0] : names) {
                    add(FOLDER + name, keys);
                }
                return keys;
            }
            String jar = own.getPath().substring(0, own.getPath().indexOf('!'));
            try (var file = new JarFile(new File(new URI(jar)))) {
                file.stream().forEach(entry -> add(entry.getName(), keys));
            }
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + FOLDER, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("cannot list " + FOLDER, e);
        }
    }

    private static void add(String name, SortedSet<String> keys) {
        if (name.startsWith(FOLDER) && name.endsWith(ENDING)) {
            keys.add(name.substring(FOLDER.length(), name.length() - ENDING.length()));
        }
    }
}
