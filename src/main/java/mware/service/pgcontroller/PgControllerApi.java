package mware.service.pgcontroller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mware.core.http.Api;
import mware.core.http.ApiException;
import mware.core.state.StateException;
import mware.service.pgcontroller.Memory.Pause;
import mware.service.pgcontroller.Memory.Request;
import mware.service.pgcontroller.PgPair.Snapshot;
import mware.service.pgcontroller.SqlLook.Answers;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/pg/v1/groups}: what is known of the pairs, and what operators ask for; answered by the active node of the
 * group that has the pair, to administrators of the master domain. The health paths of a server answer programs of the
 * health networks, too.
 */
public final class PgControllerApi {

    /** What was last seen tells nothing any more after this. */
    private static final Duration STALE = Duration.ofSeconds(10);

    private static final Pattern HEALTH =
            Pattern.compile("/api/pg/v1/groups/[^/]+/[^/]+/(primary|replica|read-only|health)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*([kMGT]?B)?");

    private final PgController controller;
    private final Supplier<String> masterDomain;
    private final Clock clock;

    public PgControllerApi(PgController controller, Supplier<String> masterDomain, Clock clock) {
        this.controller = controller;
        this.masterDomain = masterDomain;
        this.clock = clock;
    }

    /** All pairs of this node's group. */
    public Object list(Api.Request request) {
        administrator(request);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(
                "groups",
                controller.pairs().stream()
                        .map(pair -> PgStatus.of(pair.snapshot()))
                        .toList());
        answer.put("problems", controller.problems());
        return answer;
    }

    /** One pair. */
    public Object status(Api.Request request) {
        administrator(request);
        return PgStatus.of(pair(request).snapshot());
    }

    /** What was done for a pair, oldest first. */
    public Object history(Api.Request request) {
        administrator(request);
        try {
            return Map.of("history", pair(request).history());
        } catch (StateException e) {
            throw new ApiException(503, "the runtime state cannot be reached: " + e.getMessage());
        }
    }

    /** What would stop a failover or a rejoin; asked now. */
    public Object check(Api.Request request) {
        administrator(request);
        return Map.of("findings", controller.check(pair(request)));
    }

    /** {@code {"to": SERVER, "at": TIME, "dry_run": true}}, all of it optional. */
    public Object switchover(Api.Request request) {
        administrator(request);
        PgPair pair = pair(request);
        JsonNode body = body(request, "to", "at", "dry_run", "reason");
        Snapshot now = pair.snapshot();
        ServerLook master = onlyMaster(now);
        String other = now.group()
                .other(now.group().server(master.server()).orElseThrow())
                .name();
        String to = server(now, body.path("to").asText(other), "to");
        long at = time(body.path("at"));
        var asked = new Request(id(), Request.Kind.SWITCHOVER, to, false, reason(body, false), at, by(request));
        Optional<String> obstacle = pair.situation(memory -> memory.request(asked))
                .map(situation -> OneMaster.obstacle(situation, master))
                .orElse(Optional.of("nobody has looked yet"));
        if (body.path("dry_run").asBoolean()) {
            Map<String, @Nullable Object> answer = new LinkedHashMap<>();
            answer.put(
                    "would",
                    "checkpoint, stop " + master.server() + ", wait for its last LSN on " + to + ", promote " + to
                            + ", let " + master.server() + " follow");
            answer.put("obstacle", obstacle.orElse(null));
            return answer;
        }
        if (obstacle.isPresent() && at <= clock.millis()) {
            throw new ApiException(409, "no switchover: " + obstacle.get());
        }
        return ask(pair, asked);
    }

