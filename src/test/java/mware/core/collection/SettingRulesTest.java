package mware.core.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import mware.core.http.ApiException;
import mware.core.store.Entity;
import org.junit.jupiter.api.Test;

class SettingRulesTest {

    private static final String DOMAIN = "demo.mware.local";

    private final SettingRules rules = new SettingRules();

    private static ObjectNode setting(String key, String value) {
        try {
            var json = new ObjectMapper();
            ObjectNode setting = json.createObjectNode().put("key", key);
            setting.set("value", json.readTree(value.replace('\'', '"')));
            return setting;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Entity kept(ObjectNode body) {
        return new Entity(body.path("key").asText(), DOMAIN, null, body, Instant.EPOCH, Instant.EPOCH, 1, false);
    }

    private ApiException refused(ObjectNode body) {
        var refusal = assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> rules.write(Author.NODE, DOMAIN, Optional.empty(), body))
                .actual();
        assertThat(refusal.status()).isEqualTo(400);
        return refusal;
    }

    @Test
    void a_setting_of_a_service_is_checked_by_its_schema_and_every_mistake_named() {
        var refusal = refused(setting("udp_echo", "{'networks': ['300.0.0.0/8'], 'packets_per_second': 0}"));

        assertThat(refusal.details().toString())
                .contains("value.networks[0]")
                .contains("value.packets_per_second")
                .contains("300.0.0.0/8");
    }

    @Test
    void a_key_that_no_service_has_must_begin_with_x() {
        assertThat(refused(setting("udp_eco", "{}")).details().toString())
                .contains("must be the key of a service")
                .contains("udp_echo");
        assertThat(rules.write(Author.NODE, DOMAIN, Optional.empty(), setting("x_any", "[1, 'two']"))
                        .body()
                        .path("value"))
                .hasSize(2);
    }

    @Test
    void secrets_are_not_shown_and_are_kept_when_the_mask_is_written_back() {
        ObjectNode body = setting("telegram_bot", "{'token': '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw'}");
        ObjectNode first =
                rules.write(Author.NODE, DOMAIN, Optional.empty(), body).body();

        ObjectNode shown = rules.show(kept(first), first.deepCopy());
        assertThat(shown.at("/value/token").asText()).isEqualTo("***");

        ObjectNode again = rules.write(Author.NODE, DOMAIN, Optional.of(kept(first)), shown.deepCopy())
                .body();
        assertThat(again.at("/value/token").asText()).isEqualTo("110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw");
    }

    @Test
    void a_mask_that_stands_for_nothing_is_refused() {
        assertThat(refused(setting("telegram_bot", "{'token': '***'}"))
                        .details()
                        .toString())
                .contains("value.token");
    }
}
