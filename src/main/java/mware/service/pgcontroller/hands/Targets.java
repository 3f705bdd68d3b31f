package mware.service.pgcontroller.hands;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import mware.core.config.Secret;
import mware.core.ssh.HostKeys;
import mware.core.ssh.ShellTarget;
import mware.service.pgcontroller.PgServer;

/** The accounts of the servers; knows the host keys that the configuration gives, and leaves the others to the state. */
final class Targets implements HostKeys {

    private final HostKeys kept;
    private final Map<String, String> given = new ConcurrentHashMap<>();

    Targets(HostKeys kept) {
        this.kept = kept;
    }

    ShellTarget of(PgServer server) {
        ShellTarget target = new ShellTarget(
                server.sshHost(),
                server.sshPort(),
                server.sshUser(),
                server.sshPassword().map(Secret::reveal).orElse(""));
        server.sshHostKey()
                .ifPresentOrElse(key -> given.put(target.address(), key), () -> given.remove(target.address()));
        return target;
    }

    @Override
    public Optional<String> known(String address) {
        return Optional.ofNullable(given.get(address)).or(() -> kept.known(address));
    }

    @Override
    public void keep(String address, String fingerprint) {
        kept.keep(address, fingerprint);
    }
}
