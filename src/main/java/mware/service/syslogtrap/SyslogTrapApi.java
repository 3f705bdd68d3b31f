package mware.service.syslogtrap;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import mware.core.http.Api;
import mware.core.http.ApiException;
import mware.service.syslogtrap.SyslogTrap.Messages;
import mware.service.syslogtrap.snmp.ReceiverStatus;

/**
 * {@code /api/syslogtrap/v1}: what became of the messages, and what would become of a line; answered by the active node
 * of the group that serves the domain.
 */
public final class SyslogTrapApi {

    private static final int LONGEST_LINE = 65_536;
    private static final int MOST_TOLD = 10;

    private final String node;
    private final SyslogTrap service;
    private final SyslogParser parser;
    private final Supplier<List<ReceiverStatus>> receivers;
    private final Supplier<String> masterDomain;

    /** Speaks for {@code service} on {@code node}, to administrators of the domain that is asked about. */
    public SyslogTrapApi(
            String node,
            SyslogTrap service,
            SyslogParser parser,
            Supplier<List<ReceiverStatus>> receivers,
            Supplier<String> masterDomain) {
        this.node = node;
        this.service = service;
        this.parser = parser;
        this.receivers = receivers;
        this.masterDomain = masterDomain;
    }

    /** The counts of this node since it started, and its receivers. */
    public Object status(Api.Request request) {
        administrator(request);
        request.allow("domain");
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("node", node);
        status.put("messages", service.counts());
        status.put("receivers", receivers.get());
        return status;
    }

    /**
     * How {@code {"line": "<13>..."}} is taken apart and what the rules do with it; with {@code "send": true} it is sent
     * like one that came in.
     */
    public Object test(Api.Request request) {
        administrator(request);
        request.allow("domain");
        JsonNode body = request.json();
        JsonNode line = body.path("line");
        List<String> wrong = new ArrayList<>();
        if (!line.isTextual() || line.textValue().isEmpty() || line.textValue().length() > LONGEST_LINE) {
            wrong.add("line: must be a syslog message of 1.." + LONGEST_LINE + " characters");
        }
        if (body.has("send") && !body.get("send").isBoolean()) {
            wrong.add("send: must be true or false");
        }
        body.fieldNames().forEachRemaining(key -> {
            if (!key.equals("line") && !key.equals("send") && wrong.size() < MOST_TOLD) {
                wrong.add(key + ": is not a known key: line, send");
            }
        });
        if (!wrong.isEmpty()) {
            throw new ApiException(400, String.join("; ", wrong));
        }
        SyslogMessage message = parser.parse(line.textValue().getBytes(StandardCharsets.UTF_8));
        var outgoing = service.decide(new Messages(List.of(message)));
        if (body.path("send").asBoolean()) {
            service.send(outgoing);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("parsed", message.parsed());
        answer.put("facility", message.facility());
        answer.put("severity", message.severity());
        answer.put(
                "time", message.timestamp() == null ? null : message.timestamp().toString());
        answer.put("host", message.host());
        answer.put("app", message.app());
        answer.put("message", message.text());
        answer.put(
                "receivers",
                outgoing.parts().isEmpty() ? List.of() : outgoing.parts().get(0).receivers());
        answer.put("sent", body.path("send").asBoolean() && !outgoing.parts().isEmpty());
        return answer;
    }

    private void administrator(Api.Request request) {
        String domain = request.domain(masterDomain.get());
        if (!request.caller().isAdministratorOf(domain)) {
            throw new ApiException(403, "only administrators of " + domain + " may do this");
        }
    }
}