    /** {@code {"to": SERVER, "force": true, "reason": "..."}}. */
    public Object failover(Api.Request request) {
        administrator(request);
        PgPair pair = pair(request);
        JsonNode body = body(request, "to", "force", "reason");
        if (!body.path("force").asBoolean()) {
            throw new ApiException(
                    400,
                    "force: must be true: a failover may lose acknowledged rows; where the master is well, ask for a switchover");
        }
        Snapshot now = pair.snapshot();
        String to = server(now, body.path("to").asText(""), "to");
        return ask(pair, new Request(id(), Request.Kind.FAILOVER, to, true, reason(body, true), 0, by(request)));
    }

    /** {@code {"server": SERVER, "force": false, "reason": "..."}}: makes it a new copy of the master. */
    public Object reinit(Api.Request request) {
        administrator(request);
        PgPair pair = pair(request);
        JsonNode body = body(request, "server", "force", "reason");
        Snapshot now = pair.snapshot();
        String server = server(now, body.path("server").asText(""), "server");
        if (server.equals(now.memory().master()) && !body.path("force").asBoolean()) {
            throw new ApiException(409, "server: " + server + " is the master; name the other one");
        }
        return ask(
                pair,
                new Request(
                        id(),
                        Request.Kind.REINIT,
                        server,
                        body.path("force").asBoolean(),
                        reason(body, false),
                        clock.millis(),
                        by(request)));
    }

    /** {@code {"reason": "..."}}: stops all action. */
    public Object pause(Api.Request request) {
        administrator(request);
        String reason = reason(body(request, "reason"), false);
        var pause = new Pause(clock.millis(), by(request), reason);
        return change(pair(request), memory -> memory.pause(pause), "pause", by(request) + ": " + reason);
    }

    /** Ends a pause. */
    public Object resume(Api.Request request) {
        administrator(request);
        return change(pair(request), memory -> memory.pause(null), "resume", by(request));
    }

    /** Takes back what was asked for and is not begun. */
    public Object cancel(Api.Request request) {
        administrator(request);
        return change(pair(request), memory -> memory.request(null), "cancel", by(request));
    }

    /** {@code primary}, {@code replica}, {@code read-only} or {@code health} of a server: 200 or 503. */
    public Object health(Api.Request request) {
        Snapshot now = pair(request).snapshot();
        String name = server(now, request.parameter("server").orElse(""), "server");
        String asked = request.parameter("health").orElse("");
        PairLook look = now.look();
        if (look == null || now.age().compareTo(STALE) > 0) {
            throw new ApiException(
                    503, "the pair was not looked at for " + now.age().toSeconds() + " s");
        }
        ServerLook one = look.of(name);
        boolean two =
                look.first().master().isPresent() && look.second().master().isPresent();
        boolean primary = one.master().filter(Answers::acceptsWrites).isPresent()
                && (!two || name.equals(now.memory().master()));
        Watch.One watched = now.watch().of(one, look);
        long most = request.parameter("lag").map(PgControllerApi::bytes).orElse(Long.MAX_VALUE);
        boolean replica = one.standby().isPresent() && watched.streams() && watched.lag() <= most;
        boolean holds =
                switch (asked) {
                    case "primary" -> primary;
                    case "replica" -> replica;
                    case "read-only" -> primary || replica;
                    case "health" -> one.sql().answers().isPresent();
                    default ->
                        throw new ApiException(404, "must be primary, replica, read-only or health, got " + asked);
                };
        String role = primary ? "primary" : one.standby().isPresent() ? "replica" : "none";
        if (!holds) {
            throw new ApiException(
                    503,
                    name + " is not " + asked + ": its role is " + role
                            + (one.standby().isPresent() ? ", it lies " + watched.lag() + " bytes behind" : ""));
        }
        return Map.of("server", name, "role", role, "lag", watched.lag());
    }

