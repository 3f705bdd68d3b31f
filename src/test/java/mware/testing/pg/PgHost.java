package mware.testing.pg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import mware.testing.Command;
import mware.testing.Namespaces;
import mware.testing.PeerProcess;
import org.jspecify.annotations.Nullable;

/** One database server of the lab: PostgreSQL in {@code data} and an SSH server, both on a host of their own. */
public final class PgHost {

    public static final Path BIN = Path.of(System.getProperty("pg.bin", "/usr/lib/postgresql/15/bin"));
    public static final int PORT = 5432;
    public static final int SSH_PORT = 2222;
    public static final String SSH_PASSWORD = "s'sh $pw\\";

    private final Namespaces network;
    private final Namespaces.Host host;
    private final Path folder;
    private @Nullable PeerProcess sshd;

    PgHost(Namespaces network, String name, Path folder) {
        this.network = network;
        this.host = network.host(name);
        this.folder = folder;
    }

    public String name() {
        return host.name();
    }

    public String address() {
        return host.address();
    }

    public Namespaces.Host host() {
        return host;
    }

    public Path folder() {
        return folder;
    }

    public Path data() {
        return folder.resolve("data");
    }

    public Path backups() {
        return folder.resolve("backups");
    }

    public Path log() {
        return folder.resolve("postgresql.log");
    }

    public Path signalFile() {
        return data().resolve("master.signal");
    }

    /** A private key that the SSH server admits. */
    public Path key() {
        return folder.resolve("key");
    }

