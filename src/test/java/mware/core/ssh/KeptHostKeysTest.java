package mware.core.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import mware.core.state.StateException;
import mware.testing.MemoryState;
import mware.testing.SettableLeadership;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeptHostKeysTest {

    private final MemoryState state = new MemoryState();
    private final SettableLeadership leadership = new SettableLeadership();
    private final KeptHostKeys keys = new KeptHostKeys(state, leadership);

    @BeforeEach
    void isActive() {
        state.begin(7);
        leadership.give(7);
    }

    @Test
    void what_the_active_node_saw_first_its_successor_knows() {
        assertThat(keys.known("db1:22")).isEmpty();
        keys.keep("db1:22", "SHA256:one");

        assertThat(new KeptHostKeys(state, new SettableLeadership()).known("db1:22"))
                .contains("SHA256:one");
    }

    @Test
    void a_key_that_an_operator_removed_is_forgotten() {
        keys.keep("db1:22", "SHA256:one");
        state.delete(7, "ssh/host-keys/db1:22");

        assertThat(keys.known("db1:22")).isEmpty();
    }

    @Test
    void what_is_known_holds_while_the_state_is_away_and_nothing_new_is_taken() {
        keys.keep("db1:22", "SHA256:one");
        state.breakDown(true);

        assertThat(keys.known("db1:22")).contains("SHA256:one");
        assertThatThrownBy(() -> keys.known("db2:22")).isInstanceOf(StateException.class);
    }

    @Test
    void a_passive_node_remembers_for_itself_only() {
        leadership.take();
        keys.keep("db1:22", "SHA256:one");

        assertThat(keys.known("db1:22")).contains("SHA256:one");
        assertThat(state.writes()).isZero();
    }
}
