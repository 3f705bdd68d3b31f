package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mware.testing.FaultyTelegram;
import mware.testing.FreePorts;
import mware.testing.MemoryState;
import mware.testing.PeerProcess;
import mware.testing.Peers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way to Telegram through Debian's tinyproxy and microsocks, and over IPv4 alone. */
class ProxiesIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long ANN = 11;

    @TempDir
    Path folder;

    private final FaultyTelegram telegram = FaultyTelegram.start();
    private final MemoryState state = new MemoryState();
    private final SettableLogins logins = new SettableLogins();
    private final TestBot bot = new TestBot("mware1", state, logins);
    private final int port = FreePorts.next();

    @BeforeEach
    void begin() {
        logins.put("ann", "administrator", "1");
        state.begin(1);
    }

    @AfterEach
    void end() {
        bot.close();
        telegram.close();
    }

    @Test
    void through_an_http_proxy_with_a_password() throws Exception {
        Path config = Files.writeString(
                folder.resolve("tinyproxy.conf"),
                """
                Port %d
                Listen 127.0.0.1
                Timeout 60
                LogLevel Connect
                BasicAuth mware secret
                """
                        .formatted(port));
        try (PeerProcess proxy =
                proxy(Peers.need("tinyproxy", "tinyproxy-bin").toString(), "-d", "-c", config.toString())) {
            talks("http");
            assertThat(proxy.said()).contains("POST http://127.0.0.1:" + telegram.port());
        }
    }

    @Test
    void through_a_socks_proxy_with_a_password() throws Exception {
        try (PeerProcess proxy = proxy(
                Peers.need("microsocks", "microsocks").toString(),
                "-i",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-u",
                "mware",
                "-P",
                "secret")) {
            talks("socks5");
            assertThat(proxy.said()).contains("connected to 127.0.0.1:" + telegram.port());
        }
    }

    @Test
    void a_proxy_that_does_not_answer_is_named() {
        bot.use(telegram.url(), through("socks5", "secret"));
        bot.leadership.give(1);

        await().atMost(SOON).until(() -> bot.deviations.open().stream()
                .anyMatch(deviation -> deviation.key().equals("connection")
                        && deviation.reason().contains("through the SOCKS5 proxy 127.0.0.1:" + port)
                        && !deviation.reason().contains("secret")
                        && !deviation.reason().contains(TestBot.TOKEN)));
    }

    @Test
    void a_name_with_addresses_of_both_kinds_is_reached_over_ipv4_alone() throws Exception {
        assertThat(InetAddress.getAllByName("localhost")).isNotEmpty();
        bot.use("http://localhost:" + telegram.port(), Map.of("ipv4_only", true));
        bot.leadership.give(1);

        connects();
    }

    @Test
    void an_address_that_is_not_ipv4_is_not_tried_then() {
        bot.use("http://[::1]:" + telegram.port(), Map.of("ipv4_only", true));
        bot.leadership.give(1);

        await().atMost(SOON).until(() -> bot.deviations.open().stream()
                .anyMatch(deviation -> deviation.reason().contains("no IPv4 address")));
    }

    private PeerProcess proxy(String... command) {
        PeerProcess proxy = PeerProcess.start("proxy", folder.resolve("proxy.out"), List.of(command));
        proxy.await("listen", SOON, this::listens);
        return proxy;
    }

    private boolean listens() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private void talks(String type) {
        bot.use(telegram.url(), through(type, "wrong"));
        bot.leadership.give(1);
        await().atMost(SOON).until(() -> bot.deviations.open().stream()
                .anyMatch(deviation -> deviation.key().equals("connection")));

        bot.use(telegram.url(), through(type, "secret"));

        connects();
    }

    private void connects() {
        telegram.says(ANN, "/start ann:nna");
        await().atMost(SOON)
                .until(
                        () -> telegram.taken(ANN).stream()
                                .filter(taken -> taken.all().contains("Connected as ann"))
                                .findFirst(),
                        Optional::isPresent);
        await().atMost(SOON).until(() -> bot.deviations.open().isEmpty());
    }

    private Map<String, Object> through(String type, String password) {
        Map<String, Object> proxy = new HashMap<>(Map.of("type", type, "host", "127.0.0.1", "port", port));
        proxy.put("user", "mware");
        proxy.put("password", password);
        return Map.of("proxy", proxy);
    }
}
