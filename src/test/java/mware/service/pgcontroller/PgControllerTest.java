package mware.service.pgcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.monitor.Metrics;
import mware.core.state.StateException;
import mware.service.pgcontroller.PgController.Act;
import mware.service.pgcontroller.PgController.Look;
import mware.testing.MemoryState;
import mware.testing.SettableLeadership;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The loop, over a simulated pair: what is kept before a step, and what operators see. */
class PgControllerTest {

    private static final String PAIR =
            """
            [{"key": "pair", "promote_after": 8, "allow_unfenced": true, "servers": [
              {"pg_host": "a", "ssh_user": "postgres", "pg_replica_user": "r", "pg_data_folder": "/d"},
              {"pg_host": "b", "ssh_user": "postgres", "pg_replica_user": "r", "pg_data_folder": "/d"}]}]
            """;

    private final AtomicLong nanos = new AtomicLong();
    private final MemoryState state = new MemoryState();
    private final SettableLeadership leadership = new SettableLeadership();
    private final Deviations deviations = new Deviations(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    private final Metrics metrics = new Metrics();
    private SimulatedPair servers;
    private PgController controller;

    @BeforeEach
    void start() throws Exception {
        PgGroup group = PgGroups.read(json(PAIR)).usable().get(0);
        servers = new SimulatedPair(group, new Random(1));
        servers.unreliable = false;
        controller = controller();
        state.begin(1);
        leadership.give(1);
        ticks(8);
    }

    private PgController controller() throws Exception {
        var made = new PgController(
                servers,
                state,
                leadership,
                deviations,
                metrics,
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                nanos::get);
        made.apply(json(PAIR));
        return made;
    }

    @AfterEach
    void stop() {
        controller.close();
        metrics.close();
    }

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }

    /** Goes through look, decide and act as the route does, every 2 s. */
    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            servers.second();
            servers.second();
            nanos.addAndGet(2_000_000_000L);
            for (PgPair due : controller.due()) {
                for (PgPair pair = due; pair != null; ) {
                    Look look = controller.look(pair);
                    Act act = look == null ? null : controller.decide(look);
                    pair = act == null ? null : controller.act(act);
                }
            }
        }
    }

    private PgPair pair() {
        return controller.pair("pair").orElseThrow();
    }

    @Test
    void a_healthy_pair_is_no_news() {
        assertThat(deviations.open()).isEmpty();
        assertThat(PgStatus.of(pair().snapshot()))
                .containsEntry("state", "healthy")
                .containsEntry("master", "a");
    }

    @Test
    void a_dead_host_ends_in_a_promotion_that_the_history_tells_of() {
        servers.a.crash();
        servers.a.hostUp = false;
        ticks(2);
        assertThat(deviations.open())
                .extracting(Deviation::category, Deviation::key, Deviation::status)
                .contains(org.assertj.core.groups.Tuple.tuple("pg", "pair: no_master", Deviation.Status.ERROR));
        assertThat(deviations.open().get(0).reason()).contains("next: promote b at ");

        ticks(6);

        assertThat(servers.b.takesWrites()).isTrue();
        assertThat(pair().history())
                .anyMatch(entry ->
                        entry.step().equals("promote b") && entry.outcome().startsWith("DONE"));
        assertThat(deviations.open()).extracting(Deviation::key).containsExactly("pair: no_standby");

        servers.a.hostUp = true;
        ticks(12);

        assertThat(servers.streams(servers.a, servers.b)).isTrue();
        assertThat(deviations.open()).isEmpty();
    }

    @Test
    void a_pause_survives_the_controller_and_stops_all_action() throws Exception {
        pair().change(memory -> memory.pause(new Memory.Pause(0, "operator", "an upgrade")), "pause", "an upgrade");
        controller.close();
        controller = controller();
        state.begin(2);
        leadership.give(2);
        servers.a.crash();

        ticks(20);

        assertThat(servers.a.runs || servers.b.takesWrites()).isFalse();
        assertThat(deviations.open()).extracting(Deviation::key).contains("pair: paused", "pair: no_master");

        pair().change(memory -> memory.pause(null), "resume", "");
        ticks(10);

        assertThat(servers.streams(servers.b, servers.a)).isTrue();
    }

    @Test
    void a_switchover_is_done_and_the_old_master_follows() {
        pair().change(
                        memory -> memory.request(
                                new Memory.Request("1", Memory.Request.Kind.SWITCHOVER, "b", false, "", 0, "operator")),
                        "switchover",
                        "");

        ticks(12);

        assertThat(servers.streams(servers.a, servers.b)).isTrue();
        assertThat(pair().snapshot().memory().request()).isNull();
    }

    @Test
    void nothing_is_done_that_cannot_be_kept_before() {
        state.breakDown(true);
        servers.a.crash();
        servers.a.hostUp = false;

        ticks(20);

        assertThat(servers.b.takesWrites()).isFalse();
        assertThat(deviations.open()).anyMatch(open -> open.reason().contains("the runtime state cannot be reached"));
    }

    @Test
    void a_node_that_is_not_active_does_not_look() {
        leadership.take();

        assertThat(controller.due()).isEmpty();
        assertThat(deviations.open()).isEmpty();
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> pair().change(memory -> memory.pause(null), "resume", ""))
                .isInstanceOf(StateException.class);
    }

    @Test
    void a_step_of_a_term_that_is_over_changes_nothing_that_is_kept() {
        servers.a.crash();
        servers.a.hostUp = false;
        ticks(4);
        state.begin(9); // another node is active, and this one does not know yet

        ticks(6);

        assertThat(servers.b.takesWrites()).isFalse();
    }

    @Test
    void a_slow_pair_has_its_turn_once_and_the_next_one_in_its_time() {
        nanos.addAndGet(Pace.PERIOD.toNanos());
        PgPair slow = controller.due().get(0);

        nanos.addAndGet(Pace.PERIOD.toNanos() / 2);
        assertThat(controller.due()).isEmpty();
        slow.endTurn();
        assertThat(controller.due()).isEmpty();
        nanos.addAndGet(Pace.PERIOD.toNanos() / 2);
        assertThat(controller.due()).hasSize(1);
    }

    @Test
    void a_pair_that_is_taken_out_of_the_configuration_is_let_go() throws Exception {
        servers.a.crash();
        servers.a.hostUp = false;
        ticks(2);

        controller.apply(json("[]"));

        assertThat(deviations.open()).isEmpty();
        assertThat(controller.due()).isEmpty();
    }
}
