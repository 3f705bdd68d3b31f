package mware.core.cluster;

import static mware.core.cluster.TestNode.member;
import static mware.core.cluster.TestNode.memberWithoutFailback;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mware.testing.TcpLink;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes of a group on a real server: who is active, and when. */
class TakeOverTest {

    @TempDir
    Path data;

    private TestingServer zooKeeper;
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();

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

    private TestNode node(Member member) {
        return node(zooKeeper.getConnectString(), member);
    }

    private TcpLink link() throws Exception {
        var link = new TcpLink(zooKeeper.getPort());
        open.add(0, link);
        return link;
    }

    @Test
    void the_lowest_order_takes_over_and_the_epoch_rises() {
        var first = node(member("a", 10)).start();
        long epoch = first.awaitActive();
        var third = node(memberWithoutFailback("c", 30)).start();
        var second = node(memberWithoutFailback("b", 20)).start();
        await().until(() -> third.heard.contains("passive") && second.heard.contains("passive"));
        awaitCandidates(3);

        first.close();

        assertThat(second.awaitActive()).isGreaterThan(epoch);
        assertThat(third.active()).isFalse();
    }

    @Test
    void a_graceful_stop_hands_over_within_half_a_second() {
        var first = node(member("a", 10)).start();
        first.awaitActive();
        var second = node(memberWithoutFailback("b", 20)).start();
        awaitCandidates(2);

        long before = System.nanoTime();
        first.election.leave();
        second.awaitActive();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(500));
    }

    @Test
    void a_cut_off_node_is_passive_at_once_and_another_takes_over_when_its_session_ends() throws Exception {
        var link = link();
        var first = node(link.address(), member("a", 10)).start();
        first.awaitActive();
        var second = node(memberWithoutFailback("b", 20)).start();
        awaitCandidates(2);

        link.cut();

        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofMillis(500))
                .until(() -> !first.active());
        assertThat(second.active()).isFalse();
        second.awaitActive();
        assertThat(first.active()).isFalse();
    }

    @Test
    void a_silent_line_ends_the_lease_before_another_can_take_over() throws Exception {
        var link = link();
        var first = node(link.address(), member("a", 10)).start();
        first.awaitActive();
        var second = node(memberWithoutFailback("b", 20)).start();
        awaitCandidates(2);

        long before = System.nanoTime();
        link.silence();
        await().pollInterval(Duration.ofMillis(1)).until(() -> !first.active());
        long leaseOver = System.nanoTime() - before;
        assertThat(second.active()).isFalse();
        second.awaitActive();
        long taken = System.nanoTime() - before;

        assertThat(Duration.ofNanos(leaseOver)).isLessThanOrEqualTo(Duration.ofMillis(600));
        assertThat(Duration.ofNanos(taken)).isBetween(Duration.ofMillis(700), Duration.ofMillis(2500));
        link.mend();
        await().atMost(Duration.ofSeconds(10)).until(() -> first.active() && !second.active()); // failback
    }

    @Test
    void a_short_blip_is_a_pause_under_the_same_epoch() throws Exception {
        var link = link();
        var first = node(link.address(), member("a", 10)).start();
        long epoch = first.awaitActive();
        var second = node(memberWithoutFailback("b", 20)).start();
        awaitCandidates(2);

        link.silence();
        await().pollInterval(Duration.ofMillis(1)).until(() -> !first.active());
        link.mend();

        assertThat(first.awaitActive()).isEqualTo(epoch);
        assertThat(second.heard).containsOnly("passive");
    }

    @Test
    void a_lower_order_that_comes_back_takes_over_again_without_delay_between_the_two() {
        var second = node(member("b", 20)).start();
        long epoch = second.awaitActive();

        var first = node(member("a", 10)).start();

        assertThat(first.awaitActive()).isGreaterThan(epoch);
        assertThat(second.active()).isFalse();
    }

    @Test
    void failback_waits_for_its_delay_and_can_be_turned_off() {
        var second = node(memberWithoutFailback("b", 20)).start();
        second.awaitActive();
        var off = node(memberWithoutFailback("a", 10)).start();
        var later = node(new Member("c", "i", 1, 15, true, Duration.ofMillis(1500), false))
                .start();
        awaitCandidates(3);

        // "a" is before "c" and does not ask, so neither gets it; order 5 with a delay does
        await().during(Duration.ofMillis(500)).until(second::active);
        off.close();
        long begun = System.nanoTime();
        later.awaitActive();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(2500));
    }

    @Test
    void work_in_flight_ends_under_the_old_epoch_before_the_next_term_begins() throws Exception {
        var working = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        List<String> done = new CopyOnWriteArrayList<>();
        var first = node(member("a", 10));
        first.startWith(new ServiceRoutes() {
            @Override
            public void configure() {
                onActiveNode("slow", "timer:slow?repeatCount=1&delay=0").process(exchange -> {
                    working.countDown();
                    finish.await(10, TimeUnit.SECONDS);
                    done.add(first.active() ? "valid" : "too late");
                });
            }
        });
        assertThat(working.await(10, TimeUnit.SECONDS)).isTrue();
        var second = node(memberWithoutFailback("b", 20)).start();
        awaitCandidates(2);

        var stopper = new Thread(first.election::leave);
        stopper.start();
        await().during(Duration.ofMillis(300)).until(() -> !second.active() && first.active());
        assertThat(first.election.admits()).isFalse();
        finish.countDown();
        second.awaitActive();

        assertThat(done).containsExactly("valid");
        stopper.join(5000);
    }

    @Test
    void nothing_begins_on_a_route_whose_consumer_still_runs_when_the_lease_is_over() throws Exception {
        var link = link();
        List<String> acted = new CopyOnWriteArrayList<>();
        var node = node(link.address(), member("a", 10));
        var camel = node.startWith(new ServiceRoutes() {
            @Override
            public void configure() {
                onActiveNode("gate", "direct:gate").process(exchange -> acted.add(node.active() ? "valid" : "late"));
            }
        });
        node.awaitActive();
        await().until(() -> camel.getRouteController().getRouteStatus("gate").isStarted());
        var producer = camel.createProducerTemplate();
        producer.sendBody("direct:gate", "one");
        assertThat(acted).containsExactly("valid");
        var consumer = camel.getRoute("gate").getProcessor();

        link.cut();
        await().pollInterval(Duration.ofMillis(1)).until(() -> !node.active());
        consumer.process(camel.getEndpoint("direct:gate").createExchange());

        assertThat(acted).containsExactly("valid");
    }

    private void awaitCandidates(int n) {
        try (var watcher = new Looker(zooKeeper.getConnectString())) {
            await().atMost(Duration.ofSeconds(10)).until(() -> watcher.eligible(1) == n);
        }
    }
}
