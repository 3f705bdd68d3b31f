package mware.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import mware.core.tls.NodeTrust;
import mware.core.tls.PemFiles;
import mware.testing.Certificates;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The door over TLS, and what nodes and commands make of its certificate. */
class SecureDoorTest {

    @TempDir
    Path folder;

    private Certificates certificates;

    @BeforeEach
    void make() {
        certificates = new Certificates(folder);
    }

    @Test
    void a_node_is_trusted_for_the_sites_certificate_or_for_one_made_out_to_it() throws Exception {
        PemFiles own = certificates.selfSigned("own", "DNS:site.example");
        PemFiles authority = certificates.authority("authority");
        PemFiles shared = certificates.signed("shared", "DNS:site.example,DNS:srv2.example", authority);
        PemFiles host = certificates.signed("host", "IP:127.0.0.1", authority);
        PemFiles other = certificates.signed("other", "DNS:other.example", authority);
        PemFiles stranger = certificates.selfSigned("stranger", "DNS:site.example,IP:127.0.0.1");

        assertThat(trusts(own, own, null)).isEmpty();
        assertThat(trusts(own, shared, null)).contains("unable to find valid certification path");
        assertThat(trusts(own, shared, authority.certificate())).isEmpty();
        assertThat(trusts(own, host, authority.certificate())).isEmpty();
        assertThat(trusts(own, other, authority.certificate()))
                .contains("its certificate is for other.example, not for 127.0.0.1 and for no name of this node's own");
        assertThat(trusts(own, stranger, authority.certificate())).contains("certification path");
        assertThat(trusts(own, stranger, stranger.certificate())).as("pinned").isEmpty();
    }

    /** What a client that has {@code own} says of a node that shows {@code shown}; empty when it is content. */
    private String trusts(PemFiles own, PemFiles shown, @Nullable Path trusted) throws Exception {
        List<X509Certificate> mine = own.read().chain();
        try (Door door = secure(shown)) {
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(new NodeTrust(() -> mine, trusted).context())
                    .build();
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create(door.door.address().url(true) + "/observe/health"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("{\"status\":\"UP\"}");
            return "";
        } catch (SSLException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void a_renewed_certificate_is_shown_to_new_connections_and_cuts_none() throws Exception {
        PemFiles first = certificates.selfSigned("first", "IP:127.0.0.1");
        PemFiles second = certificates.selfSigned("second", "IP:127.0.0.1");
        try (Door door = secure(first);
                SSLSocket before = connect(door, "TLSv1.3")) {
            assertThat(subject(before)).isEqualTo("CN=first");
            assertThat(healthOver(before)).contains("200 OK");

            door.door.secure(second.read());

            try (SSLSocket after = connect(door, "TLSv1.2")) {
                assertThat(subject(after)).isEqualTo("CN=second");
                assertThat(healthOver(after)).contains("200 OK");
            }
            assertThat(healthOver(before)).contains("200 OK");
            assertThatThrownBy(() -> connect(door, "TLSv1.1")).isInstanceOf(Exception.class);
        }
    }

    @Test
    void a_request_is_passed_on_over_tls() throws Exception {
        PemFiles site = certificates.selfSigned("site", "DNS:site.example");
        PemFiles stranger = certificates.selfSigned("stranger", "DNS:site.example");
        Map<Integer, ActiveNodes.ActiveNode> active = new ConcurrentHashMap<>();
        try (Door one = secure(site, "mware1", active);
                Door two = secure(site, "mware2", active);
                Door false2 = secure(stranger, "mware2", active)) {
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(new NodeTrust(() -> site.read().chain(), null).context())
                    .build();
            Supplier<HttpResponse<String>> ask = () -> {
                try {
                    return client.send(
                            HttpRequest.newBuilder(URI.create(one.door.address().url(true) + "/api/test/v1/who"))
                                    .header("Authorization", "Bearer " + Door.SECRET)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            };
            active.put(1, node("mware2", two));
            assertThat(ask.get().body()).contains("\"node\":\"mware2\"");

            active.put(1, node("mware2", false2));
            assertThat(ask.get().statusCode()).isEqualTo(503);
            assertThat(ask.get().body()).contains("mware2 is the active node", "it cannot be reached");
        }
    }

    private static ActiveNodes.ActiveNode node(String name, Door door) {
        return new ActiveNodes.ActiveNode(name, door.door.address().url(true), 1, Instant.EPOCH, "test");
    }

    private static Door secure(PemFiles shown) throws Exception {
        return new Door(
                Door.LIMITS, () -> new Health(List.of()), Optional.empty(), "a", door -> door.secure(shown.read()));
    }

    private static Door secure(PemFiles shown, String name, Map<Integer, ActiveNodes.ActiveNode> active)
            throws Exception {
        DomainGroups domains = new DomainGroups() {
            @Override
            public String masterDomain() {
                return "mware.local";
            }

            @Override
            public OptionalInt groupOf(String domain) {
                return OptionalInt.of(1);
            }
        };
        Forwarder forwarder = new Forwarder(
                        new Forwarder.Node(name, 1, () -> active.get(1).node().equals(name)),
                        domains,
                        group -> Optional.ofNullable(active.get(group)),
                        () -> Door.SECRET)
                .domainBound("/api/test/")
                .trusting(new NodeTrust(() -> shown.read().chain(), null));
        return new Door(
                Door.LIMITS,
                () -> new Health(List.of()),
                Optional.of(forwarder),
                name,
                door -> door.secure(shown.read()));
    }

    private static SSLSocket connect(Door door, String protocol) throws Exception {
        var context = javax.net.ssl.SSLContext.getInstance("TLS");
        context.init(null, new javax.net.ssl.TrustManager[] {new Blind()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket("127.0.0.1", door.door.address().port());
        socket.setSoTimeout(10_000);
        socket.setEnabledProtocols(new String[] {protocol});
        socket.startHandshake();
        return socket;
    }

    /** Takes any certificate: the test looks at it itself. */
    private static final class Blind extends javax.net.ssl.X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static String subject(SSLSocket socket) throws Exception {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    private static String healthOver(SSLSocket socket) throws Exception {
        socket.getOutputStream()
                .write("GET /observe/health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        while (!text.toString().contains("UP\"}")) {
            int c = in.read();
            if (c < 0) {
                return text + "<end>";
            }
            text.append((char) c);
        }
        return text.toString();
    }
}
