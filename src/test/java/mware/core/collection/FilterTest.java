package mware.core.collection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import mware.core.config.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ENTITY =
            """
            {"name": "Ann_1", "age": 30, "rate": 1.5, "on": true, "none": null, "roles": ["user", "boss"],
             "opts": {"title": "50% \\\\ off", "level": 3}, "ext": {"ct": "2026-11-25T10:00:00.123Z"}}""";

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | true",
                "{\"name\": \"Ann_1\"} | true",
                "{\"name\": \"ann_1\"} | false",
                "{\"age\": 30} | true",
                "{\"age\": 30.0} | true",
                "{\"age\": \"30\"} | false",
                "{\"on\": true, \"age\": 31} | false",
                "{\"none\": null} | true",
                "{\"missing\": null} | true",
                "{\"age\": null} | false",
                "{\"roles\": \"boss\"} | true",
                "{\"roles\": \"chief\"} | false",
                "{\"opts.level\": {\"$gt\": 2, \"$lte\": 3}} | true",
                "{\"opts.level\": {\"$gt\": 3}} | false",
                "{\"opts.level\": {\"$lt\": 4}} | true",
                "{\"rate\": {\"$gte\": 1.5}} | true",
                "{\"name\": {\"$gt\": 1}} | false",
                "{\"age\": {\"$gt\": \"1\"}} | false",
                "{\"missing\": {\"$lt\": 5}} | false",
                "{\"ext.ct\": {\"$gte\": \"2026-11-25\", \"$lt\": \"2026-11-26\"}} | true",
                "{\"age\": {\"$in\": [29, 30]}} | true",
                "{\"age\": {\"$in\": []}} | false",
                "{\"roles\": {\"$in\": [\"x\", \"user\"]}} | true",
                "{\"name\": {\"$like\": \"Ann%\"}} | true",
                "{\"name\": {\"$like\": \"%_1\"}} | true",
                "{\"name\": {\"$like\": \"A__\"}} | false",
                "{\"name\": {\"$like\": \"%\"}} | true",
                "{\"name\": {\"$like\": \"\"}} | false",
                "{\"name\": {\"$like\": \"Ann\\\\_1\"}} | true",
                "{\"name\": {\"$like\": \"A\\\\_n_1\"}} | false",
                "{\"opts.title\": {\"$like\": \"50\\\\%%off\"}} | true",
                "{\"age\": {\"$like\": \"3%\"}} | false",
            })
    void a_list_holds_what_fits(String filter, boolean expected) throws Exception {
        var problems = new ArrayList<Problem>();

        boolean matches =
                Filter.read(JSON.readTree(filter), field -> true, problems).matches(JSON.readTree(ENTITY));

        assertThat(problems).isEmpty();
        assertThat(matches).isEqualTo(expected);
    }

    @Test
    void every_mistake_is_told_at_once() throws Exception {
        var problems = new ArrayList<Problem>();
        JsonNode filter = JSON.readTree(
                """
                {"nme": 1, "a": {"$near": 1}, "b": {"$gt": true}, "c": [1], "d": {"$in": 5}, "e": {"$like": 5}, "f": {}}""");

        Filter.read(filter, field -> !field.equals("nme"), problems);

        assertThat(problems)
                .extracting(Problem::path)
                .containsExactly(
                        "filter.nme",
                        "filter.a.$near",
                        "filter.b.$gt",
                        "filter.c",
                        "filter.d.$in",
                        "filter.e.$like",
                        "filter.f");
    }

    @Test
    void a_pattern_full_of_stars_takes_no_time() {
        String text = "a".repeat(20_000);

        assertThat(Filter.like(text, "%a".repeat(100) + "b")).isFalse();
    }

    @Test
    void what_is_equal_in_all_fields_keeps_its_order() throws Exception {
        var problems = new ArrayList<Problem>();
        Sorting sorting = Sorting.read(JSON.readTree("[{\"n\": \"desc\"}, \"t\"]"), field -> true, problems);
        List<JsonNode> list = new ArrayList<>();
        for (String one : List.of(
                "{\"n\":1,\"t\":\"b\",\"i\":1}",
                "{\"n\":2,\"t\":\"b\",\"i\":2}",
                "{\"i\":3}",
                "{\"n\":2,\"t\":\"a\",\"i\":4}",
                "{\"n\":2.0,\"t\":\"a\",\"i\":5}")) {
            list.add(JSON.readTree(one));
        }

        list.sort(sorting.comparator());

        assertThat(list).extracting(one -> one.get("i").intValue()).containsExactly(4, 5, 2, 1, 3);
        assertThat(problems).isEmpty();
    }
}
