package mware.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActiveConfigurationTest {

    @Test
    void a_service_that_fails_on_a_configuration_does_not_keep_it_from_the_others() {
        var site = ConfigurationReader.read(DefaultSite.text()).configuration().orElseThrow();
        var active = new ActiveConfiguration(site);
        List<Configuration> heard = new ArrayList<>();
        active.onApply(next -> {
            throw new IllegalStateException("the first one");
        });
        active.onApply(heard::add);

        assertThatIllegalStateException().isThrownBy(() -> active.apply(site)).withMessage("the first one");
        assertThat(heard).containsExactly(site);
    }
}
