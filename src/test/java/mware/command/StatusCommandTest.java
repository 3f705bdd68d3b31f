package mware.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusCommandTest {

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            quoteCharacter = '!',
            value = {
                "!{}!, true",
                "!{'disk':[{'status':'warning'}]}!, true",
                "!{'disk':[{'status':'warning'}],'groups':[{'status':'error'}]}!, false",
                "!{'cpu_usage':[{}]}!, false",
            })
    void an_error_is_a_failure_and_a_warning_is_not(String state, boolean works) throws Exception {
        assertThat(StatusCommand.works(json(state))).isEqualTo(works);
    }

    @Test
    void what_is_printed_fits_a_line_each() throws Exception {
        StringWriter out = new StringWriter();
        StatusCommand.print(
                new PrintWriter(out),
                json(
                        """
                        {'nodes':[{'node':'mware1','site':'main','server':'srv1','group':1,'order':10,'state':'active',
                         'version':'0.1.0','uptime_seconds':65,'url':'http://127.0.0.1:8080'},
                         {'node':'mware2','site':'main','server':'srv2','group':1,'order':20,'state':'absent'}],
                         'groups':[{'group':1,'site':'main','active':'mware1','active_since':'2026-11-21T12:00:00Z',
                          'epoch':'1f','why':'first in order'},
                          {'group':2,'site':'main','active':null,'why':'the election is going on'}]}"""),
                json(
                        "{'groups':[{'status':'error','server':'srv1','since':'2026-11-21T12:00:00Z','reason':'no\\nnode'}]}"));

        assertThat(out.toString().lines().map(String::stripTrailing))
                .containsExactly(
                        "NODE    SITE  SERVER  GROUP  ORDER  STATE   VERSION  UPTIME  API",
                        "mware1  main  srv1    1      10     active  0.1.0    1m 5s   http://127.0.0.1:8080",
                        "mware2  main  srv2    1      20     absent  -        -       -",
                        "",
                        "GROUP  SITE  ACTIVE  SINCE                 EPOCH  WHY",
                        "1      main  mware1  2026-11-21T12:00:00Z  1f     first in order",
                        "2      main  -       -                     -      the election is going on",
                        "",
                        "STATUS  CATEGORY  SERVER  NODE  SINCE                 REASON",
                        "error   groups    srv1    -     2026-11-21T12:00:00Z  no");
    }

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }
}
