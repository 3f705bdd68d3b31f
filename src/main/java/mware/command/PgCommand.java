package mware.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./mware pg list|check|switchover|failover|reinit|pause|resume|history}: the pairs of PostgreSQL servers. */
@Command(
        name = "pg",
        description = "Shows the pairs of PostgreSQL servers, and asks for changes of their masters.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(list | check | switchover | failover | reinit | pause | resume | cancel | history)")
public final class PgCommand implements Runnable {

    private static final String GROUPS = "/api/pg/v1/groups";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "say list, check, switchover, failover, reinit, pause, resume, cancel or history");
    }

    /** The pair that is meant, the node that is asked, and how the answer is printed. */
    static final class Of {
        @Mixin
        private NodeClient node = new NodeClient();

        @Parameters(index = "0", paramLabel = "GROUP", description = "key of the pair")
        private String group = "";

        @Option(names = "-o", defaultValue = "table", paramLabel = "table|json", description = "how to print it")
        private RouteCommand.Output output = RouteCommand.Output.table;

        private String path(String more) {
            return GROUPS
                    + '/'
                    + URLEncoder.encode(group, StandardCharsets.UTF_8).replace("+", "%20")
                    + more;
        }
    }

    @Command(
            name = "list",
            description = "Prints all pairs, and what comes next; exit code 1 when one has no master or no standby.",
            mixinStandardHelpOptions = true)
    int list(
            @Mixin NodeClient node,
            @Option(names = "-o", defaultValue = "table", paramLabel = "table|json", description = "how to print it")
                    RouteCommand.Output output) {
        JsonNode answer = node.get(GROUPS);
        boolean well = answer.path("problems").isEmpty();
        for (JsonNode group : answer.path("groups")) {
            well &= group.path("state").asText().startsWith("healthy");
        }
        PrintWriter out = out();
        if (output == RouteCommand.Output.json) {
            out.println(answer.toPrettyString());
        } else {
            List<JsonNode> groups = new ArrayList<>();
            answer.path("groups").forEach(groups::add);
            print(out, groups);
            answer.path("problems").forEach(problem -> out.println("LEFT OUT " + problem.asText()));
        }
        out.flush();
        return well ? 0 : 1;
    }

    @Command(
            name = "check",
            description =
                    "Asks both servers for all that would stop a failover or a rejoin; exit code 1 when there is any.",
            mixinStandardHelpOptions = true)
    int check(@Mixin Of of) {
        JsonNode answer = of.node.get(of.path("/check"));
        boolean errors = false;
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("LEVEL", "SERVER", "WHAT", "FIX"));
        for (JsonNode finding : answer.path("findings")) {
            errors |= finding.path("error").asBoolean();
            rows.add(List.of(
                    finding.path("error").asBoolean() ? "error" : "warning",
                    text(finding, "server"),
                    text(finding, "what"),
                    text(finding, "fix")));
        }
        print(of, answer, rows.size() == 1 ? List.of(List.of("nothing found")) : rows);
        return errors ? 1 : 0;
    }

    @Command(
            name = "switchover",
            description = "Makes the standby the master without losing a row.",
            mixinStandardHelpOptions = true)
    int switchover(
            @Mixin Of of,
            @Option(names = "--to", paramLabel = "SERVER", description = "the new master (default: the standby)")
                    @Nullable
                    String to,
            @Option(names = "--at", paramLabel = "TIME", description = "not before, such as 2026-01-31T03:00:00Z")
                    @Nullable
                    String at,
            @Option(names = "--dry-run", description = "only say what would be done and what speaks against it")
                    boolean dryRun,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the history") @Nullable String reason) {
        ObjectNode body = body(reason);
        if (to != null) {
            body.put("to", to);
        }
        if (at != null) {
            body.put("at", at);
        }
        body.put("dry_run", dryRun);
        if (!dryRun) {
            return ask(of, "/switchover", body);
        }
        JsonNode answer = of.node.post(of.path("/switchover"), body);
        boolean free = answer.path("obstacle").isNull();
        print(
                of,
                answer,
                List.of(
                        List.of("would", answer.path("would").asText()),
                        List.of(
                                "obstacle",
                                free ? "none" : answer.path("obstacle").asText())));
        return free ? 0 : 1;
    }

    @Command(
            name = "failover",
            description = "Makes a server the master although rows may be lost.",
            mixinStandardHelpOptions = true)
    int failover(
            @Mixin Of of,
            @Option(names = "--to", required = true, paramLabel = "SERVER", description = "the new master") String to,
            @Option(names = "--force", required = true, description = "yes, rows may be lost") boolean force,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "for the history")
                    String reason) {
        return ask(of, "/failover", body(reason).put("to", to).put("force", force));
    }

    @Command(
            name = "reinit",
            description = "Makes a server a new copy of the master; its old data is moved to the backup folder.",
            mixinStandardHelpOptions = true)
    int reinit(
            @Mixin Of of,
            @Option(
                            names = "--server",
                            required = true,
                            paramLabel = "SERVER",
                            description = "the one that is copied to")
                    String server,
            @Option(names = "--force", description = "even if it is a master or holds another cluster") boolean force,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the history") @Nullable String reason) {
        return ask(of, "/reinit", body(reason).put("server", server).put("force", force));
    }

    @Command(name = "pause", description = "Stops all action for a pair.", mixinStandardHelpOptions = true)
    int pause(
            @Mixin Of of,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the others") @Nullable String reason) {
        return ask(of, "/pause", body(reason));
    }

    @Command(name = "resume", description = "Ends a pause.", mixinStandardHelpOptions = true)
    int resume(@Mixin Of of) {
        return ask(of, "/resume", body(null));
    }

    @Command(
            name = "cancel",
            description = "Takes back what was asked for and is not begun.",
            mixinStandardHelpOptions = true)
    int cancel(@Mixin Of of) {
        return ask(of, "/cancel", body(null));
    }

    @Command(
            name = "history",
            description = "Prints what was done for a pair and why, oldest first.",
            mixinStandardHelpOptions = true)
    int history(@Mixin Of of) {
        JsonNode answer = of.node.get(of.path("/history"));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("TIME", "RULE", "STEP", "OUTCOME", "REASON"));
        answer.path("history")
                .forEach(one -> rows.add(List.of(
                        text(one, "time"),
                        text(one, "rule"),
                        text(one, "step"),
                        text(one, "outcome"),
                        text(one, "reason"))));
        print(of, answer, rows);
        return 0;
    }

    private int ask(Of of, String what, ObjectNode body) {
        JsonNode answer = of.node.post(of.path(what), body);
        PrintWriter out = out();
        if (of.output == RouteCommand.Output.json) {
            out.println(answer.toPrettyString());
        } else {
            print(out, List.of(answer));
        }
        out.flush();
        return 0;
    }

    private static ObjectNode body(@Nullable String reason) {
        ObjectNode body = JSON.createObjectNode();
        return reason == null ? body : body.put("reason", reason);
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private void print(Of of, JsonNode answer, List<List<String>> rows) {
        PrintWriter out = out();
        if (of.output == RouteCommand.Output.json) {
            out.println(answer.toPrettyString());
        } else {
            Table.print(out, rows);
        }
        out.flush();
    }

    static void print(PrintWriter out, List<JsonNode> groups) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("GROUP", "STATE", "SERVER", "ROLE", "TIMELINE", "LSN", "LAG", "SSH"));
        for (JsonNode group : groups) {
            for (JsonNode server : group.path("servers")) {
                rows.add(List.of(
                        text(group, "group"),
                        text(group, "state"),
                        text(server, "server"),
                        text(server, "role"),
                        text(server, "timeline"),
                        text(server, "lsn"),
                        text(server, "lag"),
                        server.path("ssh").asBoolean() ? "yes" : "no"));
            }
        }
        Table.print(out, rows);
        for (JsonNode group : groups) {
            out.println(
                    group.path("group").asText() + ": " + group.path("reason").asText()
                            + (group.path("next").asText().isEmpty()
                                    ? ""
                                    : "; next: " + group.path("next").asText())
                            + (group.path("next_at").isTextual()
                                    ? " at " + group.path("next_at").asText()
                                    : ""));
            if (group.path("step").isObject()) {
                out.println(group.path("group").asText() + ": under way: "
                        + group.path("step").path("words").asText());
            }
        }
    }

    private static String text(JsonNode of, String field) {
        String text = of.path(field).isNull() ? "" : of.path(field).asText();
        return text.isEmpty() ? "-" : text;
    }
}
