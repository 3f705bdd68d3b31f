package mware;

import mware.command.AdminCommand;
import mware.command.CheckCommand;
import mware.command.ConfigCommand;
import mware.command.RouteCommand;
import mware.command.RunCommand;
import mware.command.StatusCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line of mware; exit codes: 0 ok, 1 failed, 2 wrong use. */
@Command(
        name = "mware",
        description = "The middleware of a VoIP/UC site.",
        mixinStandardHelpOptions = true,
        versionProvider = Mware.Version.class,
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            ConfigCommand.class,
            RouteCommand.class,
            StatusCommand.class,
            AdminCommand.class
        },
        footer = {"", "Also: mware test [--quick], mware bench NAME"})
public final class Mware {

    public static void main(String[] args) {
        System.exit(new CommandLine(new Mware())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println("mware: " + Failure.inWords(failure));
                    return failure instanceof Failure known ? known.exitCode() : 1;
                })
                .execute(args));
    }

    /** The version of this build, from the jar's manifest. */
    public static String version() {
        String version = Mware.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"mware " + version()};
        }
    }
}
