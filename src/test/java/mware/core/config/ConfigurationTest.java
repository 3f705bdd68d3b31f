package mware.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import mware.core.config.Role.StorageMode;
import org.junit.jupiter.api.Test;

class ConfigurationTest {

    private final Configuration site = DefaultSite.configuration();

    @Test
    void the_default_site_is_that_of_the_specification() {
        assertThat(site.masterSite().name()).isEqualTo("main");
        assertThat(site.masterDomain().name()).isEqualTo("mware.local");
        assertThat(site.domains())
                .extracting(Configuration.Domain::name)
                .containsExactly("mware.local", "demo.mware.local");
        assertThat(site.groups("main").keySet()).containsExactly(1);
        assertThat(site.addressOf("mware1")).contains("127.0.0.1");
        assertThat(site.serverOf("msvc1"))
                .hasValueSatisfying(server -> assertThat(server.name()).isEqualTo("srv1"));
        assertThat(site.siteOf("mware1")).contains(site.masterSite());
        assertThat(site.setting("syslog_trap").at("/receivers/0/port").asInt()).isEqualTo(1162);
    }

    @Test
    void what_a_role_does_not_give_has_the_default_of_the_schema() {
        Role.Mware node = site.node("mware1").orElseThrow();

        assertThat(node.enabled()).isTrue();
        assertThat(node.group()).isEqualTo(1);
        assertThat(node.order()).isEqualTo(10);
        assertThat(node.includeDomains()).isEmpty();
        assertThat(node.storageMode()).isEqualTo(StorageMode.DISC);
        assertThat(node.failback()).isTrue();
        assertThat(node.failbackDelay()).isEqualTo(Duration.ofSeconds(30));
        assertThat(node.parameters()).isEmpty();
        assertThat(site.role("msvc1")).hasValueSatisfying(role -> assertThat(((Role.Msvc) role).order())
                .isZero());
    }

    @Test
    void settings_that_are_not_given_have_the_defaults_of_their_service() {
        assertThat(site.setting("log").path("max_file_mb").asInt()).isEqualTo(10);
        assertThat(site.setting("log").path("keep_days").asInt()).isEqualTo(2);
        assertThat(site.setting("log").path("max_total_mb").asInt()).isEqualTo(1024);
        assertThat(site.setting("log").path("min_free_mb").asInt()).isEqualTo(3072);
        assertThat(site.setting("state").path("cpu_busy_percent").asInt()).isEqualTo(90);
    }
}
