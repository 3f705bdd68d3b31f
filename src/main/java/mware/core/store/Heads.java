package mware.core.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How an entity is written in ZooKeeper: a small head, and beside it the fields that may be large, in parts. */
final class Heads {

    /** The fields that are kept beside the head, compressed. */
    static final Set<String> LARGE = Set.of("content");

    /** ZooKeeper takes 1 MB a request, with all that belongs to it. */
    static final int PART = 512 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    private Heads() {}

    /**
     * An entity as it stands in a node.
     *
     * @param write which write made it
     * @param large where the large fields are, by name
     */
    record Head(String collection, Entity entity, String write, Map<String, Large> large) {}

    /**
     * A large field.
     *
     * @param digest SHA-256 of its compressed form, by which its parts are named: what stands under a name never changes
     * @param parts how many there are
     */
    record Large(String digest, int parts) {

        String part(int index) {
            return digest + "." + index;
        }

        List<String> names() {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < parts; i++) {
                names.add(part(i));
            }
            return names;
        }
    }

    static String name(String collection, Entity entity) {
        return escaped(collection) + ',' + escaped(entity.domain()) + ',' + escaped(entity.id());
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The large fields of an entity, compressed. */
    static Map<String, Packed> large(Entity entity) {
        var found = new LinkedHashMap<String, Packed>();
        LARGE.stream().filter(entity.body()::has).forEach(name -> found.put(name, Packed.packed(entity.body(), name)));
        return found;
    }

    static Large place(Packed packed) {
        return new Large(digest(packed.bytes()), (packed.size() + PART - 1) / PART);
    }

    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One part of the compressed form. */
    static byte[] slice(byte[] bytes, int index) {
        return Arrays.copyOfRange(bytes, index * PART, Math.min(bytes.length, (index + 1) * PART));
    }

    static byte[] write(String collection, Entity entity, String write, Map<String, Large> large) {
        ObjectNode head = JSON.createObjectNode();
        head.put("collection", collection);
        head.put("id", entity.id());
        head.put("domain", entity.domain());
        head.put("unique", entity.unique());
        head.put("created", entity.created().toString());
        head.put("modified", entity.modified().toString());
        head.put("version", entity.version());
        head.put("write", write);
        ObjectNode body = entity.body().deepCopy();
        body.remove(LARGE);
        head.set("body", body);
        ObjectNode parts = head.putObject("large");
        large.forEach(
                (name, one) -> parts.putObject(name).put("digest", one.digest()).put("parts", one.parts()));
        try {
            return JSON.writeValueAsBytes(head);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads a head; its entity lacks the large fields still. */
    static Head read(byte[] data) throws IOException {
        JsonNode head = JSON.readTree(data);
        if (!(head.path("body") instanceof ObjectNode body)) {
            throw new IOException("no entity");
        }
        var large = new LinkedHashMap<String, Large>();
        head.path("large")
                .properties()
                .forEach(one -> large.put(
                        one.getKey(),
                        new Large(
                                one.getValue().path("digest").asText(),
                                one.getValue().path("parts").asInt())));
        var entity = new Entity(
                head.path("id").asText(),
                head.path("domain").asText(),
                head.path("unique").textValue(),
                body,
                Instant.parse(head.path("created").asText()),
                Instant.parse(head.path("modified").asText()),
                head.path("version").asLong(),
                false);
        return new Head(
                head.path("collection").asText(), entity, head.path("write").asText(), large);
    }
}
