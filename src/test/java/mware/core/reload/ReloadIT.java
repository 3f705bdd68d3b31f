package mware.core.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Route files of the packaged product, changed while it runs as the active node of its group. */
@Tag("long")
class ReloadIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private Path routes;
    private MwareNode node;

    @BeforeEach
    void start() throws IOException {
        routes = Files.createDirectory(folder.resolve("routes"));
        save("OneRoutes.java", ticks("OneRoutes", "one", "first"));
        node = MwareNode.in(folder)
                .http()
                .routes(routes)
                .set("zookeeper.port", FreePorts.next())
                .start()
                .awaitHealthy();
        await().atMost(PATIENCE).until(() -> logged("one", "first") > 0);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void a_service_goes_on_while_its_file_is_broken_mended_renamed_and_others_come_and_go() throws IOException {
        save("OneRoutes.java", ticks("OneRoutes", "one", "second"));
        await().atMost(PATIENCE).until(() -> logged("one", "second") > 0);
        assertThat(mware(0, "route", "list", "-o", "json").at("/routes/0/state").asText())
                .isEqualTo("started");

        save("OneRoutes.java", ticks("OneRoutes", "one", "third").replace("log(", "lgo("));
        await().atMost(PATIENCE).until(() -> node.health().contains("OneRoutes.java:"));
        assertThat(mware(1, "route", "list", "-o", "json")
                        .at("/failures/0/message")
                        .asText())
                .startsWith("OneRoutes.java:9: ")
                .contains("lgo");
        long ticks = logged("one", "second");
        await().atMost(PATIENCE).until(() -> logged("one", "second") > ticks);

        save("TwoRoutes.java", ticks("TwoRoutes", "two", "added"));
        await().atMost(PATIENCE).until(() -> logged("two", "added") > 0);

        save("OneRoutes.java", ticks("OneRoutes", "one", "fourth"));
        await().atMost(PATIENCE).until(() -> logged("one", "fourth") > 0);
        await().atMost(PATIENCE).until(node::isHealthy);

        save("UnoRoutes.java", ticks("UnoRoutes", "one", "fifth"));
        Files.delete(routes.resolve("OneRoutes.java"));
        await().atMost(PATIENCE).until(() -> logged("one", "fifth") > 0);
        await().atMost(PATIENCE).until(node::isHealthy);

        Files.delete(routes.resolve("TwoRoutes.java"));
        await().atMost(PATIENCE)
                .until(() ->
                        mware(0, "route", "list", "-o", "json").path("routes").size() == 1);

        assertThat(logged("one", "third")).isZero();
        assertThat(node.isHealthy()).isTrue();
    }

    @Test
    void an_operator_reloads_a_file_that_has_not_changed_and_hears_of_one_that_is_not_there() {
        assertThat(mware(0, "route", "reload", "OneRoutes.java", "-o", "json").path("failures"))
                .isEmpty();

        assertThat(say("route", "reload", "NoRoutes.java"))
                .isEqualTo(
                        new Command.Result(
                                1,
                                "mware: http://" + node.httpAddress()
                                        + "/api/routes/v1/reload?file=NoRoutes.java answers 404: no route file NoRoutes.java\n"));
    }

    private JsonNode mware(int exitCode, String... words) {
        Command.Result said = say(words);
        assertThat(said.exitCode()).as(said.output()).isEqualTo(exitCode);
        try {
            return new ObjectMapper().readTree(said.output());
        } catch (IOException e) {
            throw new UncheckedIOException(said.output(), e);
        }
    }

    private Command.Result say(String... words) {
        Path dist = Path.of(System.getProperty("mware.dist", "target/mware")).toAbsolutePath();
        List<String> command = new ArrayList<>(
                List.of(System.getProperty("java.home") + "/bin/java", "-cp", dist + "/lib/*", "mware.Mware"));
        command.addAll(List.of(words));
        command.addAll(List.of(
                "--url", "http://" + node.httpAddress(), "--data", node.data().toString()));
        return Command.attempt("", command);
    }

    private void save(String file, String text) throws IOException {
        Files.writeString(routes.resolve(file), text);
    }

    /** How often {@code service} has said {@code what} in its log. */
    private long logged(String service, String what) {
        try (Stream<Path> files = Files.walk(node.data().resolve("log"))) {
            long count = 0;
            for (Path file : files.filter(each -> each.getParent().endsWith(service))
                    .filter(Files::isRegularFile)
                    .toList()) {
                count += Files.readString(file)
                        .lines()
                        .filter(line -> line.endsWith(what))
                        .count();
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String ticks(String type, String service, String says) {
        return """
                package routes;

                import mware.core.cluster.ServiceRoutes;

                public final class %1$s extends ServiceRoutes {
                    @Override
                    public void configure() {
                        onActiveNode("%2$s", "timer:%2$s?period=50&delay=0")
                            .log("%3$s");
                    }
                }
                """
                .formatted(type, service, says);
    }
}
