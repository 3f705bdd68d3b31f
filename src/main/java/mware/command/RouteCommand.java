package mware.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

/** {@code ./mware route list|reload}: what the route files of a running node do. */
@Command(
        name = "route",
        description = "Lists and reloads the route files of a running node.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(list | reload [FILE])")
public final class RouteCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "say list or reload");
    }

    /** Prints the routes; exit code 1 when a file is not in force. */
    @Command(
            name = "list",
            description = "Prints all routes, and the files that do not work.",
            mixinStandardHelpOptions = true)
    int list(
            @Mixin NodeClient node,
            @Option(names = "-o", defaultValue = "table", paramLabel = "table|json", description = "how to print it")
                    Output output) {
        return print(node.get("/api/routes/v1/routes"), output);
    }

    /** Reloads and prints the outcome; exit code 1 when a file is not in force then. */
    @Command(
            name = "reload",
            description = "Takes changed files now and tries failed ones again; with FILE, that one even if unchanged.",
            mixinStandardHelpOptions = true)
    int reload(
            @Mixin NodeClient node,
            @Parameters(arity = "0..1", paramLabel = "FILE", description = "such as PgControllerRoutes.java") @Nullable
                    String file,
            @Option(names = "-o", defaultValue = "table", paramLabel = "table|json", description = "how to print it")
                    Output output) {
        String which = file == null ? "" : "?file=" + URLEncoder.encode(file, StandardCharsets.UTF_8);
        return print(node.post("/api/routes/v1/reload" + which), output);
    }

    /** How an answer is printed. */
    enum Output {
        table,
        json
    }

    private int print(JsonNode answer, Output output) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        JsonNode failures = answer.path("failures");
        if (output == Output.json) {
            out.println(answer.toPrettyString());
        } else {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("FILE", "ROUTE", "STATE", "RUNS", "SINCE", "UPTIME", "EXCHANGES", "FAILED", "LAST ERROR"));
            answer.path("routes").forEach(route -> rows.add(row(route)));
            Table.print(out, rows);
            failures.forEach(
                    failure -> out.println("FAILED " + failure.path("message").asText()));
        }
        out.flush();
        return failures.isEmpty() ? 0 : 1;
    }

    private static List<String> row(JsonNode route) {
        String since = route.path("since").asText("");
        boolean runs = !since.isEmpty() && !"null".equals(since);
        return List.of(
                route.path("file").asText(),
                route.path("route").asText(),
                route.path("state").asText(),
                route.path("runs").asText().replace('_', ' '),
                runs ? since : "-",
                runs ? uptime(Duration.ofMillis(route.path("uptime_millis").asLong())) : "-",
                route.path("exchanges").asText(),
                route.path("failed").asText(),
                route.path("last_error").isTextual() ? route.path("last_error").textValue() : "");
    }

    /** The two largest units, such as {@code 3d 4h} or {@code 5s}. */
    static String uptime(Duration time) {
        if (time.toDays() > 0) {
            return time.toDays() + "d " + time.toHoursPart() + "h";
        }
        if (time.toHours() > 0) {
            return time.toHours() + "h " + time.toMinutesPart() + "m";
        }
        return time.toMinutes() > 0 ? time.toMinutes() + "m " + time.toSecondsPart() + "s" : time.toSeconds() + "s";
    }
}