    private static long bytes(String text) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            throw new ApiException(400, "lag: must be bytes such as 1048576 or 10MB, got " + text);
        }
        String unit = size.group(2) == null ? "B" : size.group(2);
        return Long.parseLong(size.group(1)) << 10 * "BkMGT".indexOf(unit.charAt(0));
    }

    private Object ask(PgPair pair, Request asked) {
        Request waiting = pair.snapshot().memory().request();
        if (waiting != null) {
            throw new ApiException(
                    409, waiting.by() + " asked for a " + waiting.kind() + " already, which waits; cancel it first");
        }
        return change(
                pair,
                memory -> memory.request(asked),
                asked.kind().name().toLowerCase(Locale.ROOT) + " " + asked.server(),
                asked.by() + (asked.reason().isEmpty() ? "" : ": " + asked.reason()));
    }

    private static Object change(PgPair pair, UnaryOperator<Memory> change, String what, String reason) {
        try {
            pair.change(change, what, reason);
            return PgStatus.of(pair.snapshot());
        } catch (StateException e) {
            throw new ApiException(503, "it cannot be kept: " + e.getMessage());
        }
    }

    private static ServerLook onlyMaster(Snapshot now) {
        PairLook look = now.look();
        if (look == null
                || look.first().master().isPresent() == look.second().master().isPresent()) {
            throw new ApiException(409, "no switchover: there is not exactly one master (" + PgStatus.state(now) + ")");
        }
        return look.first().master().isPresent() ? look.first() : look.second();
    }

    private long time(JsonNode written) {
        if (written.isMissingNode() || written.isNull()) {
            return clock.millis();
        }
        try {
            return Instant.parse(written.asText()).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new ApiException(400, "at: must be a time such as 2026-01-31T03:00:00Z, got " + written.asText());
        }
    }

    private static String reason(JsonNode body, boolean needed) {
        String reason = body.path("reason").asText("").strip();
        if (reason.length() > 1000 || needed && reason.isEmpty()) {
            throw new ApiException(400, "reason: must be a text of 1..1000 characters");
        }
        return reason;
    }

    private static String server(Snapshot now, String name, String key) {
        return now.group()
                .server(name)
                .map(PgServer::name)
                .orElseThrow(() -> new ApiException(
                        key.equals("server") && name.isEmpty() ? 400 : 404,
                        key + ": must be one of " + now.group().servers() + ", got " + name));
    }

    /** The body, of which only these keys may be given; an empty object where there is none. */
    private static JsonNode body(Api.Request request, String... keys) {
        JsonNode body;
        try {
            body = request.json();
        } catch (ApiException e) {
            if (e.status() == 400 && String.valueOf(e.getMessage()).equals("a JSON body is needed")) {
                return JsonNodeFactory.instance.objectNode();
            }
            throw e;
        }
        if (!body.isObject()) {
            throw new ApiException(400, "the body must be an object");
        }
        for (Map.Entry<String, JsonNode> entry : body.properties()) {
            String key = entry.getKey();
            if (!List.of(keys).contains(key)) {
                throw new ApiException(400, key + ": is not a known key; there are " + String.join(", ", keys));
            }
            boolean flag = key.equals("force") || key.equals("dry_run");
            if (flag ? !entry.getValue().isBoolean() : !entry.getValue().isTextual()) {
                throw new ApiException(400, key + ": must be " + (flag ? "true or false" : "a text"));
            }
        }
        return body;
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static String by(Api.Request request) {
        return request.caller().label();
    }

    private PgPair pair(Api.Request request) {
        String key = request.parameter("key").orElse("");
        return controller
                .pair(key)
                .orElseThrow(() -> new ApiException(
                        404,
                        "no pair " + key + " (there are: "
                                + String.join(
                                        ", ",
                                        controller.pairs().stream()
                                                .map(pair -> pair.group().key())
                                                .toList())
                                + ")"));
    }

    private void administrator(Api.Request request) {
        String domain = masterDomain.get();
        if (!request.caller().isAdministratorOf(domain)) {
            throw new ApiException(403, "only administrators of " + domain + " may do this");
        }
    }

    /** Which paths answer strangers: health of servers. */
    public static boolean isHealth(String path) {
        return HEALTH.matcher(path).matches();
    }
}
