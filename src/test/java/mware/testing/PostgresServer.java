package mware.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL of a test's own: a new cluster in a temporary folder, run as user postgres, on a free port of 127.0.0.1. */
public final class PostgresServer implements AutoCloseable {

    private static final Path PROGRAMS = Path.of("/usr/lib/postgresql/15/bin");
    private static final String NAME = "mware";

    private final Path folder;
    private final int port = FreePorts.next();
    private @Nullable PeerProcess process;

    private PostgresServer(Path folder) {
        this.folder = folder;
    }

    /** Makes and starts one; a test that cannot have it is skipped on a laptop. */
    public static PostgresServer start() {
        Peers.needFile(PROGRAMS.resolve("initdb"), "apt install postgresql-15");
        Peers.needRoot("a PostgreSQL that runs as user postgres");
        try {
            Path folder = Files.createTempDirectory("mware-postgres");
            var server = new PostgresServer(folder);
            Command.run("chown", "postgres", folder.toString());
            Command.run(asPostgres(
                    PROGRAMS + "/initdb",
                    "-D",
                    folder + "/data",
                    "-A",
                    "trust",
                    "-U",
                    NAME,
                    "-E",
                    "UTF8",
                    "--no-sync",
                    "--locale=C"));
            server.resume();
            Command.run(
                    asPostgres(PROGRAMS + "/createdb", "-h", "127.0.0.1", "-p", "" + server.port, "-U", NAME, NAME));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String[] asPostgres(String... command) {
        var whole = new ArrayList<>(List.of("runuser", "-u", "postgres", "--"));
        whole.addAll(List.of(command));
        return whole.toArray(String[]::new);
    }

    /** Starts it again, on the same port with the same data, and waits until it answers. */
    public PostgresServer resume() {
        PeerProcess running = PeerProcess.start(
                "postgres",
                folder.resolveSibling(folder.getFileName() + ".log"),
                List.of(asPostgres(
                        PROGRAMS + "/postgres",
                        "-D",
                        folder + "/data",
                        "-p",
                        "" + port,
                        "-h",
                        "127.0.0.1",
                        "-k",
                        folder.toString(),
                        "-c",
                        "max_connections=60")));
        process = running;
        running.await("answer", Duration.ofSeconds(60), this::answers);
        return this;
    }

    private boolean answers() {
        return Command.attempt("", List.of(PROGRAMS + "/pg_isready", "-h", "127.0.0.1", "-p", "" + port))
                        .exitCode()
                == 0;
    }

    /** Ends it as an operator does who does not wait for its clients. */
    public void stop() {
        Command.run(asPostgres(PROGRAMS + "/pg_ctl", "-D", folder + "/data", "-m", "fast", "-w", "stop"));
    }

    /** Ends it as a crash of the machine would. */
    public void kill() {
        Command.run(asPostgres(PROGRAMS + "/pg_ctl", "-D", folder + "/data", "-m", "immediate", "-w", "stop"));
    }

    /** Stops all its processes where they are: it accepts, by the kernel, and answers nothing. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets them go on. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        Command.run(
                "sh",
                "-c",
                "main=$(head -1 " + folder + "/data/postmaster.pid); kill -" + name
                        + " $main $(ps -o pid= --ppid $main)");
    }

    /** For the key {@code database.url}. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + NAME;
    }

    /** For the key {@code database.user}; it needs no password. */
    public String user() {
        return NAME;
    }

    /** A connection of the test's own. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), NAME, "");
    }

    /** Empties the database. */
    public void clear() throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            statement.execute("drop schema public cascade");
            statement.execute("create schema public");
        }
    }

    @Override
    public void close() {
        Command.attempt(
                "", List.of(asPostgres(PROGRAMS + "/pg_ctl", "-D", folder + "/data", "-m", "immediate", "-w", "stop")));
        if (process != null) {
            process.close();
        }
        Command.attempt("", List.of("rm", "-rf", folder.toString(), folder + ".log"));
    }
}
