package mware.service.syslogtrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import mware.service.syslogtrap.snmp.Trap;
import org.junit.jupiter.api.Test;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UnsignedInteger32;
import org.snmp4j.smi.VariableBinding;

class Rfc5676Test {

    private static final String ENTRY = "1.3.6.1.2.1.192.1.2.1.";

    private final SyslogParser parser =
            new SyslogParser(Clock.fixed(Instant.parse("2026-03-15T12:00:00Z"), ZoneOffset.ofHours(3)));
    private final Rfc5676 rfc5676 = new Rfc5676();

    @Test
    void a_message_becomes_the_whole_set_in_the_order_of_the_notification() {
        Trap trap = trap("<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 ID47"
                + " [a@1 iut=\"3\" x=\"y\"][b@2 z=\"\"] the text");

        assertThat(trap.notification()).hasToString("1.3.6.1.2.1.192.0.1");
        assertThat(trap.objects().subList(0, 10))
                .extracting(object -> object.getOid().toString())
                .containsExactly(
                        ENTRY + "2.1",
                        ENTRY + "3.1",
                        ENTRY + "4.1",
                        ENTRY + "5.1",
                        ENTRY + "6.1",
                        ENTRY + "7.1",
                        ENTRY + "8.1",
                        ENTRY + "9.1",
                        ENTRY + "10.1",
                        ENTRY + "11.1");
        assertThat(values(trap.objects()))
                .startsWith("20", "5", "1")
                .contains("192.0.2.1", "myproc", "8710", "ID47", "the text");
        assertThat(trap.objects().get(2).getVariable()).isInstanceOf(UnsignedInteger32.class);
        assertThat(octets(trap, 3)).containsExactly(0x07, 0xd3, 8, 24, 5, 14, 15, 0, 0, 3, '-', 7, 0);
        assertThat(values(trap.objects()).get(8)).as("number of parameters").isEqualTo("3");
    }

    @Test
    void values_of_structured_data_follow_with_their_names_in_the_index() {
        Trap trap = trap("<165>1 - h app - - [a@1 iut=\"3\"][b@2 z=\"\"] text");

        assertThat(trap.objects().subList(10, 12))
                .extracting(object -> object.getOid().toString())
                .containsExactly(
                        "1.3.6.1.2.1.192.1.3.1.4.1.1.3.97.64.49.3.105.117.116",
                        "1.3.6.1.2.1.192.1.3.1.4.1.2.3.98.64.50.1.122");
        assertThat(trap.objects().get(10).getVariable()).hasToString("3");
    }

    @Test
    void what_a_message_does_not_say_is_an_empty_string() {
        Trap trap = trap("<11>1 - - - - - - text");

        for (int i = 3; i <= 7; i++) {
            assertThat(octets(trap, i)).as("object " + i).isEmpty();
        }
    }

    @Test
    void a_stamp_without_a_zone_has_that_of_this_node() {
        assertThat(octets(trap("<131>Mar 10 10:00:00.5 h app: text"), 3))
                .containsExactly(0x07, 0xea, 3, 10, 10, 0, 0, 0x07, 0xa1, 0x20, '+', 3, 0);
    }

    @Test
    void the_text_keeps_octets_that_are_not_utf8_and_names_are_ascii() {
        byte[] raw = "<131>Mar 10 10:00:00 h\u00e9te app: caf\u00e9".getBytes(StandardCharsets.ISO_8859_1);

        Trap trap = rfc5676.trap(parser.parse(raw));

        assertThat(octets(trap, 9)).endsWith(0xe9);
        assertThat(octets(trap, 4)).isEqualTo("h?te".chars().toArray());
    }

    @Test
    void names_are_cut_to_what_the_objects_hold() {
        Trap trap = trap("<11>1 - " + "h".repeat(300) + " " + "a".repeat(60) + " " + "p".repeat(200) + " "
                + "m".repeat(40) + " - text");

        assertThat(octets(trap, 4)).hasSize(255);
        assertThat(octets(trap, 5)).hasSize(48);
        assertThat(octets(trap, 6)).hasSize(128);
        assertThat(octets(trap, 7)).hasSize(32);
    }

    @Test
    void each_message_is_a_row_of_its_own() {
        trap("<11>one");

        assertThat(trap("<11>two").objects())
                .allSatisfy(object -> assertThat(object.getOid().last()).isEqualTo(2));
    }

    @Test
    void what_cannot_be_taken_apart_leaves_with_all_of_its_text() {
        Trap trap = trap("neither priority nor stamp");

        assertThat(values(trap.objects()).get(9)).isEqualTo("neither priority nor stamp");
    }

    private Trap trap(String message) {
        return rfc5676.trap(parser.parse(message.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> values(List<VariableBinding> objects) {
        return objects.stream().map(object -> object.getVariable().toString()).toList();
    }

    private static int[] octets(Trap trap, int object) {
        byte[] value = ((OctetString) trap.objects().get(object).getVariable()).getValue();
        int[] octets = new int[value.length];
        for (int i = 0; i < value.length; i++) {
            octets[i] = value[i] & 0xff;
        }
        return octets;
    }
}
