package mware.service.pgcontroller;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import mware.service.pgcontroller.HostLook.Seen;
import mware.service.pgcontroller.PgPair.Running;
import mware.service.pgcontroller.PgPair.Snapshot;
import org.jspecify.annotations.Nullable;

/** What is told of a pair as JSON: roles, lag, the last decision and what comes next. */
final class PgStatus {

    private PgStatus() {}

    static Map<String, @Nullable Object> of(Snapshot of) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        Decision decision = of.decision();
        PairLook look = of.look();
        Memory memory = of.memory();
        json.put("group", of.group().key());
        json.put("state", state(of));
        json.put("master", memory.master());
        json.put("timeline", memory.timeline());
        json.put("looked_ms_ago", look == null ? null : of.age().toMillis());
        json.put("rule", decision == null ? null : decision.rule().name());
        json.put("reason", decision == null ? "nobody has looked yet" : decision.reason());
        json.put("next", decision == null ? "" : decision.next());
        Instant at = decision == null ? null : decision.at();
        json.put("next_at", at == null ? null : at.toString());
        Memory.Pause pause = memory.pause();
        json.put(
                "paused",
                pause == null
                        ? null
                        : Map.of(
                                "since",
                                Instant.ofEpochMilli(pause.sinceMillis()).toString(),
                                "by",
                                pause.by(),
                                "reason",
                                pause.reason()));
        json.put("request", request(memory.request()));
        Running running = of.running();
        Map<String, @Nullable Object> step = new LinkedHashMap<>();
        if (running != null) {
            step.put("words", running.words());
            step.put("since", running.since.toString());
            step.put("percent", running.percent() < 0 ? null : running.percent());
            step.put("bytes_per_second", running.bytesPerSecond());
        }
        json.put("step", running == null ? null : step);
        List<Map<String, @Nullable Object>> servers = new ArrayList<>();
        for (PgServer server : of.group().servers()) {
            servers.add(server(of, server));
        }
        json.put("servers", servers);
        json.put(
                "jdbc",
                "jdbc:postgresql://" + hosts(of.group()) + '/'
                        + of.group().first().database() + "?targetServerType=primary");
        json.put(
                "libpq",
                "postgresql://" + hosts(of.group()) + '/' + of.group().first().database()
                        + "?target_session_attrs=read-write");
        return json;
    }

    private static String hosts(PgGroup group) {
        return group.servers().stream()
                .map(one -> (one.pgHost().contains(":") ? '[' + one.pgHost() + ']' : one.pgHost()) + ':' + one.pgPort())
                .collect(Collectors.joining(","));
    }

    private static @Nullable Object request(Memory.@Nullable Request request) {
        return request == null
                ? null
                : Map.of(
                        "id", request.id(),
                        "kind", request.kind().name().toLowerCase(Locale.ROOT),
                        "server", request.server(),
                        "at", Instant.ofEpochMilli(request.atMillis()).toString(),
                        "by", request.by(),
                        "reason", request.reason());
    }

    /** In one word. */
    static String state(Snapshot of) {
        PairLook look = of.look();
        if (look == null) {
            return "unknown";
        }
        int masters = (look.first().master().isPresent() ? 1 : 0)
                + (look.second().master().isPresent() ? 1 : 0);
        boolean streams = of.watch().first().streams() || of.watch().second().streams();
        String state = masters == 0 ? "no master" : masters == 2 ? "two masters" : streams ? "healthy" : "no standby";
        return of.memory().pause() == null ? state : state + ", paused";
    }

    private static Map<String, @Nullable Object> server(Snapshot of, PgServer server) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("server", server.name());
        PairLook look = of.look();
        if (look == null) {
            return json;
        }
        ServerLook one = look.of(server.name());
        Watch.One watched = of.watch().of(one, look);
        boolean master = one.master().isPresent();
        boolean standby = one.standby().isPresent();
        json.put("role", master ? "master" : standby ? "standby" : "none");
        json.put("life", one.life().name().toLowerCase(Locale.ROOT));
        json.put("why", one.why());
        one.sql().answers().ifPresent(answers -> {
            json.put("version", answers.version());
            json.put("system_id", answers.systemId());
            json.put("timeline", answers.timeline());
            json.put("lsn", answers.lsn().toString());
            json.put("accepts_writes", answers.acceptsWrites());
            if (answers.inRecovery()) {
                json.put("streams", watched.streams());
                json.put("lag", watched.streams() ? watched.lag() : null);
            }
        });
        json.put("ssh", one.isOpen());
        one.host().seen().map(Seen::guard).ifPresent(guard -> json.put("guard", guard.running()));
        one.host()
                .seen()
                .map(Seen::referee)
                .ifPresent(reach -> json.put("referee", reach.name().toLowerCase(Locale.ROOT)));
        return json;
    }
}
