package mware.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.util.List;
import java.util.Random;
import mware.core.config.Problem.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaTest {

    private static final int MUTATIONS = 3_000;

    @Test
    void it_accepts_and_refuses_what_a_standard_validator_does() {
        // our own formats mean nothing to others
        JsonNode json = ConfigurationReader.SCHEMA.json().deepCopy();
        List.of("format", "x-minimum", "x-maximum")
                .forEach(ours -> json.findParents(ours).forEach(schema -> ((ObjectNode) schema).remove(ours)));
        JsonSchema standard =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(json);
        Schema own = new Schema(json);
        var random = new Random(22);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            ObjectNode root = Edited.tree();
            ((com.fasterxml.jackson.databind.node.ArrayNode) root.get("roles")).remove(5); // wrong on purpose
            for (int edits = random.nextInt(3); edits > 0; edits--) {
                Mutations.mutate(root, random);
            }
            var problems = new Problems();
            own.check(root, "", problems);
            List<Problem> errors = problems.all().stream()
                    .filter(problem -> problem.severity() == Severity.ERROR)
                    .toList();

            assertThat(errors.isEmpty())
                    .as("%s%nours: %s%nstandard: %s", root, errors, standard.validate(root))
                    .isEqualTo(standard.validate(root).isEmpty());
            refused += errors.isEmpty() ? 0 : 1;
        }
        assertThat(refused).isBetween(MUTATIONS / 5, MUTATIONS * 4 / 5);
    }

    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'minLength': 2, 'maxLength': 3} | 'abcd' | must be 2..3 characters long, got 'abcd'",
                "{'minLength': 2} | '' | must be at least 2 characters long, got ''",
                "{'pattern': '^[a-z]+$'} | 'a1' | must match ^[a-z]+$, got 'a1'",
                "{'pattern': '^[a-z]+$', 'x-means': 'small letters'} | 'a1' | must be small letters, got 'a1'",
                "{'pattern': '^[a-z]+$', 'x-means': 'small letters'} | 'a\\n' | must be small letters, got 'a?'",
                "{'exclusiveMinimum': 0} | 0 | must be above 0, got 0",
                "{'exclusiveMaximum': 1} | 1 | must be below 1, got 1",
                "{'maximum': 5} | 6 | must be at most 5, got 6",
                "{'multipleOf': 512} | 1000 | must be a multiple of 512, got 1000",
                "{'const': 'v3'} | 'v2' | must be v3, got 'v2'",
                "{'maxItems': 1} | [1, 2] | must have 0..1 entries, got 2",
                "{'minProperties': 2} | {'a': 1} | must have 2 or more keys, got 1",
                "{'dependentRequired': {'a': ['b']}} | {'a': 1} | b: is required with a",
                "{'if': {'required': ['a']}, 'then': {'required': ['b']}} | {'a': 1} | b: is required",
                "{'allOf': [{'minimum': 3}]} | 1 | must be at least 3, got 1",
                "{'anyOf': [{'type': 'string'}, {'type': 'integer', 'minimum': 3}]} | 1 | must be at least 3, got 1",
                "{'oneOf': [{'minimum': 3}, {'minimum': 4}]} | 5 | must fit exactly one of 2 forms, got 5",
                "{'if': {'properties': {'version': {'const': 3}}}, 'then': {'required': ['b']}} | {'version': 3} | b: is required when version is 3",
                "{'if': {'properties': {'version': {'const': 3}}}, 'else': {'properties': {'b': false}}} | {'version': 2, 'b': 1} | b: must not be given unless version is 3",
                "{'properties': {'l': {'x-unique': 'n'}}} | {'l': [{'n': 'a'}, {'n': 'b'}, {'n': 'a'}]} | l[2].n: must be unique (also l[0]), got 'a'",
                "{'properties': {'rule': {'x-name-in': 'nodes'}}} | {'rule': 'c', 'nodes': [{'name': 'a'}, {'name': 'b'}]} | rule: must be a name in nodes: a, b, got 'c'",
                "{'format': 'name-pattern'} | '/(/' | must be a name with * and ?, or a regular expression between slashes, got '/(/'",
                "{'properties': {'a': false}} | {'a': 1} | a: must not be given",
                "{'additionalProperties': {'type': 'string'}} | {'a b': 1} | ['a b']: must be text, got 1",
                "{'propertyNames': {'pattern': '^x'}} | {'a': 1} | a: must have a key that is ^x",
                "{'format': 'host'} | 'a b' | must be a host name or an IP address, got 'a b'",
                "{'format': 'network'} | '10.0.0.0/33' | must be a network such as 10.0.0.0/8 or fd00::/8, got '10.0.0.0/33'",
                "{'format': 'regex'} | '(' | must be a regular expression, got '('",
            })
    void each_keyword_has_its_words(String schema, String value, String message) throws Exception {
        var problems = new Problems();

        Schema.of(quoted(schema)).check(Edited.JSON.readTree(quoted(value)), "", problems);

        assertThat(problems.all()).extracting(Problem::message).containsExactly(quoted(message));
    }

    @Test
    void a_schema_that_asks_for_what_is_not_known_is_refused() {
        assertThatThrownBy(() -> Schema.of("{\"properties\": {\"a\": {\"minimun\": 1}}}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("schema /properties/a: keywords not known here: [minimun]");
        assertThatThrownBy(() -> Schema.of("{\"items\": {\"$ref\": \"#/$defs/none\"}}"))
                .hasMessage("schema /items: nothing at $ref #/$defs/none");
        assertThatThrownBy(() -> Schema.of("{\"items\": {\"$ref\": \"#\", \"minimum\": 1}}"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void every_schema_of_a_service_can_be_read_and_its_defaults_keep_it() {
        assertThat(ServiceSettings.keys()).contains("log", "state", "syslog_trap");
        for (String key : ServiceSettings.keys()) {
            Schema schema = ServiceSettings.schema(key).orElseThrow();
            var problems = new Problems();
            schema.check(schema.defaults(), key, problems);
            assertThat(problems.all()).isEmpty();
        }
    }

    @Test
    void a_placeholder_in_settings_may_stand_for_anything() throws Exception {
        var problems = new Problems();

        Schema.of("{\"properties\": {\"host\": {\"type\": \"string\", \"format\": \"host\"}}}")
                .checkSettings(Edited.JSON.readTree("{\"host\": \"{{env:HOST}}\"}"), "settings.x", problems);

        assertThat(problems.all()).isEmpty();
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
