package mware.service.udpecho;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import mware.core.config.Configuration;
import mware.core.config.Configuration.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EchoSettingsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void without_the_setting_the_defaults_hold() throws Exception {
        EchoSettings settings = EchoSettings.read(JSON.readTree("{}"));

        assertThat(settings.networks()).isEmpty();
        assertThat(settings.packetsPerSecond()).isEmpty();
        assertThat(settings.problems()).isEmpty();
    }

    @Test
    void the_keys_are_networks_and_packets_per_second() throws Exception {
        EchoSettings settings = EchoSettings.read(
                JSON.readTree("{\"udp_echo\":{\"networks\":[\"10.0.0.0/8\"],\"packets_per_second\":50}}"));

        assertThat(settings.networks()).hasValue(List.of(Network.parse("10.0.0.0/8")));
        assertThat(settings.packetsPerSecond()).isEqualTo(OptionalInt.of(50));
    }

    @Test
    void every_problem_is_named_and_what_is_right_is_kept() throws Exception {
        EchoSettings settings = EchoSettings.read(JSON.readTree(
                "{\"udp_echo\":{\"networks\":[\"10.0.0.0/8\",\"10.0.0.0/40\",\"site\"],\"packets_per_second\":0}}"));

        assertThat(settings.networks()).hasValue(List.of(Network.parse("10.0.0.0/8")));
        assertThat(settings.packetsPerSecond()).isEmpty();
        assertThat(settings.problems())
                .containsExactly(
                        "udp_echo.networks[1]: prefix length must be 0..32, got 40",
                        "udp_echo.networks[2]: must be an IP address or address/prefix length, got \"site\"",
                        "udp_echo.packets_per_second: must be 1..10000000, got 0");
    }

    @ParameterizedTest(name = "{0}: {1} problems")
    @CsvSource(
            delimiter = ';',
            value = {
                "{}; 0",
                "{\"networks\":[\"10.0.0.0/8\",\"fd00::/8\",\"::1\"],\"packets_per_second\":1}; 0",
                "{\"networks\":\"10.0.0.0/8\"}; 1",
                "{\"packets_per_second\":0}; 1",
                "{\"packets_per_second\":1.5}; 1",
                "{\"rate\":1}; 1",
            })
    void the_schema_says_what_may_be_set(String setting, int problems) throws Exception {
        try (InputStream schema = getClass().getResourceAsStream("/settings/udp_echo.schema.json")) {
            assertThat(JsonSchemaFactory.getInstance(VersionFlag.V202012)
                            .getSchema(schema)
                            .validate(JSON.readTree(setting)))
                    .hasSize(problems);
        }
    }

    @Test
    void the_sites_own_networks_are_loopback_all_interface_addresses_and_the_networks_they_are_attached_to() {
        JsonNode none = JSON.createObjectNode();
        Configuration configuration = new Configuration(
                List.of(),
                List.of(
                        new Server("srv1", "main", Map.of("eth0", "10.1.0.5")),
                        new Server("srv2", "main", Map.of("eth0", "10.2.0.5", "name", "db.local"))),
                List.of(),
                List.of(),
                List.of(),
                none);

        List<Network> networks =
                SiteNetworks.of(configuration, List.of(Network.parse("10.1.0.5/24"), Network.parse("172.17.0.1/16")));

        assertThat(networks)
                .extracting(Network::toString)
                .containsExactlyInAnyOrder(
                        "127.0.0.0/8", "0:0:0:0:0:0:0:1/128", "10.1.0.5/32", "10.1.0.5/24", "10.2.0.5/32");
    }
}
