package mware.core.ssh;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import mware.core.cluster.Leadership;
import mware.core.state.RuntimeState;
import mware.core.state.StateException;

/**
 * Host keys in the runtime state, which all nodes of the group share: {@code ssh/host-keys/<host>:<port>}. Only the active
 * node keeps new ones; another one takes what it sees first for as long as it runs. Deleting a key there lets the
 * server show another one.
 */
public final class KeptHostKeys implements HostKeys {

    private static final String FOLDER = "ssh/host-keys/";

    private final RuntimeState state;
    private final Leadership leadership;
    private final Map<String, String> seen = new ConcurrentHashMap<>();

    public KeptHostKeys(RuntimeState state, Leadership leadership) {
        this.state = state;
        this.leadership = leadership;
    }

    @Override
    public Optional<String> known(String address) {
        try {
            Optional<String> kept = state.get(FOLDER + address).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
            if (kept.isPresent()) {
                seen.put(address, kept.get());
            } else if (leadership.isActive()) {
                seen.remove(address);
            }
        } catch (StateException e) {
            if (!seen.containsKey(address)) {
                throw e;
            }
        }
        return Optional.ofNullable(seen.get(address));
    }

    @Override
    public void keep(String address, String fingerprint) {
        var epoch = leadership.epoch();
        if (epoch.isPresent()) {
            state.put(epoch.getAsLong(), FOLDER + address, fingerprint.getBytes(StandardCharsets.UTF_8));
        }
        seen.put(address, fingerprint);
    }
}
