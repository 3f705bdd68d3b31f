package mware;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import mware.core.http.FrontDoor;
import mware.core.monitor.CertificateWatch;
import mware.core.monitor.Deviations;
import mware.core.tls.NodeTrust;
import mware.core.tls.PemFiles;
import org.jspecify.annotations.Nullable;

/** How a node speaks TLS: with the site's certificate where it has one, and with other nodes of the site. */
final class SiteTls implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final @Nullable CertificateWatch watch;
    private final Optional<NodeTrust> trust;

    /** Reads the certificate; throws IllegalArgumentException, naming the key, when it cannot be used. */
    SiteTls(Optional<PemFiles> certificate, Optional<Path> trusted, Deviations deviations, Clock clock) {
        CertificateWatch own = certificate
                .map(files -> new CertificateWatch(files, "http.certificate", deviations, clock))
                .orElse(null);
        watch = own;
        trust = own == null && trusted.isEmpty()
                ? Optional.empty()
                : Optional.of(new NodeTrust(() -> own == null ? List.of() : own.certificates(), trusted.orElse(null)));
    }

    /** Whether the API is answered over TLS. */
    boolean isOn() {
        return watch != null;
    }

    /** By what other nodes are known; empty: by the JDK's authorities. */
    Optional<NodeTrust> trust() {
        return trust;
    }

    /** The same, for the JDK's client. */
    Optional<SSLContext> context() {
        return trust.map(NodeTrust::context);
    }

    /** Gives the door its certificate, and each renewed one. */
    void secure(FrontDoor door) {
        CertificateWatch own = watch;
        if (own != null) {
            door.secure(own.current());
            own.start(PERIOD, door::secure);
        }
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
