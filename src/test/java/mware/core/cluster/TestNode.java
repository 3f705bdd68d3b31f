package mware.core.cluster;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import mware.core.monitor.Deviations;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/** A node of a group in this process, without the rest of the product. */
public final class TestNode implements AutoCloseable {

    public static final Duration SESSION = Duration.ofSeconds(1);

    public final String name;
    public final Deviations deviations = new Deviations(Clock.systemUTC());
    public final ZooKeeperConnection connection;
    public final GroupElection election;
    public final ClusterSecret secret;
    public final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<Runnable> parts = new ArrayList<>();
    private @Nullable ActiveRoutes routesOf;

    public TestNode(String hosts, Path data, Member member) {
        this(hosts, data, member, Optional.of("a secret of this test"));
    }

    public TestNode(String hosts, Path data, Member member, Optional<String> configuredSecret) {
        name = member.node();
        try {
            secret = ClusterSecret.load(data.resolve(name), configuredSecret);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connection = new ZooKeeperConnection(hosts, SESSION, secret, true, deviations);
        election = new GroupElection(connection, member, deviations, Clock.systemUTC(), System::nanoTime);
        election.onChange((epoch, why) -> heard.add(epoch.isPresent() ? "active" : "passive"));
    }

    /** A member with failback on at once. */
    public static Member member(String node, int order) {
        return new Member(node, UUID.randomUUID().toString(), 1, order, true, Duration.ZERO, false);
    }

    public static Member memberWithoutFailback(String node, int order) {
        return new Member(node, UUID.randomUUID().toString(), 1, order, false, Duration.ZERO, false);
    }

    /** Starts it, able to run its services at once. */
    public TestNode start() {
        election.start();
        election.setEligible(true);
        connection.start();
        return this;
    }

    /** Starts it with a Camel that has these routes; it is eligible when Camel has started. */
    public CamelContext startWith(RouteBuilder... routes) throws Exception {
        var camel = new DefaultCamelContext();
        ActiveRoutes bound = ActiveRoutes.bind(camel, election, deviations);
        routesOf = bound;
        parts.add(bound::close);
        parts.add(camel::stop);
        election.start();
        connection.start();
        for (RouteBuilder builder : routes) {
            camel.addRoutes(builder);
        }
        camel.start();
        election.setEligible(true);
        return camel;
    }

    /** The role goes and comes back at once, as when ZooKeeper does not answer for a moment. */
    void loseTheRoleForAMoment() {
        ActiveRoutes bound = Objects.requireNonNull(routesOf);
        bound.stop(Duration.ofSeconds(1));
        bound.start();
    }

    public boolean active() {
        return election.isActive();
    }

    public long awaitActive() {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(15))
                .until(this::active);
        OptionalLong epoch = election.epoch();
        return epoch.orElseThrow();
    }

    @Override
    public void close() {
        for (int i = parts.size() - 1; i >= 0; i--) {
            parts.get(i).run();
        }
        election.close();
        connection.close();
    }
}
