package mware.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** net-snmp's snmptrapd on 127.0.0.1; each notification that it accepts is a line of its output, fields apart by tabs. */
public final class SnmpTrapd implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Path folder;
    private final int port;
    private final List<String> configuration;
    private final List<String> options = new ArrayList<>();
    private PeerProcess process;

    private SnmpTrapd(Path folder, int port, List<String> configuration) {
        this.folder = folder;
        this.port = port;
        this.configuration = configuration;
        this.process = launch();
    }

    /** Starts one that takes version 2c with community {@code public}, and what {@code more} lines of configuration add. */
    public static SnmpTrapd start(Path folder, String... more) {
        return start(folder, FreePorts.next(), more);
    }

    /** Like {@link #start(Path, String...)} on a given port. */
    public static SnmpTrapd start(Path folder, int port, String... more) {
        Peers.need("snmptrapd", "snmptrapd");
        var lines = new ArrayList<>(List.of("authCommunity log public", "format2 TRAP\\t%v\\n"));
        lines.addAll(List.of(more));
        return new SnmpTrapd(folder, port, lines);
    }

    private PeerProcess launch() {
        try {
            Files.createDirectories(folder.resolve("state"));
            Path file = Files.write(folder.resolve("snmptrapd.conf"), configuration);
            var command = new ArrayList<>(List.of(
                    Peers.need("snmptrapd", "snmptrapd").toString(),
                    "-f",
                    "-Lo",
                    "-C",
                    "-c",
                    file.toString(),
                    "-On",
                    "-n"));
            command.addAll(options);
            command.add("udp:127.0.0.1:" + port);
            PeerProcess started = PeerProcess.start(
                    "snmptrapd",
                    folder.resolve("snmptrapd.out"),
                    command,
                    Map.of("SNMP_PERSISTENT_DIR", folder.resolve("state").toString(), "MIBS", ""));
            started.await("listen on port " + port, START_LIMIT, () -> listens(port));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether any process has this UDP port of 127.0.0.1. */
    public static boolean listens(int port) {
        try {
            return Files.readAllLines(Path.of("/proc/net/udp")).stream()
                    .anyMatch(line -> line.contains("0100007F:%04X ".formatted(port)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /** The notifications that it accepted, as it prints them: OIDs in numbers. */
    public List<String> traps() {
        return process.said().lines().filter(line -> line.startsWith("TRAP\t")).toList();
    }

    /** All that it said. */
    public String said() {
        return process.said();
    }

    /** Ends it; what it printed stays. */
    public void stop() {
        process.stop(Duration.ofSeconds(10));
    }

    /** Starts it again on its port, after {@link #stop}. */
    public void startAgain() {
        process = launch();
    }

    @Override
    public void close() {
        process.close();
    }
}
