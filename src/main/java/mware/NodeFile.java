package mware;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import mware.core.http.HttpAddress;
import mware.core.tls.PemFiles;

/** {@code node.json} in the data folder: where the running node answers, for the commands; gone when it has stopped. */
final class NodeFile implements AutoCloseable {

    private final Path file;

    private NodeFile(Path file) {
        this.file = file;
    }

    /**
     * Writes it.
     *
     * @param certificate what the node shows over TLS; empty: plain HTTP
     * @param trusted by what it knows other nodes
     */
    static NodeFile write(
            Path data,
            String node,
            HttpAddress http,
            Optional<PemFiles> certificate,
            Optional<Path> trusted,
            Instant started)
            throws IOException {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("node", node);
        content.put("url", reachable(http).url(certificate.isPresent()));
        certificate.ifPresent(files ->
                content.put("certificate", files.certificate().toAbsolutePath().toString()));
        trusted.ifPresent(file -> content.put("trusted", file.toAbsolutePath().toString()));
        content.put("pid", ProcessHandle.current().pid());
        content.put("version", Mware.version());
        content.put("started_at", started.toString());
        Path file = data.resolve("node.json");
        Path next = data.resolve("node.json.new");
        Files.write(next, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new NodeFile(file);
    }

    /** An address to connect to, for one that may be "all of this machine". */
    static HttpAddress reachable(HttpAddress http) {
        return switch (http.host()) {
            case "0.0.0.0" -> new HttpAddress("127.0.0.1", http.port());
            case "::" -> new HttpAddress("::1", http.port());
            default -> http;
        };
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
