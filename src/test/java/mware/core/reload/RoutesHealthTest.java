package mware.core.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mware.core.reload.RunningFile.Entry;
import mware.core.reload.RunningFile.When;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesHealthTest {

    @ParameterizedTest(name = "{0}, node active: {1}, group has the master domain: {2}, started: {3} -> healthy: {4}")
    @CsvSource({
        "ALWAYS,         false, true,  true,  true",
        "ALWAYS,         false, true,  false, false",
        "ALWAYS,         true,  true,  true,  true",
        "ALWAYS,         true,  true,  false, false",
        "ON_ACTIVE_NODE, true,  true,  true,  true",
        "ON_ACTIVE_NODE, true,  true,  false, false",
        "ON_ACTIVE_NODE, false, true,  false, true",
        "ON_ACTIVE_NODE, false, true,  true,  true",
        "ON_ACTIVE_NODE, true,  false, false, false",
        "ON_ACTIVE_NODE_OF_MASTER_DOMAIN, true,  true,  false, false",
        "ON_ACTIVE_NODE_OF_MASTER_DOMAIN, true,  true,  true,  true",
        "ON_ACTIVE_NODE_OF_MASTER_DOMAIN, true,  false, false, true",
        "ON_ACTIVE_NODE_OF_MASTER_DOMAIN, false, true,  false, true",
        "ON_DEMAND,      true,  true,  false, true",
        "ON_DEMAND,      false, true,  true,  true",
    })
    void every_route_that_should_run_does(When when, boolean active, boolean master, boolean started, boolean healthy) {
        var file = new FileReport("ARoutes.java", List.of(new Entry("a", when)), null, 0);

        var wrong = RoutesHealth.wrong(List.of(file), active, master, route -> started);

        assertThat(wrong).isEqualTo(healthy ? List.of() : List.of("route a of ARoutes.java does not run"));
    }

    @Test
    void a_file_that_is_not_in_force_is_told_even_while_its_former_routes_run() {
        var file =
                new FileReport("ARoutes.java", List.of(new Entry("a", When.ALWAYS)), "ARoutes.java:3: ';' expected", 3);

        assertThat(RoutesHealth.wrong(List.of(file), true, true, route -> true))
                .containsExactly("ARoutes.java:3: ';' expected");
    }
}
