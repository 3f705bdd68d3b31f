package mware.core.syslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.Peers;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A TLS port whose files change while it is open. */
class TlsFilesIT {

    @TempDir
    Path folder;

    private final int port = FreePorts.next();
    private final Deviations deviations = new Deviations(Clock.systemUTC());
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private Path certificate;
    private Path key;

    @BeforeEach
    void start() throws Exception {
        Peers.need("openssl", "openssl");
        certificate = folder.resolve("certificate.pem");
        key = folder.resolve("key.pem");
        Command.run(("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout " + key + " -out "
                        + certificate)
                .split(" "));
        camel.getRegistry().bind("deviations", deviations);
        camel.getRegistry()
                .bind("tls", (TlsFiles.Source) () -> Optional.of(new TlsFiles(port, certificate, key, null)));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("syslog-stream:tls?key=test.tls").routeId("test").log("${body}");
            }
        });
        camel.start();
        await().until(this::isOpen);
    }

    @AfterEach
    void stop() throws IOException {
        camel.close();
    }

    @Test
    void a_certificate_that_cannot_be_used_does_not_end_the_one_that_works() throws Exception {
        String good = Files.readString(certificate);

        Files.writeString(certificate, "half a certificate");

        await().until(() -> !deviations.open().isEmpty());
        assertThat(deviations.open()).extracting(Deviation::key).containsExactly("test.tls");
        assertThat(isOpen()).isTrue();

        Files.writeString(certificate, good);

        await().until(() -> deviations.open().isEmpty());
        assertThat(isOpen()).isTrue();
    }

    @Test
    void a_key_that_was_away_and_comes_back_unchanged_is_no_deviation_any_more() throws Exception {
        Files.move(key, folder.resolve("away"));
        await().until(() -> !deviations.open().isEmpty());
        assertThat(deviations.open()).extracting(Deviation::reason).containsExactly("test.tls: cannot read " + key);

        Files.move(folder.resolve("away"), key);

        await().until(() -> deviations.open().isEmpty());
    }

    private boolean isOpen() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
