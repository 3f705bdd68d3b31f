package mware.core.ssh;

import java.nio.file.Path;
import java.util.Optional;

/**
 * An account on a server.
 *
 * @param password may be empty when there is a key
 * @param key a private key in a file, PEM or OpenSSH, without a passphrase
 */
public record ShellTarget(String host, int port, String user, String password, Optional<Path> key) {

    /** With a password only. */
    public ShellTarget(String host, int port, String user, String password) {
        this(host, port, user, password, Optional.empty());
    }

    /** {@code user@host:port}, never the password. */
    @Override
    public String toString() {
        return user + "@" + address();
    }

    /** {@code host:port}. */
    public String address() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
