package mware.core.syslog;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS listener (RFC 5425) needs, in PEM files.
 *
 * @param port 1..65535
 * @param certificate the server's certificate and those between it and the root
 * @param key its private key in PKCS#8, not encrypted
 * @param authority who must have signed the certificates of senders; null: senders show none
 */
public record TlsFiles(int port, Path certificate, Path key, @Nullable Path authority) {

    /** Says which files are to be used now; asked once a second. */
    @FunctionalInterface
    public interface Source {
        /** Empty when TLS is not configured. */
        Optional<TlsFiles> current();
    }
}
