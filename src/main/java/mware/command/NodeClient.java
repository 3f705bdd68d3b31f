package mware.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLException;
import mware.Failure;
import mware.core.tls.NodeTrust;
import mware.core.tls.PemFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Asks a running node over its API; a picocli mixin, so that every command that does takes the same options. */
final class NodeClient {

    private static final String DEFAULT = "http://127.0.0.1:8080";
    private static final String SECRET = "MWARE_CLUSTER_SECRET";
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(40);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "the node's API (default: that of the node on --data, else " + DEFAULT + ")")
    private @Nullable String url;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "the node's data folder, with its secret (default: ./data; or the secret in " + SECRET + ")")
    private Path data = Path.of("data");

    /** The node's data folder, which need not be there. */
    Path data() {
        return data;
    }

    /** What the node answers at {@code path}; a {@link Failure} says why it did not. */
    JsonNode get(String path) {
        return ask("GET", path, null);
    }

    /** What the node answers to a POST without a body. */
    JsonNode post(String path) {
        return ask("POST", path, null);
    }

    /** What the node answers to a POST of this JSON. */
    JsonNode post(String path, JsonNode body) {
        return ask("POST", path, body);
    }

    private JsonNode ask(String method, String path, @Nullable JsonNode body) {
        String node = url();
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(node + path))
                    .timeout(ANSWER)
                    .header("Authorization", "Bearer " + secret())
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body)))
                    .build();
            HttpClient client = client(node);
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() / 100 == 2) {
                return MAPPER.readTree(answer.body());
            }
            throw new Failure(node + path + " answers " + answer.statusCode() + ": " + words(answer));
        } catch (IllegalArgumentException e) {
            throw new Failure("--url: must be like " + DEFAULT + ", got " + node, e);
        } catch (HttpTimeoutException e) {
            throw new Failure("the node at " + node + " did not answer in time", e);
        } catch (SSLException e) {
            throw new Failure("the node at " + node + " is not to be trusted: " + Failure.inWords(e), e);
        } catch (ConnectException e) {
            throw new Failure("no node answers at " + node + ": is it running? --url names another", e);
        } catch (IOException e) {
            throw new Failure("the node at " + node + " cannot be asked: " + Failure.inWords(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted", e);
        }
    }

    private static String words(HttpResponse<byte[]> answer) {
        try {
            JsonNode error = MAPPER.readTree(answer.body());
            JsonNode said = error.path("error_message");
            var words = new StringBuilder(said.isTextual() ? said.textValue() : "no reason given");
            JsonNode problems = error.at("/error_details/problems");
            for (int i = 0; problems.size() > 1 && i < problems.size(); i++) {
                words.append("\n  ")
                        .append(problems.get(i).path("path").asText())
                        .append(": ")
                        .append(problems.get(i).path("rule").asText());
            }
            return words.toString();
        } catch (IOException e) {
            return "no reason given";
        }
    }

    /** Over TLS the node is known by the certificate of the node on the data folder, or by the JDK's authorities. */
    private HttpClient client(String node) {
        var client = HttpClient.newBuilder().connectTimeout(CONNECT);
        JsonNode certificate = written("certificate");
        if (node.startsWith("https:") && certificate.isTextual()) {
            Path file = Path.of(certificate.textValue());
            JsonNode trusted = written("trusted");
            client.sslContext(new NodeTrust(
                            () -> PemFiles.certificates(file),
                            trusted.isTextual() ? Path.of(trusted.textValue()) : null)
                    .context());
        }
        return client.build();
    }

    private String url() {
        if (url != null) {
            return url.replaceAll("/+$", "");
        }
        JsonNode written = written("url");
        return written.isTextual() ? written.textValue() : DEFAULT;
    }

    /** What the node on the data folder has written down of itself; missing when none has run there. */
    private JsonNode written(String key) {
        try {
            return MAPPER.readTree(data.resolve("node.json").toFile()).path(key);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private String secret() throws IOException {
        String given = System.getenv(SECRET);
        if (given != null && !given.isBlank()) {
            return given.strip();
        }
        Path file = data.resolve("cluster.secret");
        try {
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .findFirst()
                    .orElseThrow(() -> new Failure(file + " has no secret in it"));
        } catch (NoSuchFileException e) {
            throw new Failure("no " + file + ": --data names the node's data folder, or set " + SECRET, e);
        }
    }
}
