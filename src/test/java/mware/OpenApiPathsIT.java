package mware;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import mware.core.openapi.OpenApi;
import mware.testing.FreePorts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document and the paths that a running node answers are the same, method by method. */
class OpenApiPathsIT {

    /** Described in words: OpenAPI has no name for LOOKUP, and HEAD and OPTIONS are everywhere. */
    private static final Set<String> NOT_DESCRIBED = Set.of("HEAD", "OPTIONS", "LOOKUP");

    @TempDir
    Path folder;

    @Test
    void the_document_names_what_is_answered_and_nothing_else() throws Exception {
        Map<String, String> keys = new TreeMap<>();
        for (String key : Set.of("zookeeper.port", "syslog-trap.port", "udp-echo.port")) {
            keys.put(key, Integer.toString(FreePorts.next()));
        }
        keys.put("http.address", "127.0.0.1:" + FreePorts.next());
        try (Node node = new Node(folder.resolve("data"), "mware1", null, Path.of("src/main/resources/routes"), keys)) {
            node.start();

            assertThat(described()).isEqualTo(answered(node));
        }
    }

    private static SortedMap<String, SortedSet<String>> answered(Node node) {
        SortedMap<String, SortedSet<String>> answered = new TreeMap<>();
        node.paths().forEach((path, methods) -> {
            SortedSet<String> named = new TreeSet<>(methods);
            named.removeAll(NOT_DESCRIBED);
            answered.put(path, named);
        });
        // the door's own, before any route
        Stream.of("", "/live", "/ready")
                .forEach(health -> answered.put("/observe/health" + health, new TreeSet<>(Set.of("GET"))));
        return answered;
    }

    private static SortedMap<String, SortedSet<String>> described() {
        SortedMap<String, SortedSet<String>> described = new TreeMap<>();
        for (Map.Entry<String, JsonNode> path :
                OpenApi.build("test").path("paths").properties()) {
            SortedSet<String> methods = new TreeSet<>();
            path.getValue().fieldNames().forEachRemaining(name -> {
                if (Set.of("get", "put", "post", "delete", "patch").contains(name)) {
                    methods.add(name.toUpperCase(java.util.Locale.ROOT));
                }
            });
            described.put(path.getKey(), methods);
        }
        return described;
    }
}
