package mware.service.syslogtrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The parser against messages as real devices write them, {@code syslog/corpus.tsv}. */
class SyslogCorpusTest {

    private static final double GOAL = 0.99;

    private final SyslogParser parser =
            new SyslogParser(Clock.fixed(Instant.parse("2026-03-15T12:00:00Z"), ZoneId.of("Europe/Moscow")));

    @Test
    void host_time_and_severity_are_right_in_at_least_99_of_100_messages() throws IOException {
        List<Line> lines = corpus();
        List<String> wrong = new ArrayList<>();
        int[] right = new int[4];
        int allThree = 0;
        for (Line line : lines) {
            SyslogMessage message = parser.parse(line.raw);
            Instant time = line.time.equals("-")
                    ? null
                    : OffsetDateTime.parse(line.time).toInstant();
            boolean host = message.host().equals(line.host);
            boolean stamp = java.util.Objects.equals(message.timestamp(), time);
            boolean severity = message.severity() == line.severity;
            boolean app = message.app().equals(line.app);
            right[0] += host ? 1 : 0;
            right[1] += stamp ? 1 : 0;
            right[2] += severity ? 1 : 0;
            right[3] += app ? 1 : 0;
            allThree += host && stamp && severity ? 1 : 0;
            if (!(host && stamp && severity && app)) {
                wrong.add(line.vendor + ": host " + message.host() + ", time " + message.timestamp() + ", severity "
                        + message.severity() + ", app " + message.app() + "\n    " + line.text);
            }
        }
        System.out.printf(
                "syslog corpus: %d messages, host right %d, time %d, severity %d, all three %d, app %d%n",
                lines.size(), right[0], right[1], right[2], allThree, right[3]);
        wrong.forEach(System.out::println);
        assertThat(lines).hasSizeGreaterThanOrEqualTo(200);
        assertThat(allThree / (double) lines.size()).isGreaterThanOrEqualTo(GOAL);
        assertThat(right[3] / (double) lines.size()).as("app").isGreaterThanOrEqualTo(GOAL);
    }

    @Test
    void no_input_makes_the_parser_throw() throws IOException {
        List<Line> lines = corpus();
        Random random = new Random(5424);
        int parsed = 0;
        for (int i = 0; i < 300_000; i++) {
            byte[] raw = i % 4 == 0 ? noise(random) : mutated(lines, random);
            SyslogMessage message = parser.parse(raw);
            assertThat(message.facility()).isBetween(0, 23);
            assertThat(message.severity()).isBetween(0, 7);
            assertThat(message.textFrom()).isBetween(0, message.textTo());
            assertThat(message.textTo()).isBetween(0, raw.length);
            parsed += message.parsed() ? 1 : 0;
        }
        System.out.println("syslog fuzz: 300000 inputs, " + parsed + " of them taken apart");
    }

    private static byte[] noise(Random random) {
        byte[] raw = new byte[random.nextInt(200)];
        random.nextBytes(raw);
        if (random.nextBoolean()) { // what the parser looks for, in any order
            String marks = "<>[]:%-/ 0123456789TZ+.,*=\"\\JanFebMar\t\0";
            for (int i = 0; i < raw.length; i++) {
                raw[i] = (byte) marks.charAt(random.nextInt(marks.length()));
            }
        }
        return raw;
    }

    private static byte[] mutated(List<Line> lines, Random random) {
        byte[] raw = lines.get(random.nextInt(lines.size())).raw.clone();
        int changes = 1 + random.nextInt(4);
        for (int n = 0; n < changes && raw.length > 0; n++) {
            int at = random.nextInt(raw.length);
            switch (random.nextInt(4)) {
                case 0 -> raw[at] = (byte) random.nextInt(256);
                case 1 -> raw = java.util.Arrays.copyOf(raw, at); // cut short
                case 2 -> raw = java.util.Arrays.copyOfRange(raw, at, raw.length); // the beginning lost
                default -> {
                    byte[] other = lines.get(random.nextInt(lines.size())).raw;
                    int from = random.nextInt(other.length);
                    byte[] joined = java.util.Arrays.copyOf(raw, at + other.length - from);
                    System.arraycopy(other, from, joined, at, other.length - from);
                    raw = joined;
                }
            }
        }
        return raw;
    }

    private static List<Line> corpus() throws IOException {
        try (InputStream in = SyslogCorpusTest.class.getResourceAsStream("/syslog/corpus.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Line::read)
                    .toList();
        }
    }

    private record Line(String vendor, String host, String time, int severity, String app, String text, byte[] raw) {

        static Line read(String line) {
            String[] f = line.split("\t", 6);
            UnaryOperator<String> absent = s -> s.equals("-") ? "" : s;
            return new Line(
                    f[0], absent.apply(f[1]), f[2], Integer.parseInt(f[3]), absent.apply(f[4]), f[5], octets(f[5]));
        }

        private static byte[] octets(String text) {
            return text.replace("\\\\", "\u0001")
                    .replace("\\uFEFF", "\uFEFF")
                    .replace("\\t", "\t")
                    .replace("\\r", "\r")
                    .replace("\\n", "\n")
                    .replace("\\0", "\0")
                    .replace('\u0001', '\\')
                    .getBytes(StandardCharsets.UTF_8);
        }
    }
}
