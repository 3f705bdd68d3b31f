package mware.service.pgcontroller;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mware.core.config.ParameterList;
import mware.core.config.ParameterList.Entry;
import mware.core.config.Placeholders;
import mware.core.config.Problem;
import mware.core.config.Secret;
import mware.core.config.Spans;
import mware.service.pgcontroller.PgGroup.Referee;
import mware.service.pgcontroller.PgGroup.Rejoin;

/**
 * The pairs of the parameter {@code pg_controller}: a wrong one is left out, the others work.
 *
 * @param usable those that are right, in the order of the configuration
 * @param problems everything that is wrong, each with its place: {@code pg_controller[0].servers[1].pg_port: must be
 *     1..65535, got 70000}
 */
public record PgGroups(List<PgGroup> usable, List<String> problems) {

    /** Below this a master that is cut off may still take writes when the standby takes over, unless it is guarded. */
    static final Duration UNFENCED = Duration.ofSeconds(30);

    private static final Pattern REFEREE = Pattern.compile("\\[([0-9A-Fa-f:.%]+)](?::(\\d{1,5}))?"
            + "|([0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.%]*)"
            + "|([A-Za-z0-9_.-]+)(?::(\\d{1,5}))?");

    public PgGroups {
        usable = List.copyOf(usable);
        problems = List.copyOf(problems);
    }

    /** Reads the parameter {@code pg_controller}; one that is not there has no pairs. */
    public static PgGroups read(JsonNode parameter) {
        List<PgGroup> usable = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        if (!parameter.isMissingNode() && !parameter.isNull() && !parameter.isArray()) {
            problems.add("pg_controller: must be a list of pairs");
        }
        Map<String, String> places = new HashMap<>();
        for (Entry entry : ParameterList.read("pg_controller", parameter)) {
            List<String> wrong = new ArrayList<>(
                    entry.problems().stream().map(Problem::message).toList());
            Optional<PgGroup> group = Optional.empty();
            try {
                group = wrong.isEmpty() ? Optional.of(group(entry.json())) : Optional.empty();
            } catch (Placeholders.Unresolved e) {
                wrong.add(entry.path() + ": " + e.getMessage());
            }
            group.ifPresent(read -> {
                wrong.addAll(against(read, entry.path()));
                String before = places.putIfAbsent(read.key(), entry.path());
                if (before != null) {
                    wrong.add(
                            entry.path() + ".key: must differ from that of " + before + ", got \"" + read.key() + '"');
                }
            });
            problems.addAll(wrong);
            if (wrong.isEmpty()) {
                group.ifPresent(usable::add);
            }
        }
        return new PgGroups(usable, problems);
    }

    /** The pair of this key. */
    public Optional<PgGroup> group(String key) {
        return usable.stream().filter(group -> group.key().equals(key)).findFirst();
    }

    private static PgGroup group(JsonNode json) {
        JsonNode one = json.path("servers").path(0);
        JsonNode two = json.path("servers").path(1);
        boolean sameHost = host(one, "pg_host", "ssh_host").equals(host(two, "pg_host", "ssh_host"));
        PgServer first = server(one, sameHost);
        PgServer second = server(two, sameHost);
        return new PgGroup(
                json.path("key").asText(made(first) + "+" + made(second)),
                referees(json.path("referee")),
                first,
                second,
                span(json.path("promote_after")),
                json.path("restart_in_place").asBoolean(),
                json.path("maximum_lag").asLong(),
                json.path("guard").asBoolean(),
                json.path("allow_unfenced").asBoolean(),
                json.path("synchronous").asBoolean(),
                json.path("rejoin").asText().equals("rewind") ? Rejoin.REWIND : Rejoin.CLONE,
                json.path("keep_old").asInt());
    }

    private static String made(PgServer server) {
        return server.pgHost() + '-' + server.pgPort();
    }

    /** A number is in seconds. */
    private static Duration span(JsonNode written) {
        return written.isNumber() ? Duration.ofSeconds(written.asLong()) : Spans.parse(written.asText());
    }

    private static String host(JsonNode server, String key, String otherwise) {
        return text(server, key).or(() -> text(server, otherwise)).orElse("");
    }

