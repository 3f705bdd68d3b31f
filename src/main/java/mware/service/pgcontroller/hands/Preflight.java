package mware.service.pgcontroller.hands;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mware.core.ssh.SecureShell;
import mware.core.ssh.ShellException;
import mware.core.ssh.ShellResult;
import mware.core.ssh.ShellScript;
import mware.service.pgcontroller.Finding;
import mware.service.pgcontroller.PgGroup;
import mware.service.pgcontroller.PgServer;
import mware.service.pgcontroller.SqlLook;
import mware.service.pgcontroller.SqlLook.Answers;

/** Looks for what would stop a failover or a rejoin, before it is needed. */
final class Preflight {

    private static final Duration LIMIT = Duration.ofSeconds(25);
    private static final Duration MOST_SKEW = Duration.ofSeconds(5);
    private static final List<String> NEEDED_TOOLS = List.of("flock", "setsid", "timeout");

    private final SecureShell shell;
    private final Targets targets;
    private final SqlQuestions sql;
    private final Clock clock;

    Preflight(SecureShell shell, Targets targets, SqlQuestions sql, Clock clock) {
        this.shell = shell;
        this.targets = targets;
        this.sql = sql;
        this.clock = clock;
    }

    /** What is found on one server. */
    private static final class Findings {
        private final String server;
        private final List<Finding> list = new ArrayList<>();

        Findings(String server) {
            this.server = server;
        }

        void error(String what, String fix) {
            list.add(new Finding(server, true, what, fix));
        }

        void worthALook(String what, String fix) {
            list.add(new Finding(server, false, what, fix));
        }
    }

    List<Finding> check(PgGroup group) {
        List<Finding> all = new ArrayList<>();
        List<Answers> answers = new ArrayList<>();
        List<String> versions = new ArrayList<>();
        for (PgServer server : group.servers()) {
            Findings found = new Findings(server.name());
            SqlLook look = sql.ask(server);
            look.answers().ifPresent(answers::add);
            overSql(group, server, look, found);
            overSsh(group, server, look, found, versions);
            all.addAll(found.list);
        }
        if (answers.size() == 2) {
            Answers one = answers.get(0);
            Answers two = answers.get(1);
            if (one.version() != two.version()) {
                all.add(new Finding(
                        "",
                        true,
                        "PostgreSQL " + one.version() + " on " + group.first() + " and " + two.version() + " on "
                                + group.second(),
                        "install the same major version on both"));
            }
            if (!one.systemId().equals(two.systemId())) {
                all.add(new Finding(
                        "",
                        true,
                        "the servers hold unrelated clusters: system identifiers " + one.systemId() + " and "
                                + two.systemId(),
                        "say which one is to stay: reinit the other from it"));
            }
        }
        return all;
    }

    private static void overSql(PgGroup group, PgServer server, SqlLook look, Findings found) {
        if (look instanceof SqlLook.NotLetIn no) {
            found.error(
                    "SQL: " + no.why(),
                    "pg_replica_user and pg_replica_pwd must be right, and pg_hba.conf needs the line: host "
                            + server.database() + " " + server.replicaUser() + " <address of mware>/32 scram-sha-256");
        } else if (look instanceof SqlLook.Refused refused) {
            found.error("SQL: " + refused.why(), "start PostgreSQL; listen_addresses = '*'; see pg_port");
        } else if (look instanceof SqlLook.Silent silent) {
            found.error("SQL: " + silent.why(), "see the way from mware to pg_host:pg_port, firewalls included");
        } else if (look instanceof SqlLook.Busy busy) {
            found.worthALook("SQL: " + busy.why(), "wait until it is up");
        } else if (look instanceof Answers answers) {
            if (PgVersion.of(answers.version()).isEmpty()) {
                found.error("PostgreSQL " + answers.version() + " is too old", "12 or newer is needed");
            }
            boolean blind = answers.inRecovery()
                    ? answers.receiver()
                            .filter(receiver -> receiver.streaming() == mware.service.pgcontroller.Reach.UNKNOWN)
                            .isPresent()
                    : answers.senders().stream()
                            .anyMatch(sender -> sender.flushed().equals(mware.service.pgcontroller.Lsn.NONE));
            if (blind) {
                found.worthALook(
                        server.replicaUser()
                                + " may not see how replication goes; it is judged by places in the log only",
                        "grant pg_monitor to " + server.replicaUser());
            }
            if (!answers.inRecovery()
                    && answers.senders().stream().noneMatch(sender -> sender.name()
                            .equals(group.other(server).name()))
                    && !answers.senders().isEmpty()) {
                found.worthALook(
                        "standbys are connected, none of the name " + group.other(server),
                        "the controller sets application_name when it makes a standby; until then it knows others by their address only");
            }
        }
    }

