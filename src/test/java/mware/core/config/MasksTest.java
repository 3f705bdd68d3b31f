package mware.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets are never shown, and are there again when what was shown comes back. */
class MasksTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'pwd':'a'}                              | {'pwd':'***'}",
                "{'pwd':'{{env:PWD}}'}                    | {'pwd':'{{env:PWD}}'}",
                "{'pwd':'x{{env:PWD}}'}                   | {'pwd':'***'}",
                "{'pwd':''}                               | {'pwd':''}",
                "{'pin_token':1234,'port':1234}           | {'pin_token':'***','port':1234}",
                "{'credentials':{'a':'b','on':true}}      | {'credentials':{'a':'***','on':true}}",
                "{'ssh_pwd':['a','b']}                    | {'ssh_pwd':['***','***']}",
                "{'url':'https://me:pw@host/a'}           | {'url':'https://***@host/a'}",
                "{'url':'https://host/a@b'}               | {'url':'https://host/a@b'}",
                "{'auth_key':'k','key':'night'}           | {'auth_key':'***','key':'night'}",
                "{'community':'public','name':'public'}   | {'community':'***','name':'public'}",
            })
    void what_is_shown(String content, String shown) {
        assertThat(Masks.mask(json(content))).isEqualTo(json(shown));
        Masks.Restored back = Masks.restore(Masks.mask(json(content)), json(content));
        assertThat(back.problems()).isEmpty();
        assertThat(back.content()).isEqualTo(json(content));
    }

    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // what it was                          | what is written                            | what is kept
                "{'a':[{'name':'x','pwd':'1'},{'name':'y','pwd':'2'}]} | {'a':[{'name':'y','pwd':'***'}]} | {'a':[{'name':'y','pwd':'2'}]}",
                "{'a':[{'name':'x','pwd':'1'},{'name':'y','pwd':'2'}]} | {'a':[{'name':'y','pwd':'***'},{'name':'z','pwd':'3'},{'name':'x','pwd':'***'}]} | {'a':[{'name':'y','pwd':'2'},{'name':'z','pwd':'3'},{'name':'x','pwd':'1'}]}",
                "{'a':[{'name':'x','pwd':'1'},{'name':'y','pwd':'2'}]} | {'a':[{'name':'new','pwd':'***'},{'name':'y','pwd':'***'}]} | {'a':[{'name':'new','pwd':'1'},{'name':'y','pwd':'2'}]}",
                "{'a':[{'h':'x','pwd':'1'},{'h':'y','pwd':'2'}]} | {'a':[{'h':'y','pwd':'***'}]} | {'a':[{'h':'y','pwd':'2'}]}",
                "{'a':[{'h':'x','pwd':'1'},{'h':'y','pwd':'2'}]} | {'a':[{'h':'y','pwd':'***'},{'h':'x','pwd':'***'}]} | {'a':[{'h':'y','pwd':'2'},{'h':'x','pwd':'1'}]}",
                "{'a':[{'h':'x','pwd':'1'},{'h':'y','pwd':'2'}]} | {'a':[{'h':'x','pwd':'***'},{'h':'z','pwd':'***'}]} | {'a':[{'h':'x','pwd':'1'},{'h':'z','pwd':'2'}]}",
                "{'a':[{'h':'x','pwd':'1'},{'h':'x','pwd':'2'}]} | {'a':[{'h':'x','pwd':'***'},{'h':'x','pwd':'***'}]} | {'a':[{'h':'x','pwd':'1'},{'h':'x','pwd':'2'}]}",
                "{'pwd':'1'} | {'pwd':'2'} | {'pwd':'2'}",
                "{'pwd':'***'} | {'pwd':'***'} | {'pwd':'***'}",
                "{'u':'http://a:b@h/x'} | {'u':'http://***@h/y'} | {'u':'http://a:b@h/y'}",
                "{'u':'http://a:b@h/x http://c:d@k'} | {'u':'http://***@k http://***@h'} | {'u':'http://c:d@k http://a:b@h'}",
                "{'note':'x'} | {'note':'***'} | {'note':'***'}",
            })
    void what_a_mask_stands_for(String former, String written, String kept) {
        Masks.Restored back = Masks.restore(json(written), json(former));

        assertThat(back.problems()).isEmpty();
        assertThat(back.content()).isEqualTo(json(kept));
    }

    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | {'pwd':'***'} | pwd",
                "{'pwd':{'a':'1'}} | {'pwd':'***'} | pwd",
                "{'a':[{'name':'x','pwd':'1'}]} | {'a':[{'name':'x','pwd':'***'},{'name':'y','pwd':'***'}]} | a[1].pwd",
                "{'a':[{'h':'x','pwd':'1'},{'h':'y','pwd':'2'}]} | {'a':[{'h':'z','pwd':'***'}]} | a[0].pwd",
                "{'pwd':['a','b']} | {'pwd':['***']} | pwd[0]",
                "{'u':'http://a:b@h/x'} | {'u':'http://***@evil/x'} | u",
                "{'a':[{'name':'x','u':'http://a:b@h'}]} | {'a':[{'name':'q','u':'http://***@h'},{'name':'x'}]} | a[0].u",
            })
    void a_mask_that_stands_for_nothing_is_named_by_its_path(String former, String written, String path) {
        assertThat(Masks.restore(json(written), json(former)).problems())
                .extracting(Problem::path)
                .containsExactly(path);
    }

    @RepeatedTest(200)
    void any_configuration_comes_back_as_it_was(RepetitionInfo round) {
        var random = new Random(round.getCurrentRepetition());
        JsonNode content = object(random, 4);
        JsonNode shown = Masks.mask(content);

        assertThat(shown.toString()).doesNotContain("geheim");
        Masks.Restored back = Masks.restore(shown, content);
        assertThat(back.problems()).isEmpty();
        assertThat(back.content()).isEqualTo(content);
    }

    @RepeatedTest(100)
    void named_entries_keep_their_secrets_wherever_they_are_moved_and_whatever_goes(RepetitionInfo round) {
        var random = new Random(round.getCurrentRepetition());
        ObjectNode content = JSON.createObjectNode();
        ArrayNode list = content.putArray("receivers");
        for (int i = 0; i < 2 + random.nextInt(6); i++) {
            list.add(object(random, 2).put("name", "n" + i).put("community", "geheim" + i));
        }
        List<JsonNode> shown = new ArrayList<>();
        Masks.mask(content).path("receivers").forEach(shown::add);
        Collections.shuffle(shown, random);
        shown.remove(0);
        ObjectNode written = JSON.createObjectNode();
        written.putArray("receivers").addAll(shown);

        Masks.Restored back = Masks.restore(written, content);

        assertThat(back.problems()).isEmpty();
        assertThat(back.content().path("receivers"))
                .allSatisfy(entry -> assertThat(list).contains(entry));
    }

    @Test
    void a_configuration_of_ten_thousand_domains_is_masked_quickly() {
        ObjectNode content = JSON.createObjectNode();
        ArrayNode domains = content.putArray("domains");
        for (int i = 0; i < 10_000; i++) {
            domains.addObject()
                    .put("name", "d" + i + ".mware.local")
                    .putArray("sites")
                    .add("main");
        }
        content.putObject("settings").put("pwd", "geheim");
        long start = System.nanoTime();

        Masks.Restored back = Masks.restore(Masks.mask(content), content);

        assertThat(back.content()).isEqualTo(content);
        assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(2_000);
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = JSON.createObjectNode();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            switch (random.nextInt(depth == 0 ? 5 : 8)) {
                case 0 -> object.put("pwd" + (random.nextBoolean() ? "" : "_" + i).replace("_", "_x_"), "offen");
                case 1 -> object.put("ssh_pwd", "geheim" + random.nextInt(3));
                case 2 -> object.put("name", "n" + random.nextInt(4));
                case 3 ->
                    object.put("url", "https://geheim" + random.nextInt(3) + ":geheim@h" + random.nextInt(2) + "/p");
                case 4 -> object.put("port", random.nextInt(3));
                case 5 ->
                    object.set("token", random.nextBoolean() ? list(random, depth - 1) : object(random, depth - 1));
                case 6 -> object.set("below" + i, object(random, depth - 1));
                default -> object.set("list" + i, list(random, depth - 1));
            }
        }
        return object;
    }

    private static ArrayNode list(Random random, int depth) {
        ArrayNode list = JSON.createArrayNode();
        for (int i = 0; i < random.nextInt(5); i++) {
            switch (random.nextInt(3)) {
                case 0 -> list.add("https://geheim" + random.nextInt(2) + "@h/x");
                case 1 -> list.add(random.nextInt(4));
                default -> list.add(object(random, Math.max(0, depth)));
            }
        }
        return list;
    }

    @Test
    void the_default_site_shows_no_community() {
        JsonNode site = JsonText.parse(DefaultSite.text(), new Problems()).orElseThrow();

        assertThat(Masks.mask(site).at("/settings/syslog_trap/receivers/0/community"))
                .hasToString("\"***\"");
    }
}
