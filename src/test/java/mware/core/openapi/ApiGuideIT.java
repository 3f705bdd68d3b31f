package mware.core.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import mware.testing.Peers;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/api.md do what the page says, one after the other, on a node that has just been started. */
class ApiGuideIT {

    private static final Pattern BLOCK = Pattern.compile("(?s)```sh\\n(.*?)```\\n(?:```json\\n(.*?)```\\n)?");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    /** Commands, and what the page says that they answer: JSON values, each on lines of its own. */
    private record Step(String commands, String expected) {}

    @Test
    void the_page_says_what_the_node_answers() throws Exception {
        Peers.need("curl", "curl");
        Peers.need("jq", "jq");
        List<Step> steps = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("docs/api.md")));
        while (blocks.find()) {
            steps.add(new Step(blocks.group(1), blocks.group(2) == null ? "" : blocks.group(2)));
        }
        assertThat(steps).hasSizeGreaterThan(15);
        try (MwareNode node = MwareNode.in(folder)
                .http()
                .set("zookeeper.port", FreePorts.next())
                .set("syslog-trap.port", FreePorts.next())
                .set("udp-echo.port", FreePorts.next())
                .start()
                .awaitHealthy()) {
            String logIn = steps.get(1).commands().replace("127.0.0.1:8080", node.httpAddress());
            Awaitility.await() // a node on a busy machine may say 503 at first: the page does not try again
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Command.attempt("", List.of("bash", "-c", "cd " + folder + "\n" + logIn))
                            .output()
                            .contains("\"type\":\"session\""));
            List<String> answers = run(steps, node.httpAddress());

            assertThat(answers).hasSameSizeAs(steps);
            for (int i = 0; i < steps.size(); i++) {
                compare(steps.get(i), answers.get(i));
            }
        }
    }

    /** What each step said; all of them in one shell, since later ones use what earlier ones have set. */
    private List<String> run(List<Step> steps, String address) throws Exception {
        StringBuilder script = new StringBuilder("cd " + folder + "\n");
        for (int i = 0; i < steps.size(); i++) {
            script.append("exec >").append(folder.resolve("step" + i)).append(" 2>&1\n");
            script.append(steps.get(i).commands().replace("127.0.0.1:8080", address))
                    .append('\n');
        }
        Command.feed(script + "exit 0\n", "bash", "-s");
        List<String> said = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            said.add(Files.readString(folder.resolve("step" + i)));
        }
        return said;
    }

    private static void compare(Step step, String said) throws Exception {
        if (step.expected().isEmpty()) {
            return;
        }
        List<JsonNode> wanted = values(step.expected());
        List<JsonNode> given;
        try {
            given = values(said);
        } catch (RuntimeException e) {
            throw new AssertionError(step.commands() + "\nsaid no JSON:\n" + said, e);
        }
        assertThat(given).as(step.commands() + "\nsaid:\n" + said).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            String wrong = difference("", wanted.get(i), given.get(i));
            assertThat(wrong).as(step.commands() + "\nsaid:\n" + said).isEmpty();
        }
    }

    private static List<JsonNode> values(String text) throws Exception {
        try (MappingIterator<JsonNode> all = JSON.readerFor(JsonNode.class).readValues(text)) {
            return all.readAll();
        }
    }

    /** Where {@code given} lacks something of {@code wanted}; more is fine, and "..." stands for anything. */
    private static String difference(String path, JsonNode wanted, JsonNode given) {
        if (wanted.asText().equals("...")) {
            return given.isMissingNode() ? path + " is not there" : "";
        }
        if (wanted.isObject()) {
            Stream<Map.Entry<String, JsonNode>> fields = wanted.properties().stream();
            return fields.map(field ->
                            difference(path + "/" + field.getKey(), field.getValue(), given.path(field.getKey())))
                    .filter(wrong -> !wrong.isEmpty())
                    .findFirst()
                    .orElse(wanted.isEmpty() && !given.isEmpty() ? path + " is not empty" : "");
        }
        if (wanted.isArray()) {
            if (wanted.size() != given.size()) {
                return path + " has " + given.size() + " entries, not " + wanted.size();
            }
            for (int i = 0; i < wanted.size(); i++) {
                String wrong = difference(path + "/" + i, wanted.get(i), given.get(i));
                if (!wrong.isEmpty()) {
                    return wrong;
                }
            }
            return "";
        }
        return wanted.equals(given) ? "" : path + " is " + given + ", not " + wanted;
    }
}
