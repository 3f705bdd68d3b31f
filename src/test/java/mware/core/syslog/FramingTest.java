package mware.core.syslog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramingTest {

    private static final int LIMIT = 64 << 10;

    private final List<String> messages = new ArrayList<>();

    /** {@code ~} stands for LF, {@code |} between messages; the last part is what only the end of the stream gives. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
            lines; <34>one~<34>two~; <34>one|<34>two
            line without an end; <34>one~<34>two; <34>one|<34>two
            CR and LF; <34>one^~<34>two^~; <34>one|<34>two
            NUL as the end; <34>one@<34>two@; <34>one|<34>two
            empty lines; ~~<34>one~~; <34>one
            counted; 7 <34>one7 <34>two; <34>one|<34>two
            counted with a line end besides; 7 <34>one~8 <34>two~~; <34>one|<34>two
            counted text with a line end in it; 11 <34>one~two7 <34>six; <34>one~two|<34>six
            a line that begins with a number; 12 monkeys~<34>one~; 12 monkeys|<34>one
            a year is no count; 2026 Mar 10 text~; 2026 Mar 10 text
            counts told apart once; <34>one~7 <34>two~; <34>one|7 <34>two
            a count too small; 5 <34>one~7 <34>two; <34>o|ne|<34>two
            a count too large; 9 <34>one7 <34>two8 <34>four; <34>one7 |<34>two|<34>four
            no count where one is due; 7 <34>oneX7 <34>two; <34>one|X|<34>two
            a count of a gigabyte; 999999999 <34>one~; 999999999 <34>one
            half a message; 20 <34>one; <34>one
            half a count; 1; 1
            nothing; ~; ''
            """)
    void messages_are_found(String what, String stream, String expected) {
        byte[] octets = octets(stream);

        read(octets, octets.length);

        assertThat(String.join("|", messages)).isEqualTo(expected.replace('~', '\n'));
    }

    @Test
    void it_makes_no_difference_how_the_network_cuts_the_stream() {
        byte[] octets = octets("7 <34>one11 <34>one~two~30 <34>a count that is too large7 <34>two7 <34>six");
        read(octets, octets.length);
        List<String> whole = List.copyOf(messages);

        for (int size = 1; size < octets.length; size++) {
            messages.clear();
            read(octets, size);

            assertThat(messages).as("in pieces of " + size).isEqualTo(whole);
        }
    }

    @Test
    void a_message_longer_than_the_limit_loses_its_end_and_the_next_is_whole() {
        String large = "<34>" + "x".repeat(100_000);

        byte[] lines = octets(large + "~<34>two~");
        read(lines, 1000);
        byte[] counted = octets(large.length() + " " + large + "7 <34>two");
        read(counted, 1000);

        assertThat(messages).extracting(String::length).containsExactly(LIMIT, 7, LIMIT, 7);
    }

    @Test
    void a_message_of_64_kib_is_whole() {
        String large = "<34>" + "x".repeat(LIMIT - 4);

        byte[] octets = octets(LIMIT + " " + large);
        read(octets, 4096);

        assertThat(messages).containsExactly(large);
    }

    @Test
    void noise_never_breaks_it_nor_makes_it_keep_more_than_the_limit() {
        Random random = new Random(6587);
        byte[] noise = new byte[1 << 20];
        for (int round = 0; round < 20; round++) {
            String marks = "0123456789 <>\n\r\0ab";
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (byte) marks.charAt(random.nextInt(marks.length()));
            }
            messages.clear();
            read(noise, 1 + random.nextInt(9000));

            assertThat(messages).isNotEmpty().allSatisfy(message -> assertThat(message.length())
                    .isBetween(1, LIMIT));
        }
    }

    private void read(byte[] octets, int pieces) {
        Framing framing = new Framing(LIMIT, message -> messages.add(new String(message, StandardCharsets.ISO_8859_1)));
        for (int i = 0; i < octets.length; i += pieces) {
            int size = Math.min(pieces, octets.length - i);
            byte[] piece = new byte[size];
            System.arraycopy(octets, i, piece, 0, size);
            framing.read(piece, size);
        }
        framing.end();
    }

    private static byte[] octets(String text) {
        return text.replace('~', '\n').replace('^', '\r').replace('@', '\0').getBytes(StandardCharsets.ISO_8859_1);
    }
}
