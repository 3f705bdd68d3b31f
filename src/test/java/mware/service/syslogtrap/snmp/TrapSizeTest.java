package mware.service.syslogtrap.snmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snmp4j.smi.OctetString;

class TrapSizeTest {

    @Test
    void what_fits_is_left_as_it_is() {
        Trap trap = Samples.syslog(1);
        assertThat(TrapSize.fit(trap)).isSameAs(trap);
    }

    @ParameterizedTest
    @ValueSource(ints = {64_800, 65_000, 65_507, 65_535, 200_000})
    void a_long_text_loses_its_end_and_the_datagram_is_within_the_limit(int length) {
        Trap fitted = TrapSize.fit(Samples.text("x".repeat(length)));

        int size = new BerWriter().trap(new byte[255], 1, 1, fitted).remaining();
        assertThat(size).isBetween(64_500, BerWriter.MAX_DATAGRAM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "ab", "abc"})
    void no_character_is_cut_in_two(String before) {
        Trap fitted = TrapSize.fit(Samples.text(before + "\u20ac".repeat(30_000)));

        byte[] text =
                fitted.objects().get(0).getVariable() instanceof OctetString octets ? octets.getValue() : new byte[0];
        assertThat(new String(text, StandardCharsets.UTF_8))
                .doesNotContain("\ufffd")
                .startsWith(before + "\u20ac");
    }
}
