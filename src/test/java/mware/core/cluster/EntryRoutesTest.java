package mware.core.cluster;

import static mware.core.cluster.TestNode.member;
import static mware.core.cluster.TestNode.memberWithoutFailback;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mware.testing.TcpLink;
import org.apache.camel.CamelContext;
import org.apache.camel.component.zookeepermaster.policy.MasterRoutePolicy;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The entry routes of a node follow its role: over reloads, failed starts, cuts and hand-overs. */
class EntryRoutesTest {

    @TempDir
    Path data;

    private TestingServer zooKeeper;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void startZooKeeper() throws Exception {
        zooKeeper = Ensemble.server();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable part : open) {
            part.close();
        }
        zooKeeper.close();
    }

    private TestNode node(String hosts, Member member) {
        var node = new TestNode(hosts, data, member);
        open.add(node);
        return node;
    }

    private static boolean isStarted(CamelContext camel, String route) {
        return camel.getRouteController().getRouteStatus(route).isStarted();
    }

    @Test
    void a_route_that_is_replaced_while_the_node_is_active_runs_at_once_and_the_old_one_never_again() throws Exception {
        List<String> old = new CopyOnWriteArrayList<>();
        List<String> next = new CopyOnWriteArrayList<>();
        var node = node(zooKeeper.getConnectString(), member("a", 10));
        var camel = node.startWith(Ticking.route("tick", old), Ticking.route("other", new CopyOnWriteArrayList<>()));
        long epoch = node.awaitActive();
        await().until(() -> !old.isEmpty());

        for (int reload = 0; reload < 3; reload++) {
            camel.getRouteController().stopRoute("tick");
            assertThat(camel.removeRoute("tick")).isTrue();
            int before = next.size();
            camel.addRoutes(Ticking.route("tick", next));
            await().atMost(Duration.ofSeconds(2)).until(() -> next.size() > before);
        }

        int oldTicks = old.size();
        await().during(Duration.ofMillis(200)).until(() -> old.size() == oldTicks);
        assertThat(node.election.epoch()).hasValue(epoch);
        assertThat(node.deviations.open()).isEmpty();
        assertThat(camel.hasServices(MasterRoutePolicy.class))
                .as("no stale policy")
                .hasSize(2);
    }

    @Test
    void a_route_that_is_added_while_the_node_is_passive_waits_for_the_role() throws Exception {
        var active = node(zooKeeper.getConnectString(), member("a", 10)).start();
        active.awaitActive();
        List<String> ran = new CopyOnWriteArrayList<>();
        var passive = node(zooKeeper.getConnectString(), memberWithoutFailback("b", 20));
        var camel = passive.startWith();
        camel.addRoutes(Ticking.route("late", ran));
        await().during(Duration.ofMillis(200)).until(ran::isEmpty);

        active.close();

        await().until(() -> !ran.isEmpty());
        assertThat(isStarted(camel, "late")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"scheduler:tick?delay=10&initialDelay=0", "timer:tick?period=10&delay=0"})
    void a_route_goes_on_after_the_role_was_away_for_a_moment(String from) throws Exception {
        List<String> ran = new CopyOnWriteArrayList<>();
        var node = node(zooKeeper.getConnectString(), member("a", 10));
        node.startWith(new ServiceRoutes() {
            @Override
            public void configure() {
                onActiveNode("tick", from).process(exchange -> ran.add("tick"));
            }
        });
        await().until(() -> !ran.isEmpty());

        for (int i = 0; i < 20; i++) {
            node.loseTheRoleForAMoment();
            int before = ran.size();
            await().atMost(Duration.ofSeconds(5)).until(() -> ran.size() > before + 1);
        }
    }

    @Test
    void a_route_that_cannot_start_is_told_and_tried_again_while_the_others_run() throws Exception {
        List<String> ran = new CopyOnWriteArrayList<>();
        var node = node(zooKeeper.getConnectString(), member("a", 10));
        var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        open.add(taken);
        int port = taken.getLocalPort();
        var camel = node.startWith(
                new ServiceRoutes() {
                    @Override
                    public void configure() {
                        onActiveNode("port", "netty:tcp://127.0.0.1:" + port + "?sync=false")
                                .to("log:port");
                    }
                },
                Ticking.route("tick", ran));
        await().until(() -> !ran.isEmpty());
        await().until(() -> node.deviations.open().stream()
                .anyMatch(d -> d.category().equals("routes") && d.key().equals("port")));

        taken.close();

        await().atMost(Duration.ofSeconds(10)).until(() -> isStarted(camel, "port"));
        assertThat(node.deviations.open()).isEmpty();
    }

    /** CAMEL-24457: in camel-zookeeper the route went on after its session was lost, so that two nodes worked. */
    @Test
    void a_lost_session_stops_the_route_before_another_node_runs_it() throws Exception {
        List<String> log = new CopyOnWriteArrayList<>();
        var link = new TcpLink(zooKeeper.getPort());
        open.add(0, link);
        var first = node(link.address(), memberWithoutFailback("a", 10));
        var firstCamel = first.startWith(logging("work", first, log));
        first.awaitActive();
        var second = node(zooKeeper.getConnectString(), memberWithoutFailback("b", 20));
        second.startWith(logging("work", second, log));
        await().until(() -> log.contains("a") && second.heard.contains("passive"));

        link.silence();
        await().atMost(Duration.ofSeconds(10)).until(() -> log.contains("b"));
        await().until(() -> !isStarted(firstCamel, "work"));
        link.mend();
        await().during(Duration.ofMillis(500)).until(() -> !first.active());

        assertThat(log.lastIndexOf("a")).as("nothing of a after the first of b").isLessThan(log.indexOf("b"));
    }

    private static ServiceRoutes logging(String id, TestNode node, List<String> ran) {
        return new ServiceRoutes() {
            @Override
            public void configure() {
                onActiveNode(id, "timer:" + node.name + "?period=5&delay=0").process(exchange -> ran.add(node.name));
            }
        };
    }

    @Test
    void a_node_with_many_idle_routes_hands_over_within_half_a_second() throws Exception {
        var first = node(zooKeeper.getConnectString(), member("a", 10));
        var routes = new ServiceRoutes[27];
        for (int i = 0; i < routes.length; i++) {
            routes[i] = Ticking.route("tick" + i, new CopyOnWriteArrayList<>());
        }
        var camel = first.startWith(routes);
        first.awaitActive();
        await().until(() -> isStarted(camel, "tick26") && isStarted(camel, "tick0"));
        var second = node(zooKeeper.getConnectString(), memberWithoutFailback("b", 20))
                .start();
        await().until(() -> second.heard.contains("passive"));
        try (var looker = new Looker(zooKeeper.getConnectString())) {
            await().until(() -> looker.eligible(1) == 2);
        }

        long before = System.nanoTime();
        var stopping = new Thread(camel::stop);
        stopping.start();
        second.awaitActive();
        long gap = System.nanoTime() - before;
        stopping.join();

        assertThat(Duration.ofNanos(gap)).isLessThan(Duration.ofMillis(500));
    }
}
