package mware.service.syslogtrap.snmp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import mware.core.config.ConfigurationReader;
import mware.core.config.ConfigurationReader.Checked;
import mware.core.config.DefaultSite;
import mware.core.config.Problem;
import mware.service.syslogtrap.snmp.Receiver.Auth;
import mware.service.syslogtrap.snmp.Receiver.Community;
import mware.service.syslogtrap.snmp.Receiver.Privacy;
import mware.service.syslogtrap.snmp.Receiver.User;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceiversTest {

    @Test
    void the_defaults_are_these() {
        Receivers read = read("'name': 'nms1', 'host': 'nms'");

        assertThat(read.problems()).isEmpty();
        assertThat(read.usable())
                .containsExactly(new Receiver(
                        "nms1",
                        "nms",
                        162,
                        new Community("public"),
                        false,
                        Duration.ofMillis(1500),
                        1,
                        1000,
                        20_000,
                        true));
    }

    @Test
    void the_default_site_sends_to_this_machine() {
        Receivers read = Receivers.read(DefaultSite.configuration().setting("syslog_trap"), text -> text);

        assertThat(read.usable())
                .extracting(Receiver::address, Receiver::access, Receiver::inform)
                .containsExactly(tuple("127.0.0.1:1162", new Community("public"), false));
    }

    @Test
    void the_passwords_that_are_given_say_the_security_level() {
        String user = "'name': 'a', 'host': 'h', 'version': 'v3', 'user': 'u'";

        assertThat(access(user)).isEqualTo(new User("u", null, null, null, null, ""));
        assertThat(access(user + ", 'auth_password': '12345678', 'context': 'c'"))
                .isEqualTo(new User("u", Auth.SHA_256, "12345678", null, null, "c"));
        assertThat(access(user + ", 'auth_password': '12345678', 'priv_password': 'abcdefgh',"
                        + " 'auth_protocol': 'SHA-512', 'priv_protocol': 'AES-256-C'"))
                .isEqualTo(new User("u", Auth.SHA_512, "12345678", Privacy.AES_256_C, "abcdefgh", ""));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            'host': 'h'                                                        | name: is required
            'name': 'a'                                                        | host: is required
            'name': 'a b', 'host': 'h'                                         | name: must be 1..63 letters, digits, '.', '_' or '-', a letter or digit first, got "a b"
            'name': 'a', 'host': 'h', 'port': 70000                            | port: must be 1..65535, got 70000
            'name': 'a', 'host': 'h', 'version': 'v1'                          | version: must be one of v2c, v3, got "v1"
            'name': 'a', 'host': 'h', 'user': 'u'                              | user: must not be given unless version is v3
            'name': 'a', 'host': 'h', 'version': 'v3'                          | user: is required when version is v3
            'name': 'a', 'host': 'h', 'version': 'v3', 'user': 'u', 'community': 'c' | community: must not be given when version is v3
            'name': 'a', 'host': 'h', 'version': 'v3', 'user': 'u', 'auth_password': 'short' | auth_password: must be 8..255 characters long, got ***
            'name': 'a', 'host': 'h', 'version': 'v3', 'user': 'u', 'priv_password': '12345678' | auth_password: is required with priv_password
            'name': 'a', 'host': 'h', 'version': 'v3', 'user': 'u', 'auth_password': '12345678', 'auth_protocol': 'MD5' | auth_protocol: must be one of SHA-1, SHA-224, SHA-256, SHA-384, SHA-512, got "MD5"
            'name': 'a', 'host': 'h', 'timeout': '1h'                          | timeout: must be 100ms..1m, got "1h"
            'name': 'a', 'host': 'h', 'informs': true                          | informs: is not a known key, nearest is inform
            """,
            quoteCharacter = '~')
    void a_wrong_entry_is_refused_with_key_rule_and_value(String entry, String message) {
        assertThat(check(entry).problems())
                .extracting(Problem::message)
                .containsExactly("settings.syslog_trap.receivers[0]." + message);
    }

    @Test
    void a_receiver_whose_secret_is_missing_or_too_short_is_left_out_and_the_others_work() {
        UnaryOperator<String> secrets = text -> {
            if (text.equals("{{env:NONE}}")) {
                throw new IllegalArgumentException("environment variable NONE is not set");
            }
            return text.equals("{{env:SHORT}}") ? "1234567" : text;
        };
        Receivers read = Receivers.read(
                check(
                                "'name': 'a', 'host': 'h', 'version': 'v3', 'user': 'u', 'auth_password': '{{env:NONE}}',"
                                        + " 'priv_password': '{{env:SHORT}}'",
                                "'name': 'b', 'host': 'nms'")
                        .configuration()
                        .orElseThrow()
                        .setting("syslog_trap"),
                secrets);

        assertThat(read.usable()).extracting(Receiver::name).containsExactly("b");
        assertThat(read.problems())
                .isEqualTo(Map.of(
                        "a",
                        "auth_password: environment variable NONE is not set; "
                                + "priv_password: must have at least 8 characters, got 7"));
    }

    @Test
    void a_name_that_stands_twice_is_refused() {
        assertThat(check("'name': 'a', 'host': 'one'", "'name': 'a', 'host': 'two'")
                        .problems())
                .extracting(Problem::message)
                .containsExactly(
                        "settings.syslog_trap.receivers[1].name: must be unique (also settings.syslog_trap.receivers[0]), got \"a\"");
    }

    @Test
    void no_secret_is_shown() {
        Receiver receiver = Samples.receiver("r", 162, Samples.user("u", Auth.SHA_256, Privacy.AES_128), true);

        assertThat(receiver.toString()).contains("v3 u SHA-256 AES-128").doesNotContain("secret");
        assertThat(Samples.receiver("r", 162, new Community("s3cret"), false).toString())
                .doesNotContain("s3cret");
    }

    private static Object access(String keys) {
        return read(keys).usable().get(0).access();
    }

    private static Receivers read(String... entries) {
        return Receivers.read(check(entries).configuration().orElseThrow().setting("syslog_trap"), text -> text);
    }

    private static Checked check(String... entries) {
        String list = String.join("}, {", List.of(entries)).replace('\'', '"');
        String site = new String(DefaultSite.text(), UTF_8);
        return ConfigurationReader.read(
                site.replaceFirst("\"receivers\": \\[[^]]*]", "\"receivers\": [{" + list.replace("$", "\\$") + "}]"));
    }
}
