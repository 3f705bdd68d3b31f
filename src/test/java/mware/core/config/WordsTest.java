package mware.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Time spans, secrets, placeholders and nearest words. */
class WordsTest {

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "30s, PT30S", "5m, PT5M", "1h30m, PT1H30M", "2d, PT48H", "0s, PT0S"})
    void a_time_span_is_a_number_and_a_unit(String text, Duration span) {
        assertThat(Spans.parse(text)).isEqualTo(span);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "PT5S", "-5s", "5 s", "1.5h", "9999999999s"})
    void anything_else_is_not(String text) {
        assertThatThrownBy(() -> Spans.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be a time span such as");
    }

    @ParameterizedTest(name = "{0} is hidden: {1}")
    @CsvSource({
        "roles[0].pg_controller[1].servers[0].ssh_pwd, true",
        "settings.telegram_bot.token, true",
        "settings.syslog_trap.receivers[0].community, true",
        "settings.syslog_trap.receivers[0].auth_passphrase, true",
        "settings.syslog_trap.receivers[0].authPassword, true",
        "settings.acme.private_key, true",
        "settings.x.secret[0].name, true",
        "settings.x.PASSWORD, true",
        "roles[0].pg_controller[0].key, false",
        "roles[0].name, false",
        "settings.x.token_lifetime, false",
    })
    void a_key_says_whether_it_holds_a_secret(String path, boolean hidden) {
        assertThat(Secret.hides(path)).isEqualTo(hidden);
    }

    @Test
    void a_secret_is_given_out_but_never_shown(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("community"), "sesame\n");

        Secret secret = Secret.of("{{file:" + file + "}}");

        assertThat(secret.reveal()).isEqualTo("sesame");
        assertThat(secret).hasToString("***");
        assertThat(Secret.of("plain").reveal()).isEqualTo("plain");
    }

    @Test
    void a_placeholder_is_filled_in_when_it_is_used() {
        assertThat(Placeholders.resolve("a {{env:PATH}} b")).isEqualTo("a " + System.getenv("PATH") + " b");
        assertThat(Placeholders.resolve("{{key}} stays")).isEqualTo("{{key}} stays");
        assertThatThrownBy(() -> Placeholders.resolve("{{env:MWARE_NOT_SET}}"))
                .isInstanceOf(Placeholders.Unresolved.class)
                .hasMessage("environment variable MWARE_NOT_SET is not set");
        assertThatThrownBy(() -> Placeholders.resolve("{{file:/nowhere/secret}}"))
                .hasMessage("file /nowhere/secret cannot be read (NoSuchFileException)");
    }

    @ParameterizedTest(name = "{0} is near {1}")
    @CsvSource({"grup, group", "ifcae, iface", "orders, order", "zebra, ''", "GROUP, ''"})
    void the_nearest_word_is_the_one_with_the_fewest_slips(String word, String nearest) {
        assertThat(Nearest.of(word, List.of("group", "order", "iface", "roletype")))
                .isEqualTo(nearest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.3.4", "::1", "fd00::3", "::ffff:1.2.3.4", "255.255.255.255"})
    void an_address_is_an_address(String text) {
        assertThat(Formats.broken("ip", text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.04",
                "256.1.1.1",
                "localhost",
                "fe80::1%eth0",
                ":::",
                "1:2",
                "1.2.3.4."
            })
    void anything_else_is_none(String text) {
        assertThat(Formats.broken("ip", text)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "a.root", "1.2", "xn--e1afmkfd.xn--p1ai", "a-b.c"})
    void a_domain_name_is_a_domain_name(String text) {
        assertThat(Formats.broken("domain", text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "-a.b", "a-.b", "a.b-", "a_b.c", "a b", "Ab.c", "\u00e4.de"})
    void a_name_that_breaks_the_rules_is_none(String text) {
        assertThat(Formats.broken("domain", text)).isNotNull();
        assertThat(Formats.broken("domain", "a".repeat(64) + ".b")).isNotNull();
        assertThat(Formats.broken("domain", "a".repeat(63) + ".b")).isNull();
        assertThat(Formats.broken("domain", "a.".repeat(126) + "ab")).isNotNull();
    }
}
