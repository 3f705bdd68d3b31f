package mware.testing.pg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import mware.testing.Command;
import mware.testing.Namespaces;
import mware.testing.Peers;
import mware.testing.SmallDisk;
import org.jspecify.annotations.Nullable;

/**
 * Two database servers {@code a} and {@code b}, a referee, a host for clients and two for mware, on one switch; this
 * process is on it too.
 */
public final class PgLab implements AutoCloseable {

    public static final String REPLICA = "era_replica";
    /** Signs that a careless script trips over. */
    public static final String REPLICA_PASSWORD = "r'3 \"$p`l\\";

    private final Path folder;
    private final Namespaces network;
    private final PgHost a;
    private final PgHost b;
    private @Nullable SmallDisk disk;
    private final List<PgWriter> writers = new ArrayList<>();

    private PgLab(Path folder, Namespaces network) throws IOException {
        this.folder = folder;
        this.network = network;
        a = new PgHost(network, "a", folder.resolve("a"));
        b = new PgHost(network, "b", folder.resolve("b"));
    }

    /** The network, with nothing but the referee running; PostgreSQL 15 of Debian, or another that is installed. */
    public static PgLab start() throws IOException {
        return start(0);
    }

    /** With {@code b} on a disk of so many megabytes; 0 for the machine's. */
    public static PgLab start(int megabytes) throws IOException {
        Peers.needRoot("hosts with servers of their own");
        Peers.need("sshd", "openssh-server");
        Peers.need("setpriv", "util-linux");
        Peers.need("ping", "iputils-ping");
        Peers.needFile(PgHost.BIN.resolve("postgres"), "apt install postgresql-15");
        Path folder = Files.createTempDirectory(
                Path.of("/tmp"),
                "mware-pg",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Namespaces network = Namespaces.of("a", "b", "referee", "writer", "mware1", "mware2");
        try {
            network.join();
            PgLab lab = new PgLab(folder, network);
            if (megabytes > 0) {
                lab.disk = SmallDisk.of(lab.b.folder(), megabytes);
            }
            lab.a.prepare();
            lab.b.prepare();
            return lab;
        } catch (IOException | RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    /** A master at {@code a} with the table of the writers, and nothing at {@code b}. */
    public PgLab master() {
        a.initialize();
        a.start();
        a.makeRoles();
        a.sql(
                "create table w(node text, seq bigint, at timestamptz default clock_timestamp(), primary key(node, seq))");
        return this;
    }

    /** A master at {@code a} and a standby at {@code b} that streams, with the table of the writers. */
    public PgLab pair() {
        master();
        b.cloneOf(a);
        b.start();
        awaitStreaming(a, Duration.ofSeconds(30));
        return this;
    }

    public PgHost a() {
        return a;
    }

    public PgHost b() {
        return b;
    }

    public Path folder() {
        return folder;
    }

    public Namespaces network() {
        return network;
    }

    /** The small disk of {@code b}. */
    public SmallDisk disk() {
        return Objects.requireNonNull(disk);
    }

    /** Cuts this process off from all hosts. */
    public void leave() {
        network.joined(false);
    }

    /** Ends {@link #leave}. */
    public void comeBack() {
        network.joined(true);
    }

    /** The referee's address; it answers pings. */
    public String referee() {
        return network.host("referee").address();
    }

    /** A client on the host {@code where} that writes to both servers. */
    public PgWriter writer(String where) {
        return writer(where, a, b);
    }

    /** A client on the host {@code where} that writes to these servers. */
    public PgWriter writer(String where, PgHost... servers) {
        PgWriter writer =
                PgWriter.start(network.host(where), folder.resolve("writer-" + writers.size()), List.of(servers));
        writers.add(writer);
        return writer;
    }

    /** Waits until {@code master} has a standby that streams. */
    public void awaitStreaming(PgHost master, Duration limit) {
        org.awaitility.Awaitility.await()
                .atMost(limit)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> master.ask(
                                "select count(*) from pg_stat_replication where state = 'streaming' and application_name not like 'pg_basebackup%'")
                        .filter("1"::equals)
                        .isPresent());
    }

    /** Ends all that runs and removes the folder. */
    @Override
    public void close() {
        writers.forEach(PgWriter::close);
        a.thaw();
        b.thaw();
        a.close();
        b.close();
        network.close();
        if (disk != null) {
            disk.close();
        }
        Command.attempt("", List.of("rm", "-rf", folder.toString()));
    }
}
