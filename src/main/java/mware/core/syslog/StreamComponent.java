package mware.core.syslog;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/** The {@code syslog-stream} scheme; also knows what went through the listeners that are running. */
public final class StreamComponent extends DefaultComponent {

    private static final String TLS = "tls";

    private final ConcurrentMap<String, StreamConsumer> consumers = new ConcurrentHashMap<>();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        StreamEndpoint endpoint = new StreamEndpoint(uri, this, remaining.equals(TLS));
        setProperties(endpoint, parameters);
        if (!endpoint.isTls()) {
            endpoint.setPort(port(remaining, endpoint.getKey()));
        }
        return endpoint;
    }

    private static int port(String text, String key) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below, with the rule
        }
        throw new IllegalArgumentException(key + ": must be 0..65535, got " + text);
    }

    /** What went through each listener that is running, by its key. */
    public Map<String, StreamCounts> counts() {
        Map<String, StreamCounts> counts = new TreeMap<>();
        consumers.forEach((key, consumer) -> counts.put(key, consumer.counts()));
        return counts;
    }

    void add(String key, StreamConsumer consumer) {
        consumers.put(key, consumer);
    }

    void remove(String key, StreamConsumer consumer) {
        consumers.remove(key, consumer);
    }
}
