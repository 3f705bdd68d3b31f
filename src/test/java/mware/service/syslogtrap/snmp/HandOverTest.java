package mware.service.syslogtrap.snmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.stream.Stream;
import mware.service.syslogtrap.snmp.Outbox.Entry;
import mware.service.syslogtrap.snmp.Receiver.Community;
import mware.testing.FreePorts;
import mware.testing.MemoryState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the next node finds in the runtime state, when the receiver is away. */
class HandOverTest {

    private final MemoryState state = new MemoryState();
    private final TestNode node = new TestNode(state, 0);

    @BeforeEach
    void begin() {
        node.takeOver(1);
        node.sender.apply(Samples.only(Samples.receiver("nms", FreePorts.next(), new Community("public"), true)));
        await().until(() -> state.get(Engine.KEY).isPresent());
        node.send("nms", "first");
        await().until(() -> kept().count() == 1);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void what_came_in_the_last_moment_is_handed_over() {
        for (int i = 0; i < 50; i++) {
            node.send("nms", "last moment " + i);
        }

        node.sender.handOver(Duration.ofSeconds(5)); // the term may end right after it

        assertThat(kept()).hasSize(51);
    }

    @Test
    void when_the_role_is_lost_at_once_it_waits_here_and_is_kept_in_the_next_term() {
        state.breakDown(true);
        for (int i = 0; i < 50; i++) {
            node.send("nms", "cut off " + i);
        }
        node.leadership.take();
        state.breakDown(false);
        assertThat(kept()).hasSize(1);

        node.takeOver(3);

        await().atMost(Duration.ofSeconds(10)).until(() -> kept().count() == 51);
        assertThat(node.status("nms").waiting()).isEqualTo(51);
    }

    @Test
    void the_outbox_of_a_receiver_that_was_taken_out_is_not_thrown_away() {
        node.sender.apply(Samples.only());

        try (var later = new TestNode(state, 0)) {
            later.takeOver(4);
            await().until(() -> Engine.of(state.get(Engine.KEY).orElseThrow()).boots() == 2);
            assertThat(kept()).hasSize(1);
        }
    }

    @Test
    void a_node_that_sends_no_more_does_not_go_on_saying_that_the_receiver_refuses() {
        await().until(() -> node.deviation("nms").contains("refuses"));

        node.leadership.take();

        await().until(() -> node.deviation("nms").isEmpty());
    }

    private Stream<Entry> kept() {
        return state.children("syslog-trap/outbox/nms").stream()
                .map(name -> state.get("syslog-trap/outbox/nms/" + name).orElseThrow())
                .flatMap(bytes -> OutboxStore.decode(0, bytes, 0, 0, Outbox.LIFE).entries().stream());
    }
}