    private void overSsh(PgGroup group, PgServer server, SqlLook look, Findings found, List<String> versions) {
        Said said;
        Instant before = clock.instant();
        try {
            ShellResult result = shell.run(
                    targets.of(server),
                    new ShellScript("check", Scripts.of(group, server, 0, "see_check", Map.of()), LIMIT));
            said = Said.of(result.output());
            if (said.get("user").isEmpty()) {
                found.error(
                        "SSH: no POSIX shell answers: " + HostQuestions.end(result.errors() + result.output()),
                        "ssh_user needs a log-in shell such as /bin/sh");
                return;
            }
        } catch (ShellException e) {
            found.error("SSH: " + e.getMessage(), fix(e.kind()));
            return;
        }
        tools(group, server, said, found);
        folders(server, said, found);
        settings(server, look, said, found);
        Duration took = Duration.between(before, clock.instant());
        HostQuestions.skew(said.text("now"), before)
                .filter(skew -> skew.abs().compareTo(MOST_SKEW.plus(took)) > 0)
                .ifPresent(skew -> found.worthALook(
                        "its clock differs from ours by some " + skew.toSeconds() + " s", "run an NTP client on both"));
        reaches(group, server, said, found);
        String version = said.text("ctl_version");
        versions.add(version);
    }

    private static String fix(ShellException.Kind kind) {
        return switch (kind) {
            case REFUSED -> "start sshd there; see ssh_port";
            case UNREACHABLE, TIME, BROKEN, BUSY, CANCELLED ->
                "see the way from mware to ssh_host:ssh_port, firewalls included";
            case LOG_IN -> "set ssh_user and ssh_pwd; sshd there needs PasswordAuthentication yes";
            case HOST_KEY ->
                "when the server was set up anew: set ssh_host_key to the new fingerprint, or remove the kept one";
        };
    }

    private static void tools(PgGroup group, PgServer server, Said said, Findings found) {
        if (said.get("pg_ctl").isEmpty()) {
            found.error(
                    "pg_ctl_command: no such command as " + server.pgCtl() + " for " + server.sshUser(),
                    "give its path, such as /usr/lib/postgresql/15/bin/pg_ctl");
        } else if (!said.has("tool", "pg_controldata")) {
            found.error("pg_controldata is not beside " + said.text("pg_ctl"), "install the server package there");
        }
        if (said.get("pg_basebackup").isEmpty()) {
            found.error(
                    "pg_basebackup_command: no such command as " + server.pgBasebackup(),
                    "give its path, such as /usr/lib/postgresql/15/bin/pg_basebackup");
        }
        for (String tool : NEEDED_TOOLS) {
            if (!said.has("tool", tool)) {
                found.error(tool + " is missing", "install util-linux and coreutils");
            }
        }
        if (!said.has("tool", "ping")
                && group.referees().stream().anyMatch(referee -> referee.port().isEmpty())) {
            found.error(
                    "ping is missing, the referee cannot be asked",
                    "install iputils-ping, or give referee as host:port");
        }
        if (group.rejoin() == PgGroup.Rejoin.REWIND && !said.has("tool", "pg_rewind")) {
            found.error("rejoin is rewind, and pg_rewind is not beside pg_ctl", "install the server package there");
        }
        String data = said.text("data_version");
        if (!data.isEmpty()) {
            for (String key : List.of("ctl_version", "basebackup_version")) {
                String version = said.text(key).split("[. ]", 2)[0];
                if (!version.isEmpty() && !version.equals(data)) {
                    found.error(
                            (key.startsWith("ctl") ? "pg_ctl_command" : "pg_basebackup_command") + " is of version "
                                    + version + ", the data of " + data,
                            "give the path of version " + data);
                }
            }
        }
    }

