package mware.core.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mware.core.config.Problem;
import mware.core.rollout.LifeCycle.Step;
import mware.core.rollout.Revision.State;
import mware.core.store.Entity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifeCycleTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00.123456Z");

    private static Revision revision(String id, State state, int version, Instant deactivated) {
        ObjectNode body = JSON.createObjectNode().put("state", state.word());
        body.putObject("content").put("of", id);
        ObjectNode ext = body.putObject("ext");
        if (version > 0) {
            ext.put("version", version).put("versions", version);
        }
        if (deactivated.isAfter(Instant.EPOCH)) {
            ext.put("deactivation_time", deactivated.toString());
        }
        return new Revision(new Entity(id, "mware.local", null, body, NOW, NOW, 1, false));
    }

    private static Revision revision(String id, State state, int version) {
        return revision(id, state, version, Instant.EPOCH);
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource({
        "INITIAL,   CHANGE,   ",
        "INITIAL,   DESCRIBE, ",
        "INITIAL,   VALIDATE, ",
        "INITIAL,   APPLY,    validate it first",
        "INITIAL,   DELETE,   ",
        "VALIDATED, CHANGE,   ",
        "VALIDATED, DESCRIBE, ",
        "VALIDATED, VALIDATE, ",
        "VALIDATED, APPLY,    ",
        "VALIDATED, DELETE,   ",
        "FAILED,    CHANGE,   ",
        "FAILED,    DESCRIBE, ",
        "FAILED,    VALIDATE, ",
        "FAILED,    APPLY,    change it and validate it again",
        "FAILED,    DELETE,   ",
        "ACTIVE,    CHANGE,   save a new configuration",
        "ACTIVE,    DESCRIBE, save a new configuration",
        "ACTIVE,    VALIDATE, it was checked when it was applied",
        "ACTIVE,    APPLY,    ",
        "ACTIVE,    DELETE,   apply another one first",
        "ARCHIVED,  CHANGE,   save a new configuration",
        "ARCHIVED,  DESCRIBE, ",
        "ARCHIVED,  VALIDATE, ",
        "ARCHIVED,  APPLY,    ",
        "ARCHIVED,  DELETE,   ",
    })
    void each_step_in_each_state_is_allowed_or_says_what_to_do(State state, Step step, @Nullable String why) {
        if (why == null) {
            assertThat(LifeCycle.refusal(state, step)).isEmpty();
        } else {
            assertThat(LifeCycle.refusal(state, step)).get().asString().contains(why);
        }
    }

    @Test
    void one_is_put_in_force_and_the_former_one_archived_in_one_write() {
        List<Entity> both = LifeCycle.applied(
                revision("new", State.VALIDATED, 0),
                revision("old", State.ACTIVE, 3),
                "admin@mware.local",
                "night",
                NOW);

        Revision next = new Revision(both.get(0));
        assertThat(next.state()).isEqualTo(State.ACTIVE);
        assertThat(next.version()).hasValue(4);
        assertThat(next.entity().unique()).isEqualTo("active");
        assertThat(next.entity().version()).isEqualTo(2);
        assertThat(next.ext().path("activation_time").asText()).isEqualTo("2026-11-25T10:00:00.123Z");
        assertThat(next.ext().path("applied_by").asText()).isEqualTo("admin@mware.local");
        assertThat(next.ext().path("reason").asText()).isEqualTo("night");
        Revision former = new Revision(both.get(1));
        assertThat(former.state()).isEqualTo(State.ARCHIVED);
        assertThat(former.entity().unique()).isNull();
        assertThat(former.version()).hasValue(3);
        assertThat(former.deactivated()).isEqualTo(Instant.parse("2026-11-25T10:00:00.123Z"));
        assertThat(both).hasSize(2);
    }

    @Test
    void one_that_comes_back_keeps_its_number_and_no_number_is_given_twice() {
        List<Entity> back = LifeCycle.applied(
                revision("one", State.ARCHIVED, 1, NOW), revision("four", State.ACTIVE, 4), "admin", null, NOW);
        Revision one = new Revision(back.get(0));
        assertThat(one.version()).hasValue(1);
        assertThat(one.versions()).isEqualTo(4);
        assertThat(one.ext().has("deactivation_time")).isFalse();

        List<Entity> next =
                LifeCycle.applied(revision("five", State.VALIDATED, 0), new Revision(back.get(0)), "admin", null, NOW);
        assertThat(new Revision(next.get(0)).version()).hasValue(5);
    }

    @Test
    void a_check_keeps_every_problem_with_path_rule_and_value() {
        var error = new Problem("roles[0].group", "must be 1..9999999", "0", Problem.Severity.ERROR);
        var warning = new Problem("settings.x", "cannot be filled in", null, Problem.Severity.WARNING);

        Revision failed = new Revision(revision("a", State.INITIAL, 0)
                .next(LifeCycle.checked(revision("a", State.INITIAL, 0), List.of(error, warning)), NOW));
        assertThat(failed.state()).isEqualTo(State.FAILED);
        assertThat(failed.ext().path("errormsg").asText()).isEqualTo("roles[0].group: must be 1..9999999, got 0");
        assertThat(failed.ext().at("/errors/0/path").asText()).isEqualTo("roles[0].group");
        assertThat(failed.ext().at("/warnings/0/rule").asText()).isEqualTo("cannot be filled in");
        assertThat(failed.checked()).isEmpty();

        Revision passed = new Revision(failed.next(LifeCycle.checked(failed, List.of(warning)), NOW));
        assertThat(passed.state()).isEqualTo(State.VALIDATED);
        assertThat(passed.ext().has("errormsg")).isFalse();
        assertThat(passed.checked()).isEqualTo(passed.content().digest());
        assertThat(new Revision(passed.next(LifeCycle.changed(passed.bodyCopy(), "admin"), NOW)).state())
                .isEqualTo(State.INITIAL);
    }

    @Test
    void the_oldest_archived_ones_go_and_never_the_active_one() {
        List<Revision> all = new ArrayList<>();
        all.add(revision("active", State.ACTIVE, 1));
        for (int i = 0; i < 60; i++) {
            all.add(revision("draft" + i, State.INITIAL, 0));
            all.add(revision("old" + i, State.ARCHIVED, i + 2, NOW.minusSeconds(i)));
        }

        assertThat(LifeCycle.superfluous(all))
                .hasSize(21)
                .allSatisfy(one -> assertThat(one.state()).isEqualTo(State.ARCHIVED))
                .extracting(Revision::id)
                .contains("old59", "old39")
                .doesNotContain("old0", "old38");
        assertThat(LifeCycle.superfluous(all.subList(0, 50))).isEmpty();
        assertThat(LifeCycle.before(all)).get().extracting(Revision::id).isEqualTo("old0");
    }
}
