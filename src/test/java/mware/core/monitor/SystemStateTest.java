package mware.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.ConfigurationReader;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.SiteView.Active;
import mware.core.monitor.SiteView.Group;
import mware.core.monitor.SiteView.LiveNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SystemStateTest {

    static final Configuration TWO_GROUPS = ConfigurationReader.read(
                    """
                    {"sites": [{"name": "main", "master": true}],
                     "servers": [{"name": "srv1", "site": "main", "ifaces": {"lan": "10.0.0.1"}},
                                 {"name": "srv2", "site": "main", "ifaces": {"lan": "10.0.0.2"}}],
                     "domains": [{"name": "root.org", "sites": ["main"]}, {"name": "a.root.org", "sites": ["main"]}],
                     "roles": [
                       {"name": "mware1", "roletype": "mware", "iface": "lan", "group": 1, "order": 10},
                       {"name": "mware2", "roletype": "mware", "iface": "lan", "group": 1, "order": 20},
                       {"name": "mware3", "roletype": "mware", "iface": "lan", "group": 2, "order": 10,
                        "include_domains": ["a.root.org"]}],
                     "structure": [{"site": "main", "servers": [
                       {"server": "srv1", "roles": ["mware1", "mware3"]}, {"server": "srv2", "roles": ["mware2"]}]}],
                     "settings": {}}
                    """)
            .configuration()
            .orElseThrow();

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private final Deviations deviations = new Deviations(CLOCK);
    private final NodeReport own =
            new NodeReport(new NodeReport.Identity("mware1", "main", "srv1", "1"), deviations, CLOCK);
    private final List<LiveNode> live = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer second;
    private String answer = "{\"deviations\":[]}";

    @BeforeEach
    void start() throws IOException {
        second = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        second.createContext(SystemState.NODE_PATH, exchange -> {
            asked.incrementAndGet();
            boolean known = "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        second.start();
        join("mware1", "srv1", 1, "http://unused");
        join("mware2", "srv2", 1, "http://127.0.0.1:" + second.getAddress().getPort());
        join("mware3", "srv1", 2, "http://127.0.0.1:" + second.getAddress().getPort());
        groups.add(new Group(1, Optional.of(new Active("mware1", 7, NOW, "first")), ""));
        groups.add(new Group(2, Optional.of(new Active("mware3", 8, NOW, "first")), ""));
    }

    @AfterEach
    void stop() {
        second.stop(0);
    }

    @Test
    void a_healthy_site_has_an_empty_state() {
        assertThat(state("secret").gather()).isEmpty();
    }

    @Test
    void the_deviations_of_all_nodes_stand_under_their_categories() {
        deviations.raise("snmp", "nms1", Status.ERROR, "no answer", Map.of("domain", "a.root.org"));
        answer =
                """
                {"deviations":[{"category":"snmp","site":"main","server":"srv2","node":"mware2","key":"nms2",
                 "since":"2026-11-21T11:00:00Z","status":"warning","reason":"slow"}]}""";
        live.remove(2);
        groups.remove(1);
        groups.add(new Group(2, Optional.of(new Active("x", 8, NOW, "first")), ""));

        var state = state("secret").gather();

        assertThat(state.keySet()).containsExactly("inactive_nodes", "snmp");
        assertThat(state.get("snmp"))
                .containsExactly(
                        Map.of(
                                "site", "main",
                                "server", "srv1",
                                "node", "mware1",
                                "key", "nms1",
                                "since", "2026-11-21T12:00:00Z",
                                "status", "error",
                                "reason", "no answer",
                                "domain", "a.root.org"),
                        Map.of(
                                "site", "main",
                                "server", "srv2",
                                "node", "mware2",
                                "key", "nms2",
                                "since", "2026-11-21T11:00:00Z",
                                "status", "warning",
                                "reason", "slow"));
    }

    @Test
    void a_node_that_is_not_there_and_a_group_without_an_active_one_are_deviations() {
        live.remove(2);
        groups.remove(1);

        var state = state("secret").gather();

        assertThat(state.get("inactive_nodes"))
                .containsExactly(Map.of(
                        "site", "main",
                        "server", "srv1",
                        "key", "mware3",
                        "since", "2026-11-21T12:00:00Z",
                        "status", "error",
                        "reason", "mware3: it has not joined its group: not started, or cut off",
                        "nodes", List.of("mware3@10.0.0.1")));
        assertThat(state.get("groups"))
                .extracting(entry -> entry.get("reason"))
                .containsExactly("no node of group 2 is active; a.root.org and below: not served");
    }

    @Test
    void a_silent_node_is_a_deviation_after_three_seconds_and_holds_up_nobody_else() throws Exception {
        deviations.raise("disk", "data", Status.WARNING, "little is left");
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            live.remove(1);
            join("mware2", "srv2", 1, "http://127.0.0.1:" + silent.getLocalPort());
            SystemState state = state("secret");
            long began = System.nanoTime();

            var both =
                    List.of(CompletableFuture.supplyAsync(state::gather), CompletableFuture.supplyAsync(state::gather));
            var gathered = both.get(0).get();
            both.get(1).get();

            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(2_900), Duration.ofMillis(4_500));
            assertThat(gathered.keySet()).containsExactly("disk", "inactive_nodes");
            assertThat(gathered.get("inactive_nodes"))
                    .extracting(entry -> entry.get("reason"))
                    .containsExactly("mware2: it did not answer within 3.0 s");
            assertThat(asked.get()).as("rounds asked of mware3").isLessThanOrEqualTo(2);
        }
    }

    @Test
    void a_dead_and_an_unfriendly_node_are_told_apart() throws Exception {
        int free;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = gone.getLocalPort();
        }
        live.remove(1);
        join("mware2", "srv2", 1, "http://127.0.0.1:" + free);

        assertThat(state("another secret").gather().get("inactive_nodes"))
                .extracting(entry -> entry.get("reason"))
                .containsExactlyInAnyOrder(
                        "mware2: its API cannot be reached", "mware3: it answers 401 when asked for its state");
    }

    @Test
    void a_node_that_has_become_healthy_is_told_apart_from_one_that_does_not_answer() {
        deviations.raise("disk", "data", Status.ERROR, "full");
        assertThat(state("secret").byNode().get("mware1"))
                .extracting(Deviation::reason)
                .containsExactly("full");

        deviations.clear("disk", "data");

        assertThat(state("secret").byNode())
                .containsEntry("mware1", List.of())
                .containsEntry("mware2", List.of())
                .containsEntry("", List.of());
        assertThat(state("another secret").byNode())
                .containsEntry("mware1", List.of())
                .doesNotContainKey("mware2");
    }

    @Test
    void a_node_whose_address_leads_to_another_one_counts_as_silent() {
        answer =
                """
                {"node":"mware3","deviations":[{"category":"snmp","site":"main","server":"srv1","node":"mware3",
                 "key":"nms2","since":"2026-11-21T11:00:00Z","status":"warning","reason":"slow"}]}""";

        var state = state("secret").gather();

        assertThat(state.get("snmp")).hasSize(1);
        assertThat(state.get("inactive_nodes"))
                .extracting(entry -> entry.get("reason"))
                .containsExactly("mware2: its address http://127.0.0.1:"
                        + second.getAddress().getPort()
                        + " is that of mware3 as seen from here: see http.address");
    }

    @Test
    void nodes_and_groups_are_listed_with_who_is_active_since_when_and_why() {
        live.remove(2);
        groups.remove(1);
        var list = new SystemNodes("main", view(), new ActiveConfiguration(TWO_GROUPS), CLOCK).list();

        assertThat(list.get("nodes").toString())
                .contains("node=mware1, site=main, server=srv1, group=1, order=10, state=active, epoch=7,"
                        + " active_since=2026-11-21T12:00:00Z, why=first")
                .contains("node=mware2, site=main, server=srv2, group=1, order=20, state=passive, url=")
                .contains("node=mware3, site=main, server=srv1, group=2, order=10, state=absent}");
        assertThat(list.get("groups").toString())
                .contains("group=2, domains=[a.root.org], active=null, why=no node has joined it");
    }

    private SystemState state(String secret) {
        return new SystemState(own, view(), new ActiveConfiguration(TWO_GROUPS), () -> secret, CLOCK);
    }

    private SiteView view() {
        return new SiteView() {
            @Override
            public List<LiveNode> nodes() {
                return List.copyOf(live);
            }

            @Override
            public List<Group> groups() {
                return List.copyOf(groups);
            }
        };
    }

    private void join(String name, String server, int group, String url) {
        live.add(new LiveNode(name, "main", server, group, 10, url, "1", NOW));
    }
}
