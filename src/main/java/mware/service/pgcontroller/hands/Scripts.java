package mware.service.pgcontroller.hands;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import mware.core.config.Secret;
import mware.core.ssh.ShellScript;
import mware.service.pgcontroller.PgGroup;
import mware.service.pgcontroller.PgServer;

/** The scripts that run on the servers: variables, the functions of {@code hands.sh}, and the call of one. */
final class Scripts {

    private static final String FUNCTIONS = read();

    private Scripts() {}

    /**
     * A script for {@code server}.
     *
     * @param call the function that is called, such as {@code act_promote}
     * @param extra variables besides those of the pair
     */
    static String of(PgGroup group, PgServer server, long epoch, String call, Map<String, String> extra) {
        Map<String, String> variables = variables(group, server, epoch);
        variables.putAll(extra);
        variables.put(
                "PASS_LINE",
                "*:*:*:*:"
                        + server.replicaPassword()
                                .map(Secret::reveal)
                                .orElse("")
                                .replace("\\", "\\\\")
                                .replace(":", "\\:"));
        return assignments(variables) + FUNCTIONS + call + " </dev/null\nexit 0\n";
    }

    /** The guard for {@code server}, which lies there in a file as long as it runs: without secrets. */
    static String guard(PgGroup group, PgServer server, long epoch) {
        Map<String, String> variables = variables(group, server, epoch);
        variables.put("PATIENCE", Long.toString(group.guardTime().toSeconds()));
        return assignments(variables) + FUNCTIONS + "guard_loop </dev/null\n";
    }

    private static Map<String, String> variables(PgGroup group, PgServer server, long epoch) {
        PgServer other = group.other(server);
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("EPOCH", Long.toString(epoch));
        variables.put("NAME", server.name());
        variables.put("DATA", server.dataFolder());
        variables.put("CONFIG", server.configFolder().orElse(""));
        variables.put("BACKUPS", server.backupFolder());
        variables.put("LOG", server.logFile().orElse(""));
        variables.put("SIGNAL", server.signalFile().orElse(""));
        variables.put("PG_CTL", server.pgCtl());
        variables.put("PG_BASEBACKUP", server.pgBasebackup());
        variables.put("DATABASE", server.database());
        variables.put("REPLICA_USER", server.replicaUser());
        variables.put("MASTER", other.name());
        variables.put("PEER_HOST", other.pgHost());
        variables.put("PEER_PORT", Integer.toString(other.pgPort()));
        variables.put("MASTER_VERSION", "0");
        variables.put("KEEP_OLD", Integer.toString(group.keepOld()));
        variables.put(
                "REFEREES",
                group.referees().stream()
                        .map(referee -> referee.host()
                                + referee.port().map(port -> "," + port).orElse(""))
                        .collect(Collectors.joining(" ")));
        return variables;
    }

    private static String assignments(Map<String, String> variables) {
        return variables.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + ShellScript.quote(entry.getValue()) + "\n")
                        .collect(Collectors.joining())
                + PgVersion.shellFunction();
    }

    private static String read() {
        try (InputStream in = Scripts.class.getResourceAsStream("/pg-controller/hands.sh")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
