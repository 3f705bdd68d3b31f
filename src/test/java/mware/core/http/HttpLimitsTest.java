package mware.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import mware.core.config.Settings;
import org.junit.jupiter.api.Test;

class HttpLimitsTest {

    @Test
    void application_properties_shows_the_limits_that_hold_when_nothing_is_set() {
        var settings = Settings.read(Map.of());

        assertThat(List.of("max-body-bytes", "max-head-bytes", "head-seconds", "body-seconds", "forward-seconds"))
                .allSatisfy(key -> assertThat(settings.text("http." + key)).isNotBlank());
        assertThat(HttpLimits.read(settings::text)).isEqualTo(HttpLimits.DEFAULT);
    }
}
