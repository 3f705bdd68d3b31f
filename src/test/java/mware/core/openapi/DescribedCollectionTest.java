package mware.core.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescribedCollectionTest {

    private static final String SCHEMA =
            """
            {"$schema": "https://json-schema.org/draft/2020-12/schema",
             "title": "Things", "description": "Things with \\"quotes\\".",
             "type": "object", "additionalProperties": false,
             "x-unique": ["name"], "x-access": {"read": "known", "write": "master"}, "x-master": "forbidden",
             "required": ["name", "made", "secret"],
             "properties": {
               "name": {"type": "string", "x-means": "a name"},
               "secret": {"type": "string", "x-mode": "in"},
               "made": {"type": "string", "x-mode": "out"},
               "part": {"$ref": "#/$defs/part"},
               "opts": {"type": "object", "properties": {"key": {"type": "string", "x-mode": "in"}}},
               "ext": {"type": "object"}},
             "$defs": {"part": {"type": "object", "properties": {"kind": {"type": "string"}}}}}
            """;

    private final JsonNode described = describe(SCHEMA);

    @Test
    void a_reader_sees_no_secrets_and_what_the_system_made() {
        JsonNode read = described.at("/schemas/UcThings");

        assertThat(names(read.path("properties"))).containsExactly("name", "made", "part", "opts", "ext", "id");
        assertThat(read.at("/properties/opts/properties").isEmpty()).isTrue();
        assertThat(read.at("/properties/made/readOnly").asBoolean()).isTrue();
        assertThat(names(read.at("/properties/ext/properties"))).containsExactly("ct", "lwt");
        assertThat(read.has("required")).as("a mask may leave anything out").isFalse();
    }

    @Test
    void whoever_makes_one_gives_what_is_to_be_given() {
        JsonNode made = described.at("/schemas/UcThingsNew");

        assertThat(names(made.path("properties"))).containsExactly("name", "secret", "part", "opts", "ext", "id");
        assertThat(made.path("required")).extracting(JsonNode::asText).containsExactly("name", "secret");
        assertThat(made.at("/properties/secret/writeOnly").asBoolean()).isTrue();
        assertThat(made.path("additionalProperties").asBoolean()).isFalse();
    }

    @Test
    void whoever_changes_one_gives_any_of_it_or_null() {
        JsonNode changed = described.at("/schemas/UcThingsChange");

        assertThat(changed.has("required")).isFalse();
        assertThat(changed.at("/properties/name/anyOf/1/type").asText()).isEqualTo("null");
    }

    @Test
    void our_own_words_become_those_of_the_document() {
        assertThat(described.toString()).doesNotContain("x-mode", "x-access", "x-means", "$defs", "{{");
        assertThat(described.at("/schemas/UcThings/properties/part/$ref").asText())
                .isEqualTo("#/components/schemas/UcThings.part");
        assertThat(described.at("/schemas/UcThings.part/properties").has("kind"))
                .isTrue();
        assertThat(described.at("/tag/description").asText())
                .isEqualTo(
                        "Things with \"quotes\". Read by anybody known in the domain or above it, written by administrators"
                                + " of the master domain. There is none in the master domain.");
    }

    @Test
    void attachments_are_there_where_the_schema_says_so() {
        assertThat(described.path("paths").has("/rest/v1/uc/things/{id}/attachment"))
                .isFalse();
        assertThat(describe(SCHEMA.replace("\"x-master\"", "\"x-attachment\": true, \"x-master\""))
                        .path("paths")
                        .has("/rest/v1/uc/things/{id}/attachment"))
                .isTrue();
    }

    private static JsonNode describe(String schema) {
        try {
            return new DescribedCollection("uc/things", OpenApi.JSON.readTree(schema)).fragment();
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> names(JsonNode object) {
        var names = new java.util.ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
