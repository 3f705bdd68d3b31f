package mware.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Real ZooKeeper servers, a process each, that elect their own leader; each can be killed, frozen and started again.
 *
 * <p>Sessions may last 1 s to 20 s (tick 500 ms). Servers are numbered from 0.
 */
public final class ZooKeeperEnsemble implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final List<Server> servers;

    private ZooKeeperEnsemble(List<Server> servers) {
        this.servers = servers;
    }

    /** Starts {@code size} servers on 127.0.0.1 that keep their data below {@code folder}; returns when they serve. */
    public static ZooKeeperEnsemble onLoopback(Path folder, int size) {
        return start(IntStream.range(0, size)
                .mapToObj(i -> new Server(
                        folder.resolve("zk" + i),
                        null,
                        "127.0.0.1",
                        FreePorts.next(),
                        FreePorts.next(),
                        FreePorts.next()))
                .toList());
    }

    /** Starts a server on each of these hosts of {@code network}, client port 2181; returns when they serve. */
    public static ZooKeeperEnsemble on(Namespaces network, Path folder, String... hosts) {
        List<Server> servers = new ArrayList<>();
        for (String name : hosts) {
            Namespaces.Host host = network.host(name);
            servers.add(new Server(folder.resolve(name), host, host.address(), 2181, 2888, 3888));
        }
        return start(servers);
    }

    private static ZooKeeperEnsemble start(List<Server> servers) {
        Peers.need("bash", "bash");
        ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble(servers);
        try {
            IntStream.range(0, servers.size()).forEach(ensemble::start);
            ensemble.awaitServing();
        } catch (RuntimeException | Error e) {
            ensemble.close();
            throw e;
        }
        return ensemble;
    }

    /** All servers as a client writes them: {@code host:port,host:port}. */
    public String connectString() {
        return servers.stream().map(Server::clientAddress).collect(Collectors.joining(","));
    }

    /** One server as a client writes it. */
    public String connectString(int server) {
        return servers.get(server).clientAddress();
    }

    public int size() {
        return servers.size();
    }

    /** Whether the server's process runs. */
    public boolean isAlive(int server) {
        PeerProcess process = servers.get(server).process;
        return process != null && process.isAlive();
    }

    /** The number of the server that leads now. */
    public int leader() {
        return IntStream.range(0, servers.size())
                .filter(i -> "leader".equals(servers.get(i).mode()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no ZooKeeper server leads"));
    }

    /** The numbers of the servers that have a live session of a client at {@code address}; empty when none has. */
    public List<Integer> serversOf(String address) {
        return IntStream.range(0, servers.size())
                .filter(i -> servers.get(i).ask("cons").contains("/" + address + ":"))
                .boxed()
                .toList();
    }

    /** Starts a server that was killed, over the data that it left; does not wait. */
    public void start(int server) {
        servers.get(server).start(servers);
    }

    /** kill -9. */
    public void kill(int server) {
        servers.get(server).running().kill();
    }

    /** kill -STOP. */
    public void freeze(int server) {
        servers.get(server).running().freeze();
    }

    /** kill -CONT. */
    public void thaw(int server) {
        servers.get(server).running().thaw();
    }

    /** Waits until every server that is meant to run serves clients. */
    public void awaitServing() {
        servers.stream()
                .filter(server -> server.process != null && server.process.isAlive())
                .forEach(server -> server.running()
                        .await("serve", START_LIMIT, () -> !server.mode().isEmpty()));
    }

    @Override
    public void close() {
        servers.stream().filter(server -> server.process != null).forEach(server -> server.running()
                .close());
    }

    /** One server: where it is and, once started, its process. */
    private static final class Server {
        private final Path folder;
        private final Namespaces.@Nullable Host host;
        private final String address;
        private final int clientPort;
        private final int quorumPort;
        private final int electionPort;
        private @Nullable PeerProcess process;

        Server(
                Path folder,
                Namespaces.@Nullable Host host,
                String address,
                int clientPort,
                int quorumPort,
                int electionPort) {
            this.folder = folder;
            this.host = host;
            this.address = address;
            this.clientPort = clientPort;
            this.quorumPort = quorumPort;
            this.electionPort = electionPort;
        }

        String clientAddress() {
            return address + ":" + clientPort;
        }

        PeerProcess running() {
            if (process == null) {
                throw new IllegalStateException("ZooKeeper server in " + folder + " was never started");
            }
            return process;
        }

        void start(List<Server> all) {
            try {
                Path data = Files.createDirectories(folder.resolve("data"));
                Files.writeString(data.resolve("myid"), Integer.toString(all.indexOf(this) + 1));
                Path configuration = Files.writeString(folder.resolve("zoo.cfg"), configuration(data, all));
                Path logging = Files.writeString(
                        folder.resolve("logback.xml"),
                        """
                        <configuration>
                          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                            <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n%rEx{3}</pattern></encoder>
                          </appender>
                          <root level="WARN"><appender-ref ref="out"/></root>
                        </configuration>
                        """);
                // no fsync: the speed of this machine's disc is not what is tested, and kill -9 loses no page cache
                List<String> command = List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dzookeeper.forceSync=no",
                        "-Dzookeeper.preAllocSize=1024",
                        "-Dlogback.configurationFile=" + logging,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                        configuration.toString());
                process = PeerProcess.start(
                        "ZooKeeper " + folder.getFileName(),
                        folder.resolve("out.log"),
                        host == null ? command : host.inside(command));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private String configuration(Path data, List<Server> all) {
            String one =
                    """
                    tickTime=500
                    initLimit=20
                    syncLimit=6
                    minSessionTimeout=1000
                    maxSessionTimeout=20000
                    dataDir=%s
                    clientPort=%d
                    clientPortAddress=%s
                    maxClientCnxns=0
                    admin.enableServer=false
                    4lw.commands.whitelist=*
                    """
                            .formatted(data, clientPort, address);
            String others = IntStream.range(0, all.size())
                    .mapToObj(i -> "server." + (i + 1) + "=" + all.get(i).address + ":" + all.get(i).quorumPort + ":"
                            + all.get(i).electionPort + "\n")
                    .collect(Collectors.joining());
            return all.size() == 1 ? one : one + others;
        }

        /** {@code leader}, {@code follower} or {@code standalone}; empty while it does not serve. */
        String mode() {
            return ask("srvr")
                    .lines()
                    .filter(line -> line.startsWith("Mode: "))
                    .map(line -> line.substring(6))
                    .findFirst()
                    .orElse("");
        }

        /** Sends one of ZooKeeper's four-letter words; empty when there is no answer. */
        String ask(String word) {
            List<String> command = List.of(
                    "timeout",
                    "2",
                    "bash",
                    "-c",
                    "exec 3<>/dev/tcp/" + address + "/" + clientPort + " && printf " + word + " >&3 && cat <&3");
            Command.Result result = Command.attempt("", host == null ? command : host.inside(command));
            return result.exitCode() == 0 ? result.output() : "";
        }
    }
}
