package mware.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import mware.Failure;
import mware.core.config.Configuration;
import mware.core.config.ConfigurationReader;
import mware.core.config.Problem;
import mware.core.config.Problem.Severity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./mware check FILE}: says everything that is wrong with a configuration; 0 usable, 1 refused, 2 wrong use. */
@Command(
        name = "check",
        description = "Checks a configuration file and says every problem in it.",
        mixinStandardHelpOptions = true)
public final class CheckCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Parameters(paramLabel = "FILE", description = "The configuration, JSON with comments and trailing commas.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.",
            defaultValue = "table")
    private Output output = Output.table;

    /** How the result is printed. */
    enum Output {
        /** A line for each problem, for people. */
        table,
        /** One object, for programs. */
        json
    }

    @Override
    public Integer call() {
        ConfigurationReader.Checked checked = read();
        List<Problem> problems = checked.problems();
        long errors = problems.stream()
                .filter(problem -> problem.severity() == Severity.ERROR)
                .count();
        PrintWriter out = command.commandLine().getOut();
        switch (output) {
            case table -> {
                table(problems, errors, out);
                checked.configuration().ifPresent(configuration -> notes(configuration, out));
            }
            case json -> out.println(json(problems, errors));
        }
        out.flush();
        return errors == 0 ? 0 : 1;
    }

    private ConfigurationReader.Checked read() {
        try {
            return ConfigurationReader.read(file);
        } catch (IOException e) {
            throw new ParameterException(command.commandLine(), "cannot read " + file + ": " + Failure.unread(e), e);
        }
    }

    private void table(List<Problem> problems, long errors, PrintWriter out) {
        for (Problem problem : problems) {
            String severity = problem.severity().name().toLowerCase(Locale.ROOT);
            out.printf("%-8s %s%n", severity, problem.message());
        }
        long warnings = problems.size() - errors;
        if (problems.isEmpty()) {
            out.println(file + ": ok");
        } else {
            out.println(file + ": " + (errors == 0 ? "ok, " : counted(errors, "error") + ", ")
                    + counted(warnings, "warning"));
        }
    }

    /** What is right here and needs a key of the processes. */
    private static void notes(Configuration configuration, PrintWriter out) {
        for (Configuration.Site site : configuration.sites()) {
            int nodes = configuration.nodes(site.name()).size();
            if (nodes > 1) {
                out.println("note: the site " + site.name() + " has " + nodes
                        + " nodes: their collections need one PostgreSQL (key database.url), or cannot be written");
            }
        }
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private String json(List<Problem> problems, long errors) {
        ObjectNode result = JSON.createObjectNode();
        result.put("file", file.toString());
        result.put("ok", errors == 0);
        result.put("errors", errors);
        result.put("warnings", problems.size() - errors);
        var list = result.putArray("problems");
        for (Problem problem : problems) {
            list.addObject()
                    .put("severity", problem.severity().name().toLowerCase(Locale.ROOT))
                    .put("path", problem.path())
                    .put("rule", problem.rule())
                    .put("value", problem.value())
                    .put("message", problem.message());
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(result);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
