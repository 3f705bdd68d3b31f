package mware.service.telegrambot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.time.Duration;
import java.time.LocalTime;
import java.util.function.UnaryOperator;
import mware.core.config.ConfigurationReader;
import mware.core.config.DefaultSite;
import org.junit.jupiter.api.Test;

class BotSettingsTest {

    private static final String DEFAULTS =
            "\"base_url\": \"https://api.telegram.org\", \"ipv4_only\": false, \"period\": \"5m\"";

    private static BotSettings read(String more) throws JsonProcessingException {
        return BotSettings.read(
                new ObjectMapper().readTree("{" + DEFAULTS + more + "}"),
                text -> text.replace("{{file:t}}", "123:secret-token"));
    }

    @Test
    void the_schema_fills_in_the_defaults() {
        var site = ConfigurationReader.read(DefaultSite.text()).configuration().orElseThrow();

        BotSettings settings = BotSettings.read(site.setting("telegram_bot"), UnaryOperator.identity());

        assertThat(settings)
                .isEqualTo(new BotSettings(
                        null, URI.create("https://api.telegram.org"), null, false, Duration.ofMinutes(5), null));
    }

    @Test
    void all_that_can_be_given_is_read_and_no_secret_is_shown() throws JsonProcessingException {
        BotSettings settings = read(", \"token\": \"{{file:t}}\", \"digest_at\": \"09:00\", \"proxy\": {\"type\":"
                + " \"socks5\", \"host\": \"p\", \"port\": 1080, \"user\": \"u\", \"password\": \"secret-password\"}");

        assertThat(settings.token()).isEqualTo("123:secret-token");
        assertThat(settings.bot()).isEqualTo("123");
        assertThat(settings.digestAt()).isEqualTo(LocalTime.of(9, 0));
        assertThat(settings.proxy())
                .isEqualTo(new BotSettings.Proxy(BotSettings.Proxy.Kind.SOCKS5, "p", 1080, "u", "secret-password"));
        assertThat(settings + " " + settings.proxy()).doesNotContain("secret");
    }

    @Test
    void a_token_that_is_none_is_named_but_not_shown() {
        assertThatThrownBy(() -> read(", \"token\": \"secret token\""))
                .hasMessageContaining("token: must look like")
                .hasMessageNotContaining("secret");
    }
}
