package mware.testing.pg;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mware.testing.Namespaces;
import mware.testing.PeerProcess;

/** A client that inserts a row every 20 ms at each of its servers and notes which one acknowledged which row, and when. */
public final class PgWriter implements AutoCloseable {

    private static final long PAUSE = Duration.ofMillis(20).toNanos();
    private static final String READ_ONLY = "25006";

    private final Path notes;
    private final PeerProcess process;
    private final Map<String, String> names;

    private PgWriter(Path notes, PeerProcess process, Map<String, String> names) {
        this.notes = notes;
        this.process = process;
        this.names = names;
    }

    static PgWriter start(Namespaces.Host where, Path notes, List<PgHost> servers) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                PgWriter.class.getName(),
                where.name()));
        servers.forEach(server -> command.add(server.address()));
        PeerProcess process = PeerProcess.start("writer on " + where.name(), notes, where.inside(command));
        process.awaitSaid("ready", Duration.ofSeconds(30));
        return new PgWriter(notes, process, servers.stream().collect(Collectors.toMap(PgHost::address, PgHost::name)));
    }

    /** What was acknowledged so far. */
    public Acknowledged acknowledged() {
        try (Stream<String> lines = Files.lines(notes)) {
            return new Acknowledged(lines.map(line -> line.split(" "))
                    .filter(words -> words.length == 4 && words[0].equals("ack"))
                    .map(words -> new Acknowledged.Row(
                            Long.parseLong(words[1]), names.getOrDefault(words[2], words[2]), words[3]))
                    .sorted()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes no more. */
    public PgWriter stop() {
        process.stop(Duration.ofSeconds(10));
        return this;
    }

    @Override
    public void close() {
        process.close();
    }

    /** The client itself: its name and the addresses of its servers. */
    public static void main(String[] arguments) {
        AtomicLong sequence = new AtomicLong();
        PrintStream out =
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
        for (int i = 1; i < arguments.length; i++) {
            String address = arguments[i];
            String node = arguments[0] + "-" + address;
            new Thread(() -> write(address, node, sequence, out)).start();
        }
        out.println("ready");
    }

    private static void write(String address, String node, AtomicLong sequence, PrintStream out) {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("socketTimeout", "3");
        properties.setProperty("sslmode", "disable");
        properties.setProperty("options", "-c statement_timeout=3000");
        while (true) {
            try (Connection connection =
                            DriverManager.getConnection("jdbc:postgresql://" + address + ":5432/postgres", properties);
                    PreparedStatement insert = connection.prepareStatement("insert into w(node, seq) values (?, ?)")) {
                while (true) {
                    long next = System.nanoTime() + PAUSE;
                    long number = sequence.incrementAndGet();
                    try {
                        insert.setString(1, node);
                        insert.setLong(2, number);
                        insert.executeUpdate();
                        out.println("ack " + System.nanoTime() + " " + address + " " + node + "/" + number);
                    } catch (SQLException e) {
                        if (!READ_ONLY.equals(e.getSQLState())) {
                            throw e;
                        }
                    }
                    LockSupport.parkNanos(next - System.nanoTime());
                }
            } catch (SQLException e) {
                LockSupport.parkNanos(PAUSE * 2);
            }
        }
    }
}
