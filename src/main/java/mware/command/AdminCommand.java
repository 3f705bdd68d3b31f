package mware.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import mware.core.iam.FirstAdministrator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./mware admin reset}: the way back in for whoever can read the cluster secret. */
@Command(
        name = "admin",
        description = "Gives the administrator of the master domain a new password.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(reset)")
public final class AdminCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "say reset");
    }

    /** Prints the account with its new password, and keeps it in {@code admin.properties}. */
    @Command(
            name = "reset",
            description =
                    "Makes a new password for the account admin, and the account itself if it is gone, disabled or"
                            + " no administrator any more. All its sessions end. Works with the cluster secret.",
            mixinStandardHelpOptions = true)
    int reset(
            @Mixin NodeClient node,
            @Option(names = "-o", defaultValue = "table", paramLabel = "table|json", description = "how to print it")
                    RouteCommand.Output output) {
        JsonNode made = node.post("/api/iam/v1/administrator/reset");
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        String domain = made.path("domain").asText();
        String login = made.path("login").asText();
        String password = made.path("password").asText();
        Path file = node.data().resolve(FirstAdministrator.FILE);
        boolean kept = false;
        if (Files.isDirectory(node.data())) {
            try {
                FirstAdministrator.keep(file, domain, login, password);
                kept = true;
            } catch (IOException e) {
                spec.commandLine().getErr().println("mware: the password is not kept: cannot write " + file);
            }
        }
        if (output == RouteCommand.Output.json) {
            out.println(made.toPrettyString());
        } else {
            out.println("administrator " + login + "@" + domain + ": password " + password
                    + (kept ? ", kept in " + file : ""));
        }
        out.flush();
        return 0;
    }
}
