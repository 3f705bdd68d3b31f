package mware.core.cluster;

import java.util.Map;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;

/** A real ZooKeeper server for tests, with ticks short enough for sessions of a second. */
public final class Ensemble {

    private Ensemble() {}

    static final int TICK_MILLIS = 250;

    /** One server on a free port. */
    public static TestingServer server() throws Exception {
        return new TestingServer(spec(), true);
    }

    static InstanceSpec spec() {
        return new InstanceSpec(null, -1, -1, -1, true, -1, TICK_MILLIS, 200, Map.of(), "127.0.0.1");
    }
}
