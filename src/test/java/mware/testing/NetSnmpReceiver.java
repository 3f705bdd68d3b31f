package mware.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** npm net-snmp as a receiver on 127.0.0.1, community {@code public}; each notification is a line of JSON. */
public final class NetSnmpReceiver implements AutoCloseable {

    private static final Path MODULES = Path.of("target/peers/node_modules");

    private final PeerProcess process;
    private final int port;

    private NetSnmpReceiver(PeerProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one; {@code users} are of five words each: name, auth protocol (sha256), password, privacy (aes), password. */
    public static NetSnmpReceiver start(Path folder, String... users) {
        Path node = Peers.need("node", "nodejs");
        needModule("net-snmp");
        int port = FreePorts.next();
        var command = new ArrayList<>(List.of(
                node.toString(), "src/test/peers/trap-receiver.js", MODULES.toString(), Integer.toString(port)));
        command.addAll(List.of(users));
        PeerProcess process = PeerProcess.start("npm net-snmp", folder.resolve("net-snmp.out"), command);
        process.awaitSaid("READY", Duration.ofSeconds(20));
        return new NetSnmpReceiver(process, port);
    }

    /** The folder of npm packages for tests, once {@code module} is in it. */
    public static Path needModule(String module) {
        Peers.needFile(MODULES.resolve(module), "run src/test/peers/install");
        return MODULES;
    }

    public int port() {
        return port;
    }

    /** The notifications that it accepted. */
    public List<String> traps() {
        return process.said().lines().filter(line -> line.startsWith("TRAP ")).toList();
    }

    /** All that it said. */
    public String said() {
        return process.said();
    }

    @Override
    public void close() {
        process.close();
    }
}
