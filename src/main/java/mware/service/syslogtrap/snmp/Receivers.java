package mware.service.syslogtrap.snmp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import mware.core.config.Spans;
import mware.service.syslogtrap.snmp.Receiver.Access;
import mware.service.syslogtrap.snmp.Receiver.Auth;
import mware.service.syslogtrap.snmp.Receiver.Community;
import mware.service.syslogtrap.snmp.Receiver.Privacy;
import mware.service.syslogtrap.snmp.Receiver.User;
import org.jspecify.annotations.Nullable;

/**
 * The receivers of the setting {@code syslog_trap} that can be used on this machine, and why the others cannot.
 *
 * @param usable in the order of the setting
 * @param problems what is wrong by receiver, as {@code key: rule, got value}; never with a secret in it
 */
public record Receivers(List<Receiver> usable, Map<String, String> problems) {

    private static final int SHORTEST_PASSWORD = 8; // RFC 3414, 11.2

    /**
     * Reads a setting that keeps its schema and has its defaults filled in; what remains to be checked is what a schema
     * cannot know: what placeholders stand for.
     *
     * @param setting the object {@code syslog_trap}
     * @param secrets fills in placeholders; throws, with the reason, where it cannot
     */
    public static Receivers read(JsonNode setting, UnaryOperator<String> secrets) {
        Map<String, Receiver> usable = new LinkedHashMap<>();
        Map<String, String> problems = new LinkedHashMap<>();
        for (JsonNode entry : setting.path("receivers")) {
            String name = entry.path("name").asText();
            var wrong = new ArrayList<String>();
            Receiver receiver = receiver(name, entry, new Secrets(entry, secrets, wrong));
            if (wrong.isEmpty()) {
                usable.put(name, receiver);
            } else {
                problems.put(name, String.join("; ", wrong));
            }
        }
        return new Receivers(List.copyOf(usable.values()), Map.copyOf(problems));
    }

    private static Receiver receiver(String name, JsonNode entry, Secrets secrets) {
        return new Receiver(
                name,
                entry.path("host").asText(),
                entry.path("port").asInt(),
                access(entry, secrets),
                entry.path("inform").asBoolean(),
                Spans.parse(entry.path("timeout").asText()),
                entry.path("retries").asInt(),
                entry.path("max_traps_per_second").asInt(),
                entry.path("outbox_entries").asInt(),
                entry.path("system_state").asBoolean());
    }

    private static Access access(JsonNode entry, Secrets secrets) {
        if (entry.path("version").asText().equals("v2c")) {
            String community = secrets.text("community");
            return new Community(community == null ? "public" : community);
        }
        String authPassword = secrets.password("auth_password");
        String privacyPassword = secrets.password("priv_password");
        return new User(
                entry.path("user").asText(),
                authPassword == null ? null : named(Auth.values(), entry.path("auth_protocol"), Auth.SHA_256),
                authPassword,
                privacyPassword == null ? null : named(Privacy.values(), entry.path("priv_protocol"), Privacy.AES_128),
                privacyPassword,
                entry.path("context").asText());
    }

    private static <T> T named(T[] choices, JsonNode word, T otherwise) {
        return Arrays.stream(choices)
                .filter(choice -> choice.toString().equals(word.asText()))
                .findFirst()
                .orElse(otherwise);
    }

    private record Secrets(JsonNode entry, UnaryOperator<String> resolver, List<String> wrong) {

        @Nullable
        String text(String key) {
            if (!entry.has(key)) {
                return null;
            }
            try {
                return resolver.apply(entry.path(key).asText());
            } catch (RuntimeException e) {
                wrong.add(key + ": " + e.getMessage());
                return null;
            }
        }

        @Nullable
        String password(String key) {
            String value = text(key);
            if (value != null && value.length() < SHORTEST_PASSWORD) {
                wrong.add(key + ": must have at least " + SHORTEST_PASSWORD + " characters, got " + value.length());
            }
            return value;
        }
    }
}
