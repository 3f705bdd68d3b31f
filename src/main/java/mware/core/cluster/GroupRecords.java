package mware.core.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** What the nodes of a group write into ZooKeeper, as JSON; unknown fields of a newer version are passed over. */
final class GroupRecords {

    private static final ObjectMapper JSON = new ObjectMapper();

    private GroupRecords() {}

    /**
     * Content of a candidate node.
     *
     * @param since when this process joined, ISO 8601
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record CandidateRecord(String node, int order, String instance, boolean eligible, boolean claim, String since) {}

    /**
     * Content of the leader node and of the epoch record.
     *
     * @param session the session that made it, hexadecimal
     * @param since when the term began, ISO 8601 by the active node's clock
     * @param released whether the term was given back, work stopped
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record TermRecord(
            String node, int order, String instance, String session, String since, String why, boolean released) {

        TermRecord givenBack() {
            return new TermRecord(node, order, instance, session, since, why, true);
        }

        long sessionId() {
            return Long.parseUnsignedLong(session, 16);
        }
    }

    static byte[] write(Object content) {
        try {
            return JSON.writeValueAsBytes(content);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty when it cannot be read, such as the empty content of a record that nobody wrote yet. */
    static <T> Optional<T> read(byte[] content, Class<T> type) {
        if (content.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JSON.readValue(content, type));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