    private static void folders(PgServer server, Said said, Findings found) {
        said.all("obstacle").forEach(obstacle -> {
            String[] parts = obstacle.split(": ", 2);
            if (!obstacle.startsWith("pg_basebackup_command")) {
                found.error(parts[0], parts.length > 1 ? parts[1] : "");
            }
        });
        String owner = said.text("owner");
        if (!owner.isEmpty() && !owner.equals(said.text("user"))) {
            found.error(
                    "pg_data_folder belongs to " + owner + ", ssh_user is " + said.text("user"),
                    "log in as " + owner + ": PostgreSQL is started and stopped by its own account only");
        }
        if (!said.has("backups", "writable")) {
            found.error(
                    "pg_backup_folder " + server.backupFolder() + " cannot be written",
                    "let " + said.text("user") + " write there");
        }
        long data = said.number("data_kb");
        long free = said.number("free_kb");
        if (data > 0 && free < data + data / 20 + 32_768) {
            found.error(
                    "a copy needs " + (data + data / 20 + 32_768) / 1024 + " MB beside pg_data_folder, " + free / 1024
                            + " MB are free",
                    said.has("backups", "same")
                            ? "make room, or put pg_backup_folder on another disk"
                            : "make room; until then the old data is moved away before the copy");
        }
        if (said.has("promote", "yes")) {
            found.error(
                    "pg_signal_filepath " + server.signalFile().orElse("")
                            + " lies there: a standby would promote itself",
                    "remove the file");
        }
        if (said.has("backup_label", "yes")) {
            found.worthALook(
                    "a backup_label lies in pg_data_folder, of an exclusive backup or of a copy that was never started",
                    "when no backup runs: remove it");
        }
    }

    private static void settings(PgServer server, SqlLook look, Said said, Findings found) {
        said.get("no_config")
                .ifPresent(file ->
                        found.error(file + " cannot be read", "set pg_config_folder to the folder that holds it"));
        String data = said.text("data_version");
        Optional<PgVersion> version =
                data.matches("\\d{1,3}") ? PgVersion.of(Integer.parseInt(data)) : Optional.empty();
        version.ifPresent(known -> said.all("setting").stream()
                .filter(known.refusedSettings()::contains)
                .forEach(setting -> found.error(
                        setting + " is set, and PostgreSQL " + known.number() + " does not start with it",
                        setting.equals("wal_keep_segments")
                                ? "write " + known.keepsWal()
                                : "remove it; promotion needs no file")));
        if (said.has("setting", "password in primary_conninfo")) {
            found.worthALook(
                    "primary_conninfo holds a password in clear",
                    "the controller writes passfile= when it makes a standby");
        }
        said.get("unit").ifPresent(unit -> {
            String restart = said.text("restart");
            if (!restart.isEmpty() && !restart.equals("no")) {
                found.error(
                        "the service manager starts " + unit + " again (Restart=" + restart
                                + ") when the controller stops it",
                        "systemctl edit " + unit + ": [Service] Restart=no");
            }
        });
    }

    private static void reaches(PgGroup group, PgServer server, Said said, Findings found) {
        PgServer other = group.other(server);
        if (!group.referees().isEmpty() && !said.has("referee", "reached")) {
            found.error(
                    "the referee is not reached from there (" + said.text("referee") + ")",
                    "see the way from " + server + " to " + group.referees());
        }
        if (!said.has("peer", "reached")) {
            found.worthALook(
                    other + " is not reached from there at port " + other.pgPort() + " (" + said.text("peer") + ")",
                    "see listen_addresses, pg_port and firewalls");
        }
        said.get("replication")
                .filter(why -> said.has("peer", "reached"))
                .ifPresent(why -> found.error(
                        "it cannot replicate from " + other + ": " + why,
                        why.contains("pg_hba.conf")
                                ? "pg_hba.conf on " + other
                                        + " needs the line (all does not stand for replication): host replication "
                                        + server.replicaUser() + " <address of " + server + ">/32 scram-sha-256"
                                : why.contains("must be superuser or replication role")
                                                || why.contains("permission denied to start WAL sender")
                                        ? "alter role " + server.replicaUser() + " replication"
                                        : "see pg_replica_user, pg_replica_pwd and max_wal_senders on " + other));
    }
}
