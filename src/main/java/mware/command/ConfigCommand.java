package mware.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import mware.Failure;
import mware.core.config.ConfigurationReader;
import mware.core.config.Problem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./mware config get|set|history|rollback}: the configuration of a running site. */
@Command(
        name = "config",
        description = "Shows, changes and rolls back the configuration of a running site.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(get | set FILE | history | rollback [VERSION])")
public final class ConfigCommand implements Runnable {

    private static final String API = "/rest/v1/master/configurations";
    private static final String HEADS = API + "?limit=1000&mask=id,name,state,opts,ext";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(command().commandLine(), "say get, set, history or rollback");
    }

    /** Which one is meant; the active one when nothing is said. */
    static final class Which {
        @Option(names = "--version", paramLabel = "N", description = "that version")
        private @Nullable Long version;

        @Option(
                names = "--id",
                paramLabel = "ID",
                description = "the one of that id, which may never have been in force")
        private @Nullable String id;
    }

    /** Prints a configuration, its secrets masked. */
    @Command(name = "get", description = "Prints the active configuration, or another one; secrets are masked.")
    int get(
            @Mixin NodeClient node,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this help message and exit.")
                    boolean help,
            @ArgGroup @Nullable Which which,
            @Option(
                            names = "-o",
                            defaultValue = "table",
                            paramLabel = "table|json",
                            description = "table: the configuration as a file to edit; json: with its history")
                    RouteCommand.Output output) {
        String id = which == null
                ? text(one(heads(node), is("active"), "no configuration is active"), "id")
                : which.id == null ? version(heads(node), Objects.requireNonNull(which.version)) : which.id;
        JsonNode whole = node.get(API + "/" + id);
        return print(output == RouteCommand.Output.json ? whole : whole.path("content"));
    }

    /** Saves, validates and applies; exit code 1 when the configuration has errors. */
    @Command(
            name = "set",
            description = "Saves a configuration, checks it and puts it in force on all nodes.",
            mixinStandardHelpOptions = true)
    int set(
            @Mixin NodeClient node,
            @Parameters(paramLabel = "FILE", description = "JSON with comments and trailing commas; *** keeps a secret")
                    Path file,
            @Option(names = "--reason", paramLabel = "TEXT", description = "why, for the history") @Nullable
                    String reason,
            @Option(
                            names = "--base",
                            paramLabel = "VERSION",
                            description = "the version whose secrets *** stands for (default: the active one)")
                    @Nullable
                    String base,
            @Option(names = "-o", defaultValue = "table", paramLabel = "table|json", description = "how to print it")
                    RouteCommand.Output output) {
        ObjectNode made = JsonNodeFactory.instance.objectNode();
        made.put("name", String.valueOf(file.getFileName()));
        made.set("content", content(file));
        made.putObject("opts").put("comment", reason == null ? "" : reason);
        if (base != null) {
            made.put("base", base);
        }
        String path = API + "/" + text(node.post(API, made), "id");
        JsonNode checked = node.post(path + "/validate");
        boolean failed = text(checked, "state").equals("failed");
        if (output == RouteCommand.Output.table) {
            tell("error", checked.at("/ext/errors"));
            tell("warning", checked.at("/ext/warnings"));
        }
        if (failed) {
            if (output == RouteCommand.Output.json) {
                print(head(checked));
            } else {
                say(file + ": not applied; kept as " + text(checked, "id"));
            }
            return 1;
        }
        return told(node.post(path + "/apply", why(reason)), output);
    }

    /** Prints all configurations that are kept, the newest first. */
    @Command(
            name = "history",
            description = "Lists the configurations that are kept: which was in force when, by whom and why.",
            mixinStandardHelpOptions = true)
    int history(
            @Mixin NodeClient node,
            @Option(names = "-o", defaultValue = "table", paramLabel = "table|json", description = "how to print it")
                    RouteCommand.Output output) {
        List<JsonNode> all = heads(node);
        if (output == RouteCommand.Output.json) {
            return print(JsonNodeFactory.instance.arrayNode().addAll(all));
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("VERSION", "STATE", "SINCE", "UNTIL", "SAVED BY", "APPLIED BY", "REASON", "ID"));
        for (JsonNode one : all) {
            JsonNode ext = one.path("ext");
            rows.add(List.of(
                    text(ext, "version"),
                    text(one, "state"),
                    text(ext, "activation_time"),
                    text(ext, "deactivation_time"),
                    text(ext, "author"),
                    text(ext, "applied_by"),
                    text(ext, "reason"),
                    text(one, "id")));
        }
        PrintWriter out = command().commandLine().getOut();
        Table.print(out, rows);
        out.flush();
        return 0;
    }

    /** Puts an older configuration in force again. */
    @Command(
            name = "rollback",
            description = "Puts an older version in force again; without VERSION, the one before the present one.",
            mixinStandardHelpOptions = true)
    int rollback(
            @Mixin NodeClient node,
            @Parameters(arity = "0..1", paramLabel = "VERSION", description = "see history") @Nullable Long version,
            @Option(names = "--reason", paramLabel = "TEXT", description = "why, for the history") @Nullable
                    String reason,
            @Option(names = "-o", defaultValue = "table", paramLabel = "table|json", description = "how to print it")
                    RouteCommand.Output output) {
        List<JsonNode> all = heads(node);
        String id = version == null ? text(before(all), "id") : version(all, version);
        return told(node.post(API + "/" + id + "/apply", why(reason == null ? "rolled back" : reason)), output);
    }

    private static JsonNode content(Path file) {
        byte[] text;
        try {
            text = ConfigurationReader.text(file);
        } catch (IOException e) {
            throw Failure.wrongUse("cannot read " + file + ": " + Failure.unread(e), e);
        }
        return ConfigurationReader.json(text)
                .orElseThrow(() -> new Failure(ConfigurationReader.read(text).problems().stream()
                        .map(Problem::message)
                        .findFirst()
                        .orElse(file + " is not JSON")));
    }

    private static ObjectNode why(@Nullable String reason) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        return reason == null ? body : body.put("reason", reason);
    }

    private int told(JsonNode applied, RouteCommand.Output output) {
        if (output == RouteCommand.Output.json) {
            return print(head(applied));
        }
        say("version " + applied.at("/ext/version").asText() + " is active since "
                + applied.at("/ext/activation_time").asText());
        return 0;
    }

    private static JsonNode head(JsonNode whole) {
        ObjectNode head = whole.deepCopy();
        head.remove("content");
        return head;
    }

    private void tell(String severity, JsonNode problems) {
        problems.forEach(problem ->
                say("%-8s %s".formatted(severity, problem.path("message").asText())));
    }

    /** All that are kept, the newest first, without their contents. */
    private static List<JsonNode> heads(NodeClient node) {
        return StreamSupport.stream(node.get(HEADS).spliterator(), false)
                .sorted(Comparator.comparing(
                                (JsonNode one) -> !text(one, "state").equals("active"))
                        .thenComparing(
                                one -> Optional.of(text(one.path("ext"), "activation_time"))
                                        .filter(time -> !time.equals("-"))
                                        .orElse(text(one.path("ext"), "ct")),
                                Comparator.reverseOrder()))
                .toList();
    }

    private static Predicate<JsonNode> is(String state) {
        return one -> text(one, "state").equals(state);
    }

    private static JsonNode one(List<JsonNode> all, Predicate<JsonNode> wanted, String otherwise) {
        return all.stream().filter(wanted).findFirst().orElseThrow(() -> new Failure(otherwise));
    }

    private static String version(List<JsonNode> all, long version) {
        return text(
                one(
                        all,
                        each -> each.at("/ext/version").asLong(-1) == version,
                        "there is no version " + version + ": ./mware config history lists those that are kept"),
                "id");
    }

    /** The one that was in force last before the present one. */
    static JsonNode before(List<JsonNode> all) {
        return all.stream()
                .filter(is("archived"))
                .max(Comparator.comparing(one -> text(one.path("ext"), "deactivation_time")))
                .orElseThrow(() -> new Failure("there is no former version to roll back to"));
    }

    private static String text(JsonNode of, String field) {
        JsonNode value = of.path(field);
        return value.isNull() || value.asText().isEmpty() ? "-" : value.asText();
    }

    private int print(JsonNode json) {
        say(json.toPrettyString());
        return 0;
    }

    private void say(String line) {
        PrintWriter out = command().commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private CommandSpec command() {
        return Objects.requireNonNull(spec);
    }
}
