package mware.core.ssh;

import java.util.Optional;

/** The host keys that are known: kept at first sight, or given. */
public interface HostKeys {

    /**
     * The fingerprint that {@code address} is known by, such as {@code SHA256:…}; empty at first sight.
     *
     * @param address {@code host:port}
     */
    Optional<String> known(String address);

    /** Keeps the fingerprint of a server that is seen for the first time. */
    void keep(String address, String fingerprint);
}
