package mware.core.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mware.core.reload.RunningFile.Entry;
import mware.core.reload.RunningFile.When;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesHealthTest {

    @ParameterizedTest(name = "{0}, node active: {1}, started: {2} -> healthy: {3}")
    @CsvSource({
        "ALWAYS,         false, true,  true",
        "ALWAYS,         false, false, false",
        "ALWAYS,         true,  true,  true",
        "ALWAYS,         true,  false, false",
        "ON_ACTIVE_NODE, true,  true,  true",
        "ON_ACTIVE_NODE, true,  false, false",
        "ON_ACTIVE_NODE, false, false, true",
        "ON_ACTIVE_NODE, false, true,  true",
        "ON_DEMAND,      true,  false, true",
        "ON_DEMAND,      false, true,  true",
    })
    void every_route_that_should_run_does(When when, boolean active, boolean started, boolean healthy) {
        var file = new FileReport("ARoutes.java", List.of(new Entry("a", when)), null, 0);

        var wrong = RoutesHealth.wrong(List.of(file), active, route -> started);

        assertThat(wrong).isEqualTo(healthy ? List.of() : List.of("route a of ARoutes.java does not run"));
    }

    @Test
    void a_file_that_is_not_in_force_is_told_even_while_its_former_routes_run() {
        var file =
                new FileReport("ARoutes.java", List.of(new Entry("a", When.ALWAYS)), "ARoutes.java:3: ';' expected", 3);

        assertThat(RoutesHealth.wrong(List.of(file), true, route -> true))
                .containsExactly("ARoutes.java:3: ';' expected");
    }
}
