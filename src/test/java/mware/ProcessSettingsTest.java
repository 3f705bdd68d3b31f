package mware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import mware.core.http.HttpAddress;
import mware.core.http.HttpLimits;
import mware.core.iam.IamLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code --set} takes: each key with a wrong value, and what is said of it before anything starts. */
class ProcessSettingsTest {

    @Test
    void nothing_has_to_be_set() {
        ProcessSettings settings = ProcessSettings.read(Map.of());

        assertThat(settings.http()).isEqualTo(HttpAddress.DEFAULT);
        assertThat(settings.httpLimits()).isEqualTo(HttpLimits.DEFAULT);
        assertThat(settings.secret()).isEmpty();
        assertThat(settings.iam()).isEqualTo(IamLimits.DEFAULT);
        assertThat(settings.sessionTimeout()).hasSeconds(4);
        assertThat(settings.ensemble()).isEmpty();
        assertThat(settings.zooKeeperPort()).isEqualTo(2181);
        assertThat(settings.syslog()).isEqualTo("127.0.0.1:5514");
        assertThat(settings.echo()).isEqualTo("127.0.0.1:7007");
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "http.address | 8080x | --http: must be [HOST:]PORT, got 8080x",
                "http.address | [::1:8080 | --http: host must be a name or an address, got [::1",
                "http.address | 127.0.0.1:70000 | --http: port must be 0..65535, got 70000",
                "http.max-body-bytes | x | http.max-body-bytes: must be 1..1073741824, got x",
                "http.max-head-bytes | 1 | http.max-head-bytes: must be 1024..1048576, got 1",
                "http.head-seconds | 0 | http.head-seconds: must be 1..3600, got 0",
                "http.body-seconds | -1 | http.body-seconds: must be 1..3600, got -1",
                "http.forward-seconds | 3601 | http.forward-seconds: must be 1..3600, got 3601",
                "http.max-connections | 0 | http.max-connections: must be 1..100000, got 0",
                "cluster.secret | {{env:MWARE_NO_SUCH}} | cluster.secret: environment variable MWARE_NO_SUCH is not set",
                "cluster.session-timeout | 4 | cluster.session-timeout: must be a time of 1s..60s, got 4",
                "cluster.session-timeout | 61s | cluster.session-timeout: must be a time of 1s..60s, got 61s",
                "iam.failures | 0 | iam.failures: must be 1..1000000, got 0",
                "iam.closed-time | 3 | iam.closed-time: must be a time of 1s..3600s, got 3",
                "zookeeper.hosts | zk1:port | zookeeper.hosts: must be HOST:PORT[,HOST:PORT ...], got zk1:port",
                "zookeeper.hosts | zk1:2181, | zookeeper.hosts: must be HOST:PORT[,HOST:PORT ...], got zk1:2181,",
                "zookeeper.hosts | zk1:0 | zookeeper.hosts: must be HOST:PORT[,HOST:PORT ...], got zk1:0",
                "zookeeper.port | 0 | zookeeper.port: must be 1..65535, got 0",
                "routes.drain | 5 | routes.drain: must be a time of 100ms..300s, got 5",
                "monitor.period | x | monitor.period: must be a time of 1s..3600s, got x",
                "monitor.period | '' | 'monitor.period: must be a time of 1s..3600s, got '",
                "syslog-trap.port | abc | syslog-trap.port: must be 1..65535, got abc",
                "syslog-trap.address | '' | syslog-trap.address: must be a host name or an IP address, got nothing",
                "http.operators-address | 1.2.3.4:x | http.operators-address: must be [HOST:]PORT, got 1.2.3.4:x",
                "http.operators-address | 70000 | http.operators-address: port must be 0..65535, got 70000",
                "http.certificate | pom.xml | http.private-key: is required with http.certificate",
                "http.private-key | pom.xml | http.certificate: is required with http.private-key",
                "http.trusted | nothing.pem | http.trusted: must be a file that can be read, got nothing.pem",
                "udp-echo.port | 70000 | udp-echo.port: must be 1..65535, got 70000",
                "udp-echo.address | a b | udp-echo.address: must be a host name or an IP address, got a b",
                "udp-echo.prot | 7 | --set udp-echo.prot: no such key, nearest is udp-echo.port",
            })
    void a_wrong_value_is_told_by_key_rule_and_value(String key, String value, String message) {
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> ProcessSettings.read(Map.of(key, value)))
                .withMessage(message)
                .satisfies(wrong -> assertThat(wrong.exitCode()).isEqualTo(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zookeeper.hosts | zk1:2181,zk2.example.org:2181, 10.0.0.3:2181",
                "zookeeper.hosts | [fd00::1]:2181,zk2",
                "zookeeper.hosts | zk1:2181,zk2:2181/sites/main",
                "syslog-trap.address | 0.0.0.0",
                "udp-echo.address | fd00::7",
                "http.address | [::]:80",
                "http.address | 0",
            })
    void what_is_right_is_taken(String key, String value) {
        assertThat(ProcessSettings.read(Map.of(key, value)).properties()).containsEntry(key, value);
    }

    @Test
    void all_wrong_values_are_told_at_once() {
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() ->
                        ProcessSettings.read(Map.of("udp-echo.port", "x", "syslog-trap.port", "y", "http.address", "")))
                .withMessage("--http: must be [HOST:]PORT, got \n"
                        + "mware: syslog-trap.port: must be 1..65535, got y\n"
                        + "mware: udp-echo.port: must be 1..65535, got x");
    }
}
