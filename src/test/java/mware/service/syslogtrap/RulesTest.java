package mware.service.syslogtrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> RECEIVERS = List.of("a", "b");

    private final SyslogParser parser = new SyslogParser(Clock.systemUTC());

    @ParameterizedTest(name = "severity {0} -> {1}")
    @CsvSource({"0, a b", "3, a b", "4, a b", "5, ''", "7, ''"})
    void without_a_rule_a_warning_or_worse_goes_to_all(int severity, String expected) throws Exception {
        assertThat(decide("[]", "<" + (128 + severity) + ">Mar 10 10:00:00 h app: text"))
                .isEqualTo(expected);
    }

    @Test
    void without_a_rule_what_cannot_be_taken_apart_goes_to_all() throws Exception {
        assertThat(decide("[]", "no priority, no stamp")).isEqualTo("a b");
    }

    /** One rule that sends to b and then one that drops all: b means that the first has matched. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '~',
            textBlock =
                    """
            {} ~ <135>Mar 10 10:00:00 sbc-1 sipd: trunk 7 down ~ b
            {"severity": "warning"} ~ <132>Mar 10 10:00:00 sbc-1 sipd: trunk 7 down ~ b
            {"severity": "warning"} ~ <133>Mar 10 10:00:00 sbc-1 sipd: trunk 7 down ~ ''
            {"severity": "emergency"} ~ <129>Mar 10 10:00:00 sbc-1 sipd: trunk 7 down ~ ''
            {"facility": ["local0"]} ~ <135>Mar 10 10:00:00 sbc-1 sipd: trunk 7 down ~ b
            {"facility": ["local1", "kern"]} ~ <135>Mar 10 10:00:00 sbc-1 sipd: trunk 7 down ~ ''
            {"host": "sbc-*"} ~ <135>Mar 10 10:00:00 sbc-1 sipd: trunk 7 down ~ b
            {"host": "SBC-?"} ~ <135>Mar 10 10:00:00 sbc-1 sipd: trunk 7 down ~ b
            {"host": "sbc"} ~ <135>Mar 10 10:00:00 sbc-1 sipd: trunk 7 down ~ ''
            {"host": "10.0.*"} ~ <135>Mar 10 10:00:00 10.0.1.1 sipd: trunk 7 down ~ b
            {"host": "10.0.*"} ~ <135>Mar 10 10:00:00 10x0.1.1 sipd: trunk 7 down ~ ''
            {"host": "/(sbc|gw)-[0-9]+/"} ~ <135>Mar 10 10:00:00 gw-12 sipd: trunk 7 down ~ b
            {"host": "/^10\\\\.0\\\\./"} ~ <135>Mar 10 10:00:00 10.0.1.1 sipd: trunk 7 down ~ b
            {"host": "/^sbc$/"} ~ <135>Mar 10 10:00:00 sbc-1 sipd: trunk 7 down ~ ''
            {"app": "sipd"} ~ <135>Mar 10 10:00:00 sbc-1 sipd[7]: trunk 7 down ~ b
            {"app": "sip"} ~ <135>Mar 10 10:00:00 sbc-1 sipd[7]: trunk 7 down ~ ''
            {"app": "LINK"} ~ <187>Mar 10 10:00:00 sw %LINK-3-UPDOWN: down ~ b
            {"regex": "trunk .* down"} ~ <135>Mar 10 10:00:00 sbc-1 sipd: a trunk 7 down now ~ b
            {"regex": "^down"} ~ <135>Mar 10 10:00:00 sbc-1 sipd: trunk 7 down ~ ''
            {"host": "sbc-*", "app": "other"} ~ <135>Mar 10 10:00:00 sbc-1 sipd: trunk 7 down ~ ''
            {"regex": "(x+x+)+y"} ~ <135>Mar 10 10:00:00 sbc-1 sipd: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ~ ''
            """)
    void a_rule_matches_what_fits_all_that_it_names(String match, String message, String expected) throws Exception {
        String rules = "[{\"match\":" + match + ",\"receivers\":[\"b\"]},{\"match\":{},\"action\":\"drop\"}]";

        assertThat(decide(rules, message)).isEqualTo(expected);
    }

    @Test
    void the_first_rule_that_matches_says_it() throws Exception {
        String rules = "[{\"match\":{\"app\":\"noisy\"},\"action\":\"drop\"},"
                + "{\"match\":{\"severity\":\"debug\"},\"action\":\"send\"}]";

        assertThat(decide(rules, "<131>Mar 10 10:00:00 h noisy: text")).isEmpty();
        assertThat(decide(rules, "<135>Mar 10 10:00:00 h app: text")).isEqualTo("a b");
    }

    @Test
    void a_wrong_rule_is_left_out_and_named_and_the_others_work() throws Exception {
        var settings = settings("[{\"match\":{\"host\":\"/[/\"}},"
                + "{\"match\":{},\"receivers\":[\"nobody\"]},"
                + "{\"match\":{\"app\":\"x\"},\"action\":\"drop\"}]");

        assertThat(settings.problems()).hasSize(2);
        assertThat(settings.problems().get(0)).startsWith("syslog_trap.rules[0].match.host: must be");
        assertThat(settings.problems().get(1))
                .isEqualTo("syslog_trap.rules[1].receivers: must be names of receivers (a, b), got nobody");
        assertThat(settings.rules()
                        .decide(parser.parse("<131>x: y".getBytes(StandardCharsets.UTF_8)))
                        .why())
                .isEqualTo("syslog_trap.rules[2]: drop");
    }

    @Test
    void a_rule_keeps_its_other_receivers_when_one_of_them_cannot_be_used_now() throws Exception {
        var settings = SyslogTrapSettings.read(
                JSON.readTree("{\"receivers\":[{\"name\":\"a\"},{\"name\":\"gone\"}],"
                        + "\"rules\":[{\"match\":{},\"receivers\":[\"gone\",\"a\"]}]}"),
                List.of("a"));

        assertThat(settings.problems()).isEmpty();
        assertThat(settings.rules()
                        .decide(parser.parse("<135>x: y".getBytes(StandardCharsets.UTF_8)))
                        .receivers())
                .containsExactly("a");
    }

    private String decide(String rules, String message) throws JsonProcessingException {
        return String.join(
                " ",
                settings(rules)
                        .rules()
                        .decide(parser.parse(message.getBytes(StandardCharsets.UTF_8)))
                        .receivers());
    }

    private static SyslogTrapSettings settings(String rules) throws JsonProcessingException {
        return SyslogTrapSettings.read(JSON.readTree("{\"rules\":" + rules + "}"), RECEIVERS);
    }
}
