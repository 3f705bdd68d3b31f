package mware.core.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.ZooKeeper;

/** A test's own look into ZooKeeper, with the secret of the tests. */
final class Looker implements AutoCloseable {

    private final ZooKeeper client;

    Looker(String hosts) {
        var connected = new CountDownLatch(1);
        try {
            client = new ZooKeeper(hosts, 5000, event -> connected.countDown());
            connected.await();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        client.addAuthInfo("digest", "mware:a secret of this test".getBytes(StandardCharsets.UTF_8));
    }

    ZooKeeper client() {
        return client;
    }

    /** How many live candidates of a group can run their services. */
    long eligible(int group) throws Exception {
        return GroupLook.at(new Session(client), new GroupPaths(group), 2000).candidates().stream()
                .filter(Election.Candidate::eligible)
                .count();
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
