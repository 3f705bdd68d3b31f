package mware.service.telegrambot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;

/**
 * What came of a request to Telegram.
 *
 * @param status the HTTP status, or the error code in the answer; 0 when there was no answer
 * @param description why, in Telegram's words or ours
 * @param retryAfter seconds to wait, with a status of 429
 * @param doubtful whether the request may have been carried out although no answer says so
 * @param result what Telegram returns
 */
record Reply(int status, String description, int retryAfter, boolean doubtful, JsonNode result) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_DESCRIPTION = 300;

    /** There was no answer. */
    static Reply none(String why, boolean doubtful) {
        return new Reply(0, why, 0, doubtful, MissingNode.getInstance());
    }

    /** Reads an answer; one without a JSON object, such as a gateway gives, counts by its status alone. */
    static Reply of(int httpStatus, byte[] body) {
        JsonNode answer = read(body);
        boolean readable = answer.path("ok").isBoolean();
        if (httpStatus == 200 && !readable) {
            return none("what answers is not the Bot API: see base_url and proxy", false);
        }
        int status = answer.path("ok").asBoolean()
                ? httpStatus
                : answer.path("error_code").asInt(httpStatus);
        String description = answer.path("description").asText("");
        return new Reply(
                status,
                description.substring(0, Math.min(description.length(), LONGEST_DESCRIPTION)),
                answer.path("parameters").path("retry_after").asInt(0),
                httpStatus == 502 || httpStatus == 504, // a gateway that gave up: what stands behind it may have acted
                answer.path("result"));
    }

    private static JsonNode read(byte[] body) {
        try {
            JsonNode answer = JSON.readTree(body);
            return answer == null ? MissingNode.getInstance() : answer;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    boolean ok() {
        return status == 200;
    }

    /** For the log and for operators. */
    String why() {
        return status == 0 ? description : "it answers " + status + (description.isEmpty() ? "" : " " + description);
    }
}