    private static PgServer server(JsonNode json, boolean withPort) {
        String pgHost = host(json, "pg_host", "ssh_host");
        int pgPort = json.path("pg_port").asInt();
        return new PgServer(
                withPort ? pgHost + ':' + pgPort : pgHost,
                host(json, "ssh_host", "pg_host"),
                json.path("ssh_port").asInt(),
                text(json, "ssh_user").orElse(""),
                secret(json, "ssh_pwd"),
                text(json, "ssh_host_key"),
                pgHost,
                pgPort,
                text(json, "pg_replica_user").orElse(""),
                secret(json, "pg_replica_pwd"),
                text(json, "pg_ctl_command").orElse("pg_ctl"),
                text(json, "pg_basebackup_command").orElse("pg_basebackup"),
                text(json, "pg_database").orElse("postgres"),
                folder(json, "pg_data_folder").orElse(""),
                folder(json, "pg_config_folder"),
                folder(json, "pg_backup_folder").orElse("/tmp/pg_backups"),
                text(json, "pg_log_filepath"),
                text(json, "pg_signal_filepath"));
    }

    private static Optional<String> text(JsonNode json, String key) {
        return Optional.of(json.path(key).asText())
                .filter(text -> !text.isEmpty())
                .map(Placeholders::resolve);
    }

    private static Optional<String> folder(JsonNode json, String key) {
        return text(json, key).map(path -> path.replaceFirst("(?<=.)/+$", ""));
    }

    /** As written: what its placeholders stand for is asked for at each use. */
    private static Optional<Secret> secret(JsonNode json, String key) {
        return Optional.of(json.path(key).asText())
                .filter(text -> !text.isEmpty())
                .map(Secret::of);
    }

    private static List<Referee> referees(JsonNode written) {
        List<Referee> referees = new ArrayList<>();
        if (written.isArray()) {
            written.forEach(each -> referees.add(referee(each.asText())));
        } else if (!written.asText().isEmpty()) {
            referees.add(referee(written.asText()));
        }
        return referees;
    }

    private static Referee referee(String text) {
        Matcher parts = REFEREE.matcher(text.strip());
        if (!parts.matches()) {
            return new Referee("", Optional.empty());
        }
        String host = parts.group(1) != null ? parts.group(1) : parts.group(3);
        String port = parts.group(2) != null ? parts.group(2) : parts.group(5);
        return new Referee(
                host != null ? host : parts.group(4), Optional.ofNullable(port).map(Integer::valueOf));
    }

    /** The rules that a schema cannot say. */
    private static List<String> against(PgGroup group, String path) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            PgServer server = group.servers().get(i);
            String at = path + ".servers[" + i + "]";
            if (server.pgHost().isEmpty()) {
                wrong.add(at + ": pg_host or ssh_host is required");
            }
            absolute(wrong, at + ".pg_data_folder", Optional.of(server.dataFolder()));
            absolute(wrong, at + ".pg_backup_folder", Optional.of(server.backupFolder()));
            absolute(wrong, at + ".pg_config_folder", server.configFolder());
            absolute(wrong, at + ".pg_log_filepath", server.logFile());
            absolute(wrong, at + ".pg_signal_filepath", server.signalFile());
            if (server.backupFolder().equals(server.dataFolder())
                    || server.backupFolder().startsWith(server.dataFolder() + '/')) {
                wrong.add(at + ".pg_backup_folder: must lie outside of pg_data_folder, got \"" + server.backupFolder()
                        + '"');
            }
        }
        PgServer first = group.first();
        PgServer second = group.second();
        if (!first.pgHost().isEmpty() && first.name().equals(second.name())) {
            wrong.add(path + ".servers: must be two servers, got " + first.name() + " twice");
        }
        if (!first.replicaUser().equals(second.replicaUser())) {
            wrong.add(path + ".servers[1].pg_replica_user: must be as on the first server, \"" + first.replicaUser()
                    + "\", got \"" + second.replicaUser() + '"');
        }
        if (!first.replicaPassword().equals(second.replicaPassword())) {
            wrong.add(path + ".servers[1].pg_replica_pwd: must be as on the first server");
        }
        for (Referee referee : group.referees()) {
            if (referee.host().isEmpty()
                    || referee.port().filter(port -> port < 1 || port > 65_535).isPresent()) {
                wrong.add(path + ".referee: must be an address, or host:port with port 1..65535, one or a list");
            }
        }
        if (group.promoteAfter().compareTo(UNFENCED) < 0 && !group.guard() && !group.allowUnfenced()) {
            wrong.add(path + ".promote_after: must be " + UNFENCED.toSeconds()
                    + "s or more without guard: true (or allow_unfenced: true, which risks rows), got "
                    + group.promoteAfter().toSeconds() + 's');
        }
        return wrong;
    }

    private static void absolute(List<String> wrong, String key, Optional<String> path) {
        path.filter(given -> !given.startsWith("/") || given.contains("\n") || given.contains("\0"))
                .ifPresent(given -> wrong.add(key + ": must be an absolute path, got \"" + given + '"'));
    }
}
