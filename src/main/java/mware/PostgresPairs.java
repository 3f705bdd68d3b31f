package mware;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiPredicate;
import mware.core.cluster.Leadership;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.monitor.Deviations;
import mware.core.monitor.Metrics;
import mware.core.net.Network;
import mware.core.ssh.HostKeys;
import mware.core.ssh.KeptHostKeys;
import mware.core.state.RuntimeState;
import mware.service.pgcontroller.Finding;
import mware.service.pgcontroller.Outcome;
import mware.service.pgcontroller.PairLook;
import mware.service.pgcontroller.PgController;
import mware.service.pgcontroller.PgControllerApi;
import mware.service.pgcontroller.PgGroup;
import mware.service.pgcontroller.PgHands;
import mware.service.pgcontroller.Progress;
import mware.service.pgcontroller.Step;
import mware.service.pgcontroller.hands.RemoteHands;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL controller put together; without a pair nothing of it is started. */
final class PostgresPairs implements AutoCloseable {

    private final String node;
    private final PgController controller;
    private final PgControllerApi api;
    private final LazyHands hands;

    PostgresPairs(
            String node,
            ActiveConfiguration configuration,
            Leadership leadership,
            RuntimeState state,
            Deviations deviations,
            Metrics metrics,
            Clock clock) {
        this.node = node;
        hands = new LazyHands(new KeptHostKeys(state, leadership), clock);
        controller = new PgController(hands, state, leadership, deviations, metrics, clock, System::nanoTime);
        controller.onGroups(hands::keepOnly);
        api = new PgControllerApi(
                controller, () -> configuration.current().masterDomain().name(), clock);
        leadership.onChange((epoch, why) -> {
            if (epoch.isEmpty()) {
                controller.passive();
            }
        });
    }

    /** Works with the pairs of this configuration. */
    void apply(Configuration configuration) {
        controller.apply(configuration
                .node(node)
                .map(role -> role.parameters().path("pg_controller"))
                .orElse(MissingNode.getInstance()));
    }

    void bind(Registry registry) {
        registry.bind("pgController", controller);
        registry.bind("pgControllerApi", api);
    }

    /** Who may ask without log-in whether a server is primary or replica; throws on what is no list of networks. */
    static BiPredicate<String, String> strangers(String networks) {
        List<Network> list = new ArrayList<>();
        for (String each : networks.split(",")) {
            if (!each.isBlank()) {
                list.add(Network.parse(each.strip()));
            }
        }
        return (path, address) -> PgControllerApi.isHealth(path) && isIn(list, address);
    }

    private static boolean isIn(List<Network> networks, String address) {
        try {
            InetAddress from = InetAddress.getByName(address.matches("[0-9A-Fa-f.:%]+") ? address : "0.0.0.0");
            return networks.stream().anyMatch(network -> network.contains(from));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public void close() {
        controller.close();
        hands.close();
    }

    /** Starts the true hands when the first pair is looked at. */
    private static final class LazyHands implements PgHands, AutoCloseable {
        private final HostKeys keys;
        private final Clock clock;
        private @Nullable RemoteHands started;

        LazyHands(HostKeys keys, Clock clock) {
            this.keys = keys;
            this.clock = clock;
        }

        private synchronized RemoteHands hands() {
            RemoteHands before = started;
            RemoteHands now = before == null ? new RemoteHands(keys, clock, System::nanoTime) : before;
            started = now;
            return now;
        }

        synchronized void keepOnly(Collection<PgGroup> groups) {
            RemoteHands now = started;
            if (now != null) {
                now.keepOnly(groups);
            }
        }

        @Override
        public PairLook look(PgGroup group, long epoch) {
            return hands().look(group, epoch);
        }

        @Override
        public Outcome act(PgGroup group, Step step, long epoch, Progress progress) {
            return hands().act(group, step, epoch, progress);
        }

        @Override
        public List<Finding> check(PgGroup group) {
            return hands().check(group);
        }

        @Override
        public synchronized void close() {
            RemoteHands now = started;
            if (now != null) {
                now.close();
            }
        }
    }
}
