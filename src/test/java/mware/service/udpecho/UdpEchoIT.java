package mware.service.udpecho;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import mware.testing.Command;
import mware.testing.MwareNode;
import mware.testing.Namespaces;
import mware.testing.Peers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged node, asked by socat from another host. */
class UdpEchoIT {

    @TempDir
    private Path folder;

    @BeforeEach
    void peers() {
        Peers.need("socat", "socat");
    }

    @Test
    void a_server_of_the_sites_network_gets_its_datagrams_back() throws IOException {
        try (Namespaces network = Namespaces.of("server", "near");
                MwareNode node =
                        node(network).config(site(network.host("server").address(), "{}"))) {
            start(node);

            assertThat(ask(network, "over there?")).isEqualTo("over there?");
            String large = "x".repeat(8000); // several fragments
            assertThat(ask(network, large)).isEqualTo(large);
        }
    }

    @Test
    void a_host_of_another_network_gets_nothing_and_the_log_says_why() throws IOException {
        String settings = "{\"udp_echo\": {\"networks\": [\"192.0.2.0/24\"]}}";
        try (Namespaces network = Namespaces.of("server", "near");
                MwareNode node =
                        node(network).config(site(network.host("server").address(), settings))) {
            start(node);

            assertThat(ask(network, "over there?")).isEmpty();
            assertThat(logs(node)).contains("the source is in no network that gets answers");
        }
    }

    private MwareNode node(Namespaces network) {
        Namespaces.Host server = network.host("server");
        return MwareNode.in(folder).on(server).http("127.0.0.1:8080").set("udp-echo.address", server.address());
    }

    private static void start(MwareNode node) {
        node.start().process().awaitSaid("runs: API", Duration.ofSeconds(60));
        node.awaitHealthy();
    }

    /** What comes back to the other host within a second. */
    private static String ask(Namespaces network, String text) {
        return Command.attempt(
                        text,
                        network.host("near")
                                .inside(List.of(
                                        "socat",
                                        "-b65000",
                                        "-t1",
                                        "-",
                                        "UDP4:" + network.host("server").address() + ":7007")))
                .output();
    }

    /** What the node said, on its console and in its log files. */
    private static String logs(MwareNode node) throws IOException {
        StringBuilder all = new StringBuilder(node.process().said());
        Path folder = node.data().resolve("log");
        if (Files.isDirectory(folder)) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    all.append(Files.readString(file));
                }
            }
        }
        return all.toString();
    }

    private Path site(String address, String settings) throws IOException {
        return Files.writeString(
                folder.resolve("site.json"),
                """
                {
                  "sites": [{"name": "main", "master": true}],
                  "servers": [{"name": "srv1", "site": "main", "ifaces": {"eth0": "%s"}}],
                  "domains": [{"name": "mware.local", "sites": ["main"]}],
                  "roles": [{"name": "mware1", "roletype": "mware", "iface": "eth0", "group": 1, "order": 10}],
                  "structure": [{"site": "main", "servers": [{"server": "srv1", "roles": ["mware1"]}]}],
                  "settings": %s
                }
                """
                        .formatted(address, settings));
    }
}
