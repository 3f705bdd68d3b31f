package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mware.core.config.Problem.Severity;

/** Reads a configuration and says everything that is wrong with it, in one go. */
public final class ConfigurationReader {

    static final Schema SCHEMA = Schema.resource("/configuration.schema.json").orElseThrow();

    private static final List<String> SECTIONS =
            List.of("sites", "servers", "domains", "roles", "structure", "settings");
    private static final int LARGEST = 32 << 20; // 10 000 domains take 1 MiB
    private static final Pattern ROLE = Pattern.compile("roles\\[(\\d+)](\\.pg_controller\\b)?.*", Pattern.DOTALL);

    private ConfigurationReader() {}

    /**
     * What a configuration text is worth.
     *
     * @param configuration empty when an error is among the problems
     * @param problems errors and warnings in the order of the file's sections
     */
    public record Checked(Optional<Configuration> configuration, List<Problem> problems) {

        /** The configuration, or {@link ConfigurationRefused} with all problems. */
        public Configuration orRefuse() {
            return configuration.orElseThrow(() -> new ConfigurationRefused(problems));
        }
    }

    /** Reads and checks a file; throws {@link IOException} when it cannot be read at all. */
    public static Checked read(Path file) throws IOException {
        return read(text(file));
    }

    /** The text of a file, unchecked but for its size. */
    public static byte[] text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] text = in.readNBytes(LARGEST + 1);
            if (text.length > LARGEST) {
                throw new IOException("it is larger than " + (LARGEST >> 20) + " MiB");
            }
            return text;
        }
    }

    /** Reads and checks a text; never throws, whatever it holds. */
    public static Checked read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads and checks a text in UTF-8; never throws, whatever it holds. */
    public static Checked read(byte[] text) {
        var problems = new Problems();
        Optional<JsonNode> root = JsonText.parse(text, problems);
        root.ifPresent(json -> check(json, problems));
        boolean refused = problems.all().stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
        return new Checked(
                refused ? Optional.empty() : root.map(ConfigurationBuilder::build), problems.inOrder(SECTIONS));
    }

    /** The JSON of a text as people write it, comments and trailing commas left out; empty when it is not JSON. */
    public static Optional<JsonNode> json(byte[] text) {
        return JsonText.parse(text, new Problems());
    }

    /** Whether the role of that name stands in an unchecked configuration as enabled, and in this group. */
    public static boolean hasRole(JsonNode root, String name, int group) {
        for (JsonNode role : root.path("roles")) {
            if (role.path("name").asText().equals(name) && isEnabled(role)) {
                return role.path("group").asInt() == group;
            }
        }
        return false;
    }

    private static void check(JsonNode root, Problems problems) {
        var found = new Problems();
        SCHEMA.check(root, "", found);
        found.all().stream()
                .flatMap(problem -> asRolesHaveIt(root, problem).stream())
                .forEach(problems::add);
        CrossChecks.check(root, new Broken(problems.all()), problems);
        settings(root.path("settings"), problems);
        placeholders(root, "", problems);
    }

    /** A role that is not enabled takes no part; a wrong pg_controller is left out later and only warned of here. */
    private static Optional<Problem> asRolesHaveIt(JsonNode root, Problem problem) {
        Matcher role = ROLE.matcher(problem.path());
        if (!role.matches()) {
            return Optional.of(problem);
        }
        if (!isEnabled(root.path("roles").path(Integer.parseInt(role.group(1))))) {
            return Optional.empty();
        }
        return Optional.of(role.group(2) == null ? problem : problem.asWarning());
    }

    static boolean isEnabled(JsonNode role) {
        return role.path("enabled").asBoolean(true);
    }

    private static void settings(JsonNode settings, Problems problems) {
        if (!settings.isObject()) {
            return;
        }
        for (Map.Entry<String, JsonNode> service : settings.properties()) {
            String path = Paths.key("settings", service.getKey());
            ServiceSettings.schema(service.getKey())
                    .ifPresentOrElse(
                            schema -> schema.checkSettings(service.getValue(), path, problems),
                            () -> problems.error(
                                    path,
                                    "is not a known key" + Nearest.clause(service.getKey(), ServiceSettings.keys())));
        }
    }

    private static void placeholders(JsonNode value, String path, Problems problems) {
        if (value.isTextual()) {
            Placeholders.missing(value.textValue())
                    .forEach(reason -> problems.warning(path, "cannot be filled in on this machine: " + reason));
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                if (!path.equals("roles") || isEnabled(value.get(i))) {
                    placeholders(value.get(i), Paths.index(path, i), problems);
                }
            }
        } else if (value instanceof ObjectNode object) {
            object.properties()
                    .forEach(entry -> placeholders(entry.getValue(), Paths.key(path, entry.getKey()), problems));
        }
    }
}
