package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Writes docs/configuration.md from the schemas, so that no key, range or default is told in two places. */
final class ConfigurationPage {

    private final StringBuilder page = new StringBuilder();

    private ConfigurationPage() {}

    /** The whole page. */
    static String text() {
        var writer = new ConfigurationPage();
        writer.page
                .append(resource("/config/configuration-page-head.md"))
                .append("\n## The default site, a file to begin with\n\n```json\n")
                .append(new String(DefaultSite.text(), StandardCharsets.UTF_8))
                .append("```\n");
        writer.keys();
        writer.settings();
        return writer.page.toString();
    }

    private void keys() {
        Schema schema = ConfigurationReader.SCHEMA;
        line("", "## The keys", "", "Bold keys are required. At the top stand:", "");
        table();
        for (Map.Entry<String, JsonNode> key : schema.json().path("properties").properties()) {
            row(schema, schema.json(), key.getKey(), key.getValue(), "");
        }
        for (Map.Entry<String, JsonNode> part : schema.json().path("$defs").properties()) {
            if (part.getValue().has("title")) {
                line("", "### " + part.getValue().get("title").asText(), "");
                table();
                rows(schema, part.getValue(), "");
            }
        }
    }

    private void settings() {
        line("", "## The settings of the services", "");
        line("Under `settings`, one object a service; a service that is not named has its defaults.");
        for (String service : ServiceSettings.keys()) {
            Schema schema = ServiceSettings.schema(service).orElseThrow();
            line("", "### `settings." + service + "`", "");
            String words = schema.json()
                    .path("description")
                    .asText(schema.json().path("title").asText());
            line(words.endsWith(".") ? words : words + ".", "");
            table();
            rows(schema, schema.json(), "");
        }
    }

    private void table() {
        line("| Key | Type and range | Default | What it is | Example |", "|---|---|---|---|---|");
    }

    private void rows(Schema schema, JsonNode object, String prefix) {
        for (Map.Entry<String, JsonNode> key : object.path("properties").properties()) {
            row(schema, object, key.getKey(), key.getValue(), prefix);
        }
    }

    private void row(Schema schema, JsonNode object, String name, JsonNode written, String prefix) {
        JsonNode value = schema.follow(written);
        JsonNode entries = schema.follow(value.path("items"));
        boolean required = StreamSupport.stream(object.path("required").spliterator(), false)
                .anyMatch(key -> key.asText().equals(name));
        String key = '`' + prefix + name + '`';
        line("| "
                + String.join(
                        " | ",
                        required ? "**" + key + "**" : key,
                        type(schema, value),
                        code(schema.remark(written, "default")),
                        cell(schema.remark(written, "description").asText()),
                        code(schema.remark(written, "examples").path(0)))
                + " |");
        if (!value.has("title") && value.has("properties")) {
            rows(schema, value, prefix + name + '.');
        } else if (!entries.has("title") && entries.has("properties")) {
            rows(schema, entries, prefix + name + "[].");
        }
    }

    private static String type(Schema schema, JsonNode value) {
        if (value.has("title")) {
            return "object: " + link(value);
        }
        if (value.has("enum")) {
            return StreamSupport.stream(value.get("enum").spliterator(), false)
                    .map(ConfigurationPage::code)
                    .collect(Collectors.joining(", "));
        }
        if (value.has("const")) {
            return code(value.get("const"));
        }
        var words = new ArrayList<String>();
        JsonNode type = value.path("type");
        words.add(
                type.isArray()
                        ? StreamSupport.stream(type.spliterator(), false)
                                .map(JsonNode::asText)
                                .collect(Collectors.joining(" or "))
                        : type.asText("any"));
        range(value, "minimum", "maximum", "").ifPresent(words::add);
        range(value, "x-minimum", "x-maximum", "").ifPresent(words::add);
        range(value, "minLength", "maxLength", " characters").ifPresent(words::add);
        range(value, "minItems", "maxItems", " entries").ifPresent(words::add);
        if (value.has("format")) {
            words.add(value.get("format").asText());
        }
        if (value.has("x-means")) {
            words.add(cell(value.get("x-means").asText()));
        }
        if (value.has("items")) {
            words.add("of " + of(schema, value.get("items")));
        }
        if (value.path("additionalProperties").isObject()) {
            words.add("each " + type(schema, schema.follow(value.get("additionalProperties"))));
        }
        return String.join(", ", words);
    }

    private static String of(Schema schema, JsonNode written) {
        JsonNode entry = schema.follow(written);
        return entry.has("oneOf")
                ? StreamSupport.stream(entry.get("oneOf").spliterator(), false)
                        .map(branch -> type(schema, schema.follow(branch)))
                        .collect(Collectors.joining(" or "))
                : type(schema, entry);
    }

    private static Optional<String> range(JsonNode value, String least, String most, String what) {
        if (!value.has(least) && !value.has(most)) {
            return Optional.empty();
        }
        String from = value.path(least).asText();
        String to = value.path(most).asText();
        String bounds = from.equals(to)
                ? from
                : to.isEmpty() ? from + " or more" : from.isEmpty() ? "up to " + to : from + ".." + to;
        return Optional.of(bounds + what);
    }

    private static String link(JsonNode titled) {
        String title = titled.get("title").asText();
        String anchor =
                title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-');
        return "[" + title + "](#" + anchor + ")";
    }

    private static String code(JsonNode value) {
        return value.isMissingNode() ? "" : "`" + cell(value.toString()) + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private void line(String... lines) {
        for (String line : lines) {
            page.append(line).append('\n');
        }
    }

    private static String resource(String name) {
        try (var in = ConfigurationPage.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