    /** Makes the folders, keys and accounts and starts the SSH server. */
    void prepare() throws IOException {
        Files.createDirectories(folder);
        Command.run("chown", "postgres:postgres", folder.toString());
        Command.run("chmod", "755", folder.toString());
        Command.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key().toString());
        newHostKey();
        Files.writeString(folder.resolve("authorized_keys"), Files.readString(folder.resolve("key.pub")));
        Files.writeString(
                folder.resolve("passwd"),
                Files.readString(Path.of("/etc/passwd"))
                        .replaceAll(
                                "(?m)^postgres:([^:]*:[^:]*:[^:]*:[^:]*):[^:]*:[^:]*$",
                                "postgres:$1:" + folder + ":/bin/bash"));
        setPassword(SSH_PASSWORD);
        Files.writeString(
                folder.resolve("sshd_config"),
                """
                Port %d
                HostKey %s/host_key
                UsePAM no
                PasswordAuthentication yes
                PubkeyAuthentication yes
                AuthorizedKeysFile %s/authorized_keys
                StrictModes no
                PidFile none
                UseDNS no
                MaxStartups 50
                PerSourcePenalties no
                Subsystem sftp internal-sftp
                SetEnv PATH=%s/bin:/usr/local/bin:/usr/bin:/bin
                """
                        .replace("PerSourcePenalties no\n", "")
                        .formatted(SSH_PORT, folder, folder, folder));
        startSshd();
    }

    /** Another host key, as of a machine that was set up anew; shown after a restart of the SSH server. */
    public void newHostKey() throws IOException {
        Files.deleteIfExists(folder.resolve("host_key"));
        Files.deleteIfExists(folder.resolve("host_key.pub"));
        Command.run(
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-f",
                folder.resolve("host_key").toString());
    }

    /** Another password for the account of SSH. */
    public void setPassword(String password) throws IOException {
        String hash = Command.feed(password + "\n", "openssl", "passwd", "-6", "-stdin")
                .trim();
        // in place: it is mounted over /etc/shadow
        Files.writeString(
                folder.resolve("shadow"),
                "root:*:19000::::::\nsshd:!:19000::::::\npostgres:" + hash + ":19000::::::\n");
    }

    public void startSshd() {
        Command.run("mkdir", "-p", "/run/sshd");
        sshd = PeerProcess.start(
                "sshd-" + name(),
                folder.resolve("sshd.log"),
                host.inside(List.of(
                        "sh",
                        "-c",
                        "mount --bind " + folder + "/passwd /etc/passwd && mount --bind " + folder
                                + "/shadow /etc/shadow && exec /usr/sbin/sshd -D -e -f " + folder + "/sshd_config")));
        sshd.await("listen", Duration.ofSeconds(20), () -> answers(SSH_PORT));
    }

    /** Ends the SSH server and all of its sessions. */
    public void stopSshd() {
        if (sshd != null) {
            PeerProcess running = sshd;
            List<ProcessHandle> sessions = new ArrayList<>(ProcessHandle.of(running.pid()).stream()
                    .flatMap(ProcessHandle::descendants)
                    .filter(p ->
                            p.info().command().filter(c -> c.contains("sshd")).isPresent())
                    .toList());
            running.kill();
            sessions.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address(), port), 1000);
            return true;
        } catch (IOException no) {
            return false;
        }
    }

    /** A program that SSH sessions find before the one of the system. */
    public void program(String name, String text) throws IOException {
        Path file = folder.resolve("bin").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Command.run("chmod", "755", file.toString());
        Command.run("chown", "-R", "postgres:postgres", file.getParent().toString());
    }

    /** A new cluster with the settings of a pair. */
    public void initialize() {
        pg(
                BIN + "/initdb",
                "--no-sync",
                "-k",
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "-D",
                data().toString());
        write(
                data().resolve("postgresql.conf"),
                """
                listen_addresses = '*'
                port = %d
                unix_socket_directories = ''
                wal_level = replica
                hot_standby = on
                max_wal_senders = 10
                wal_keep_size = 64MB
                shared_buffers = 16MB
                fsync = off
                log_line_prefix = '%%m [%%p] '
                """
                        .formatted(PORT));
        admit(true, true);
    }

    /** Whether pg_hba.conf lets the replica user in, to databases and for replication. */
    public void admit(boolean toDatabases, boolean forReplication) {
        write(
                data().resolve("pg_hba.conf"),
                "local all all trust\nhost all postgres all trust\n"
                        + (toDatabases ? "host all " + PgLab.REPLICA + " all scram-sha-256\n" : "")
                        + (forReplication ? "host replication " + PgLab.REPLICA + " all scram-sha-256\n" : ""));
        if (Files.exists(data().resolve("postmaster.pid"))) {
            pg(BIN + "/pg_ctl", "-D", data().toString(), "reload");
        }
    }

    /** The replica user, as an operator makes it. */
    public void makeRoles() {
        sql("create role " + PgLab.REPLICA + " login replication password '" + PgLab.REPLICA_PASSWORD.replace("'", "''")
                + "'");
    }

    /** A copy of {@code master} that follows it, made the usual way. */
    public void cloneOf(PgHost master) {
        write(folder.resolve("clone.pass"), "*:*:*:*:" + PgLab.REPLICA_PASSWORD.replace("\\", "\\\\"));
        pg("chmod", "600", folder + "/clone.pass");
        pg(
                BIN + "/pg_basebackup",
                "-D",
                data().toString(),
                "-d",
                "host=" + master.address() + " port=" + PORT + " user=" + PgLab.REPLICA + " application_name="
                        + address() + " passfile=" + folder + "/clone.pass",
                "-R",
                "-c",
                "fast",
                "--no-sync");
    }

    /** Starts PostgreSQL, as an operator does. */
    public void start() {
        pg(BIN + "/pg_ctl", "-D", data().toString(), "-l", log().toString(), "-w", "start");
    }

    /** Stops PostgreSQL cleanly, as an operator does. */
    public void stop() {
        pg(BIN + "/pg_ctl", "-D", data().toString(), "-w", "-m", "fast", "stop");
    }

    public void promote() {
        pg(BIN + "/pg_ctl", "-D", data().toString(), "-w", "promote");
    }

    /** kill -9 of the postmaster. */
    public void killPostmaster() {
        try {
            Command.run(
                    "kill",
                    "-9",
                    Files.readAllLines(data().resolve("postmaster.pid")).get(0).trim());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Power off: the cable is dead and nothing runs any more. */
    public void die() {
        network.cut(name());
        for (int i = 0; i < 5; i++) {
            signal("KILL", false);
        }
    }

    /** Power on again: the cable and the SSH server; PostgreSQL only where {@code autostart}. */
    public void comeBack(boolean autostart) {
        network.restore(name());
        startSshd();
        if (autostart) {
            start();
        }
    }

    public void cut() {
        network.cut(name());
    }

    public void restore() {
        network.restore(name());
    }

    /** Holds everything on this host still. */
    public void freeze() {
        signal("STOP", false);
    }

    /** Holds PostgreSQL still, and nothing else. */
    public void freezePostgres() {
        signal("STOP", true);
    }

    /** Holds the process that receives from the master still, and nothing else. */
    public void freezeReceiver() {
        for (long pid : pids()) {
            try {
                if (Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains("walreceiver")) {
                    Command.attempt("", List.of("kill", "-STOP", Long.toString(pid)));
                }
            } catch (IOException gone) {
                // it ended by itself
            }
        }
    }

    public void thaw() {
        signal("CONT", false);
    }

    /** The processes on this host. */
    public List<Long> pids() {
        return Command.attempt("", List.of("ip", "netns", "pids", host.namespace()))
                .output()
                .lines()
                .filter(line -> line.matches("\\d+"))
                .map(Long::valueOf)
                .toList();
    }

    private void signal(String signal, boolean onlyPostgres) {
        for (long pid : pids()) {
            try {
                if (!onlyPostgres
                        || Files.readString(Path.of("/proc/" + pid + "/comm")).startsWith("postgres")) {
                    Command.attempt("", List.of("kill", "-" + signal, Long.toString(pid)));
                }
            } catch (IOException gone) {
                // it ended by itself
            }
        }
    }

    /** Runs {@code sql} as the superuser; an error is an error. */
    public void sql(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(name() + ": " + sql, e);
        }
    }

    /** The first value of what {@code sql} answers as the superuser, empty when the server does not answer. */
    public Optional<String> ask(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
        } catch (SQLException no) {
            return Optional.empty();
        }
    }

    /** Whether it takes writes. */
    public boolean isMaster() {
        return ask("select pg_is_in_recovery()").filter("f"::equals).isPresent();
    }

    /** Whether it follows another. */
    public boolean isStandby() {
        return ask("select pg_is_in_recovery()").filter("t"::equals).isPresent();
    }

    public Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("socketTimeout", "5");
        properties.setProperty("sslmode", "disable");
        return DriverManager.getConnection("jdbc:postgresql://" + address() + ":" + PORT + "/postgres", properties);
    }

    /** Runs a command on this host as the account postgres. */
    public String pg(String... command) {
        Command.Result result = attempt(command);
        if (result.exitCode() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " ended with " + result.exitCode() + ": " + result.output());
        }
        return result.output();
    }

    /** Like {@link #pg}, whatever its exit code. */
    public Command.Result attempt(String... command) {
        List<String> all = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--init-groups",
                "env",
                "HOME=" + folder,
                "LC_ALL=C.UTF-8"));
        all.addAll(List.of(command));
        return Command.attempt("", host.inside(all));
    }

    /** Writes a file as the account postgres. */
    public void write(Path file, String text) {
        try {
            Files.writeString(file, text);
            Command.run("chown", "postgres:postgres", file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void close() {
        signal("KILL", false);
        if (sshd != null) {
            sshd.close();
        }
    }
}
