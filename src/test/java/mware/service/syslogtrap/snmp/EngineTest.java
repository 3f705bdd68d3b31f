package mware.service.syslogtrap.snmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class EngineTest {

    private final SecureRandom random = new SecureRandom();

    @Test
    void a_new_engine_has_an_id_of_rfc_3411_under_our_enterprise_number() {
        Engine engine = Engine.create(random);

        assertThat(engine.boots()).isEqualTo(1);
        assertThat(engine.octets()).hasSize(17);
        assertThat(engine.id()).startsWith("80007ed9" + "05"); // 0x80000000 + 32473, administratively assigned
        assertThat(Engine.create(random).id()).isNotEqualTo(engine.id());
    }

    @Test
    void each_term_has_one_boot_more_and_the_same_id() {
        Engine first = Engine.create(random);
        Engine third = first.next(random).next(random);

        assertThat(third).isEqualTo(new Engine(first.id(), 3));
    }

    @Test
    void when_no_boot_is_left_the_engine_begins_anew_with_another_id() {
        var last = new Engine(Engine.create(random).id(), Engine.LAST_BOOTS - 1);

        assertThat(last.next(random).boots()).isEqualTo(1);
        assertThat(last.next(random).id()).isNotEqualTo(last.id());
    }

    @Test
    void it_is_read_as_it_was_written_and_nothing_else_is() {
        Engine engine = Engine.create(random).next(random);

        assertThat(Engine.of(engine.toBytes())).isEqualTo(engine);
        assertThatThrownBy(() -> Engine.of("{\"id\":\"80\"}".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("syslog-trap/engine holds no engine");
    }
}
