package mware.core.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import mware.testing.Peers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document that a packaged node serves, in the eyes of public validators. */
class OpenApiIT {

    private static final String SECRET = "a-secret-for-one-test";
    private static final Path PEERS = Path.of("target/peers/node_modules");

    @TempDir
    static Path folder;

    private static MwareNode node;
    private static HttpResponse<byte[]> served;

    @BeforeAll
    static void start() throws Exception {
        node = MwareNode.in(folder)
                .http()
                .set("cluster.secret", SECRET)
                .set("zookeeper.port", FreePorts.next())
                .set("syslog-trap.port", FreePorts.next())
                .set("udp-echo.port", FreePorts.next())
                .start()
                .awaitHealthy();
        served = get("GET", Map.of());
        Files.write(folder.resolve("openapi.json"), served.body());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void a_schema_validator_accepts_it() {
        Path peer = Peers.needFile(
                PEERS.resolve("@seriousme/openapi-schema-validator/bin/validate-api-cli.js"),
                "run src/test/peers/install");

        String said = Command.run(
                "node", peer.toString(), folder.resolve("openapi.json").toString());

        assertThat(said).contains("\"valid\": true");
    }

    @Test
    void a_reader_of_documents_finds_every_part_that_is_referred_to() {
        Peers.needFile(PEERS.resolve("@apidevtools/swagger-parser/package.json"), "run src/test/peers/install");
        String script = "import('@apidevtools/swagger-parser').then(m => m.default.validate('"
                + folder.resolve("openapi.json") + "')).then(d => console.log('valid ' + Object.keys(d.paths).length))";

        var said = Command.attempt(
                "", List.of("sh", "-c", "cd target/peers && node --input-type=module -e \"" + script + "\""));

        assertThat(said.output()).matches("(?s)valid \\d+\\s*");
    }

    @Test
    void every_operation_has_a_name_of_its_own_a_summary_limits_and_its_errors() throws Exception {
        JsonNode document = new ObjectMapper().readTree(served.body());
        var names = new TreeSet<String>();
        List<String> wrong = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(entry -> {
                    if (entry.getKey().equals("parameters")) {
                        return;
                    }
                    JsonNode operation = entry.getValue();
                    String what = entry.getKey() + " " + path.getKey();
                    if (!names.add(operation.path("operationId").asText())) {
                        wrong.add(what + ": operationId "
                                + operation.path("operationId").asText() + " stands twice");
                    }
                    if (operation.path("summary").asText().isEmpty()
                            || operation.path("tags").isEmpty()) {
                        wrong.add(what + ": no summary or tag");
                    }
                    if (operation.path("responses").path("400").isMissingNode()) {
                        wrong.add(what + ": does not say 400");
                    }
                    operation.path("parameters").forEach(parameter -> {
                        JsonNode at = parameter.has("$ref")
                                ? document.at(parameter.get("$ref").asText().substring(1))
                                : parameter;
                        JsonNode schema = at.path("schema");
                        boolean limited = at.has("content")
                                || schema.has("maxLength")
                                || schema.has("maximum")
                                || schema.has("enum")
                                || schema.path("type").asText().equals("boolean");
                        if (!limited || at.path("description").asText().isEmpty()) {
                            wrong.add(what + ": parameter " + at.path("name").asText() + " has no limits or no words");
                        }
                    });
                }));

        assertThat(wrong).isEmpty();
    }

    @Test
    void it_is_kept_by_whoever_has_it_and_packed_for_whoever_asks() throws Exception {
        String tag = served.headers().firstValue("ETag").orElseThrow();

        assertThat(get("GET", Map.of("If-None-Match", "\"other\", " + tag)).statusCode())
                .isEqualTo(304);
        assertThat(get("GET", Map.of("If-None-Match", "\"other\"")).statusCode())
                .isEqualTo(200);
        var packed = get("GET", Map.of("Accept-Encoding", "br, gzip"));
        assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes())
                .isEqualTo(served.body());
        assertThat(packed.body().length).isLessThan(served.body().length / 4);
        assertThat(get("HEAD", Map.of()).headers().firstValue("ETag")).hasValue(tag);
        assertThat(node.get("/openapi.json")).contains("not_authenticated");
    }

    private static HttpResponse<byte[]> get(String method, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + node.httpAddress() + "/openapi.json"))
                .header("Authorization", "Bearer " + SECRET)
                .method(method, HttpRequest.BodyPublishers.noBody());
        headers.forEach(request::header);
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
