package mware.core.net;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/** The {@code datagram} scheme; also knows what went through the listeners that are running. */
public final class DatagramComponent extends DefaultComponent {

    private final ConcurrentMap<String, DatagramListener> listeners = new ConcurrentHashMap<>();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        int port;
        try {
            port = Integer.parseInt(remaining);
        } catch (NumberFormatException e) {
            port = -1;
        }
        DatagramEndpoint endpoint = new DatagramEndpoint(uri, this, port);
        setProperties(endpoint, parameters);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(endpoint.getKey() + ": must be 0..65535, got " + remaining);
        }
        return endpoint;
    }

    /** What went through each listener that is running, by its key. */
    public Map<String, DatagramListener.Counts> counts() {
        Map<String, DatagramListener.Counts> counts = new TreeMap<>();
        listeners.forEach((key, listener) -> counts.put(key, listener.counts()));
        return counts;
    }

    /** Where the listener with this key listens now; null while it does not. */
    public @Nullable InetSocketAddress local(String key) {
        DatagramListener listener = listeners.get(key);
        return listener == null ? null : listener.local();
    }

    void add(String key, DatagramListener listener) {
        listeners.put(key, listener);
    }

    void remove(String key, DatagramListener listener) {
        listeners.remove(key, listener);
    }
}
