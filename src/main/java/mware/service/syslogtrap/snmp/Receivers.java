package mware.service.syslogtrap.snmp;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import mware.service.syslogtrap.snmp.Receiver.Access;
import mware.service.syslogtrap.snmp.Receiver.Auth;
import mware.service.syslogtrap.snmp.Receiver.Community;
import mware.service.syslogtrap.snmp.Receiver.Privacy;
import mware.service.syslogtrap.snmp.Receiver.User;
import org.jspecify.annotations.Nullable;

/**
 * The receivers of the setting {@code syslog_trap.receivers} that can be used, and why the others cannot.
 *
 * @param usable in the order of the setting
 * @param problems each as {@code key: rule, got value}; never with a secret in it
 */
public record Receivers(List<Receiver> usable, List<String> problems) {

    /** What there is when the setting names no receivers: v2c traps to this machine's port 1162. */
    static final Receiver DEFAULT = new Receiver(
            "local", "127.0.0.1", 1162, new Community("public"), false, Duration.ofMillis(1500), 1, 1000, 20_000, true);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final int SHORTEST_PASSWORD = 8; // RFC 3414, 11.2

    /**
     * Reads the setting; a wrong receiver is left out, with all that is wrong about it named.
     *
     * @param setting the object {@code syslog_trap}; one without {@code receivers} gives the default receiver
     * @param secrets replaces <code>{{env:NAME}}</code> and <code>{{file:PATH}}</code>; throws an {@link
     *     IllegalArgumentException} that says why when it cannot
     */
    public static Receivers read(JsonNode setting, UnaryOperator<String> secrets) {
        JsonNode list = setting.path("receivers");
        if (list.isMissingNode()) {
            return new Receivers(List.of(DEFAULT), List.of());
        }
        var usable = new ArrayList<Receiver>();
        var problems = new ArrayList<String>();
        if (!list.isArray()) {
            problems.add("syslog_trap.receivers: must be a list, got " + list);
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            var entry = new Entry(list.get(i), "syslog_trap.receivers[" + i + "]", secrets);
            Receiver receiver = entry.read();
            if (entry.problems.isEmpty() && !names.add(receiver.name())) {
                entry.problem("name", "must be unique", receiver.name());
            }
            if (entry.problems.isEmpty()) {
                usable.add(receiver);
            }
            problems.addAll(entry.problems);
        }
        return new Receivers(List.copyOf(usable), List.copyOf(problems));
    }

    /** One entry while it is read; collects what is wrong and goes on with defaults. */
    private static final class Entry {

        private final JsonNode json;
        private final String path;
        private final UnaryOperator<String> secrets;
        private final List<String> problems = new ArrayList<>();

        Entry(JsonNode json, String path, UnaryOperator<String> secrets) {
            this.json = json;
            this.path = path;
            this.secrets = secrets;
        }

        Receiver read() {
            String name = text("name", "");
            if (!NAME.matcher(name).matches()) {
                problem("name", "must be 1..63 letters, digits, '-', '_' or '.'", name);
            }
            String host = text("host", "");
            if (host.isBlank()) {
                problems.add(path + ".host: is required");
            }
            return new Receiver(
                    name,
                    host,
                    (int) number("port", 162, 1, 65_535),
                    access(),
                    flag("inform", false),
                    Duration.ofMillis(Math.round(number("timeout", 1.5, 0.1, 60) * 1000)),
                    (int) number("retries", 1, 0, 10),
                    (int) number("max_traps_per_second", 1000, 1, 1_000_000),
                    (int) number("outbox_entries", 20_000, 100, 100_000),
                    flag("system_state", true));
        }

        private Access access() {
            String version = text("version", "v2c");
            return switch (version) {
                case "v2c" -> community();
                case "v3" -> user();
                default -> {
                    problem("version", "must be v2c or v3", version);
                    yield new Community("");
                }
            };
        }

