package mware.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./mware status}: the nodes, the groups, who is active since when and why, and what is wrong. */
@Command(
        name = "status",
        description = "Prints nodes, groups and open deviations; exit code 1 when something does not work.",
        mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {

    private static final String API = "/api/monitor/v1/system/";

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private NodeClient node = new NodeClient();

    @Option(names = "-o", defaultValue = "table", paramLabel = "table|json", description = "how to print it")
    private RouteCommand.Output output = RouteCommand.Output.table;

    @Override
    public Integer call() {
        JsonNode system = node.get(API + "nodes").path("data");
        JsonNode state = node.get(API + "state").path("data");
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (output == RouteCommand.Output.json) {
            ObjectNode all = new ObjectMapper().createObjectNode();
            all.set("nodes", system.path("nodes"));
            all.set("groups", system.path("groups"));
            all.set("state", state);
            out.println(all.toPrettyString());
        } else {
            print(out, system, state);
        }
        out.flush();
        return works(state) ? 0 : 1;
    }

    /** Whether all works; a warning is worth a look, and no failure. */
    static boolean works(JsonNode state) {
        for (JsonNode category : state) {
            for (JsonNode entry : category) {
                if (!entry.path("status").asText().equals("warning")) {
                    return false;
                }
            }
        }
        return true;
    }

    static void print(PrintWriter out, JsonNode system, JsonNode state) {
        List<List<String>> nodes = new ArrayList<>();
        nodes.add(List.of("NODE", "SITE", "SERVER", "GROUP", "ORDER", "STATE", "VERSION", "UPTIME", "API"));
        for (JsonNode one : system.path("nodes")) {
            nodes.add(List.of(
                    text(one, "node"),
                    text(one, "site"),
                    text(one, "server"),
                    text(one, "group"),
                    text(one, "order"),
                    text(one, "state"),
                    text(one, "version"),
                    one.has("uptime_seconds")
                            ? RouteCommand.uptime(Duration.ofSeconds(
                                    one.path("uptime_seconds").asLong()))
                            : "-",
                    text(one, "url")));
        }
        Table.print(out, nodes);
        out.println();
        List<List<String>> groups = new ArrayList<>();
        groups.add(List.of("GROUP", "SITE", "ACTIVE", "SINCE", "EPOCH", "WHY"));
        for (JsonNode one : system.path("groups")) {
            groups.add(List.of(
                    text(one, "group"),
                    text(one, "site"),
                    text(one, "active"),
                    text(one, "active_since"),
                    text(one, "epoch"),
                    text(one, "why")));
        }
        Table.print(out, groups);
        out.println();
        if (state.isEmpty()) {
            out.println("no deviations");
            return;
        }
        List<List<String>> deviations = new ArrayList<>();
        deviations.add(List.of("STATUS", "CATEGORY", "SERVER", "NODE", "SINCE", "REASON"));
        state.properties().forEach(category -> category.getValue()
                .forEach(one -> deviations.add(List.of(
                        text(one, "status"),
                        category.getKey(),
                        text(one, "server"),
                        text(one, "node"),
                        text(one, "since"),
                        text(one, "reason").lines().findFirst().orElse("-")))));
        Table.print(out, deviations);
    }

    private static String text(JsonNode of, String field) {
        String text = of.path(field).isNull() ? "" : of.path(field).asText();
        return text.isEmpty() ? "-" : text;
    }
}