        private Access community() {
            for (String key : List.of("user", "level", "auth_protocol", "auth_password", "priv_protocol")) {
                if (json.has(key)) {
                    problems.add(path + "." + key + ": is for version v3 only");
                }
            }
            String community = secret("community");
            return new Community(community == null ? "public" : community);
        }

        private Access user() {
            if (json.has("community")) {
                problems.add(path + ".community: is for version v2c only");
            }
            String user = text("user", "");
            if (user.isEmpty() || user.length() > 32) {
                problem("user", "must be 1..32 characters", user);
            }
            String authPassword = password("auth_password");
            String privacyPassword = password("priv_password");
            String level = text(
                    "level",
                    privacyPassword != null ? "authPriv" : authPassword != null ? "authNoPriv" : "noAuthNoPriv");
            if (!Set.of("noAuthNoPriv", "authNoPriv", "authPriv").contains(level)) {
                problem("level", "must be noAuthNoPriv, authNoPriv or authPriv", level);
            }
            boolean signed = !level.equals("noAuthNoPriv");
            boolean encrypted = level.equals("authPriv");
            if (signed && !json.has("auth_password")) {
                problems.add(path + ".auth_password: is required for level " + level);
            }
            if (encrypted && !json.has("priv_password")) {
                problems.add(path + ".priv_password: is required for level " + level);
            }
            Auth auth = choice("auth_protocol", Auth.values(), Auth.SHA_256);
            Privacy privacy = choice("priv_protocol", Privacy.values(), Privacy.AES_128);
            return new User(
                    user,
                    signed ? auth : null,
                    signed ? authPassword : null,
                    encrypted ? privacy : null,
                    encrypted ? privacyPassword : null,
                    text("context", ""));
        }

        private String text(String key, String otherwise) {
            JsonNode value = json.path(key);
            if (value.isMissingNode()) {
                return otherwise;
            }
            if (!value.isTextual()) {
                problem(key, "must be text", value);
                return otherwise;
            }
            return value.textValue();
        }

        private boolean flag(String key, boolean otherwise) {
            JsonNode value = json.path(key);
            if (!value.isMissingNode() && !value.isBoolean()) {
                problem(key, "must be true or false", value);
            }
            return value.asBoolean(otherwise);
        }

        private double number(String key, double otherwise, double least, double most) {
            JsonNode value = json.path(key);
            if (value.isMissingNode()) {
                return otherwise;
            }
            boolean whole = otherwise == Math.rint(otherwise);
            if (!value.isNumber()
                    || value.doubleValue() < least
                    || value.doubleValue() > most
                    || whole && !value.isIntegralNumber()) {
                problem(key, "must be " + plain(least) + ".." + plain(most), value);
                return otherwise;
            }
            return value.doubleValue();
        }

        private static String plain(double number) {
            return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
        }

        private <T> T choice(String key, T[] choices, T otherwise) {
            String word = text(key, otherwise.toString());
            for (T choice : choices) {
                if (choice.toString().equalsIgnoreCase(word)) {
                    return choice;
                }
            }
            problem(
                    key,
                    "must be one of " + Arrays.stream(choices).map(T::toString).collect(Collectors.joining(", ")),
                    word);
            return otherwise;
        }

        private @Nullable String secret(String key) {
            if (!json.has(key)) {
                return null;
            }
            if (!json.path(key).isTextual()) {
                problems.add(path + "." + key + ": must be text"); // what was given may be a secret
                return null;
            }
            try {
                return secrets.apply(json.path(key).textValue());
            } catch (IllegalArgumentException e) {
                problems.add(path + "." + key + ": " + e.getMessage());
                return null;
            }
        }

        private @Nullable String password(String key) {
            String value = secret(key);
            if (value != null && value.length() < SHORTEST_PASSWORD) {
                problem(key, "must have at least " + SHORTEST_PASSWORD + " characters", value.length());
            }
            return value;
        }

        private void problem(String key, String rule, Object got) {
            problems.add(path + "." + key + ": " + rule + ", got " + got);
        }
    }
}
