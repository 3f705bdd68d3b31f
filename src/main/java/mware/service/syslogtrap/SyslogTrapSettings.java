package mware.service.syslogtrap;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import mware.core.syslog.TlsFiles;
import mware.service.syslogtrap.Rules.Rule;
import org.jspecify.annotations.Nullable;

/**
 * The setting {@code syslog_trap} but for its receivers: what of it can be used, and why the rest cannot.
 *
 * @param rules a wrong rule is left out and named
 * @param tls empty when TLS is not configured, or wrongly
 * @param problems each as {@code key: rule, got value}
 */
public record SyslogTrapSettings(Rules rules, Optional<TlsFiles> tls, List<String> problems) {

    /** The severities by number (RFC 5424, table 2). */
    static final List<String> SEVERITIES =
            List.of("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug");

    /** The facilities by number (RFC 5424, table 1), as programs call them. */
    static final List<String> FACILITIES = List.of(
            "kern",
            "user",
            "mail",
            "daemon",
            "auth",
            "syslog",
            "lpr",
            "news",
            "uucp",
            "cron",
            "authpriv",
            "ftp",
            "ntp",
            "audit",
            "alert",
            "clock",
            "local0",
            "local1",
            "local2",
            "local3",
            "local4",
            "local5",
            "local6",
            "local7");

    /**
     * Reads the setting.
     *
     * @param setting the object {@code syslog_trap}
     * @param receivers the names of the receivers that can be used; a rule that names one that is configured and cannot
     *     be used keeps its others
     */
    public static SyslogTrapSettings read(JsonNode setting, List<String> receivers) {
        List<String> problems = new ArrayList<>();
        List<Rule> rules = new ArrayList<>();
        Set<String> known = new LinkedHashSet<>(receivers);
        setting.path("receivers").forEach(each -> known.add(each.path("name").asText()));
        JsonNode list = setting.path("rules");
        for (int i = 0; i < list.size(); i++) {
            Rule rule = new Reader("syslog_trap.rules[" + i + "]", known, problems).rule(list.get(i), receivers);
            if (rule != null) {
                rules.add(rule);
            }
        }
        return new SyslogTrapSettings(new Rules(rules, receivers), tls(setting.path("tls"), problems), problems);
    }

    private static Optional<TlsFiles> tls(JsonNode json, List<String> problems) {
        if (!json.isObject()) {
            return Optional.empty();
        }
        if (!json.hasNonNull("certificate") || !json.hasNonNull("key")) {
            problems.add("syslog_trap.tls: certificate and key are both required");
            return Optional.empty();
        }
        int port = json.path("port").asInt(6514);
        if (port < 1 || port > 65_535) {
            problems.add("syslog_trap.tls.port: must be 1..65535, got " + json.path("port"));
            return Optional.empty();
        }
        Path authority = json.hasNonNull("ca") ? Path.of(json.path("ca").asText()) : null;
        return Optional.of(new TlsFiles(
                port,
                Path.of(json.path("certificate").asText()),
                Path.of(json.path("key").asText()),
                authority));
    }

    /** Reads one rule and notes all that is wrong with it. */
    private record Reader(String path, Set<String> known, List<String> problems) {

        @Nullable
        Rule rule(JsonNode json, List<String> usable) {
            int before = problems.size();
            JsonNode match = json.path("match");
            int severity = match.has("severity")
                    ? number(match.get("severity"), "match.severity", SEVERITIES)
                    : SyslogMessage.DEBUG;
            Set<Integer> facilities = new HashSet<>();
            JsonNode facility = match.path("facility");
            if (facility.isArray()) {
                facility.forEach(each -> facilities.add(number(each, "match.facility", FACILITIES)));
            } else if (!facility.isMissingNode()) {
                facilities.add(number(facility, "match.facility", FACILITIES));
            }
            Pattern host =
                    match.has("host") ? pattern("match.host", match.get("host").asText(), false) : null;
            Pattern app =
                    match.has("app") ? pattern("match.app", match.get("app").asText(), false) : null;
            Pattern text = match.has("regex")
                    ? pattern("match.regex", match.get("regex").asText(), true)
                    : null;
            String action = json.path("action").asText("send");
            if (!action.equals("send") && !action.equals("drop")) {
                problems.add(path + ".action: must be send or drop, got " + action);
            }
            List<String> receivers = receivers(json.path("receivers"), usable);
            if (problems.size() > before) {
                return null;
            }
            boolean drop = action.equals("drop");
            return new Rule(
                    new Match(severity, facilities, host, app, text),
                    new Decision(drop ? List.of() : receivers, path + ": " + action));
        }

        private List<String> receivers(JsonNode json, List<String> usable) {
            if (!json.isArray()) {
                return usable;
            }
            List<String> names = new ArrayList<>();
            json.forEach(each -> {
                if (usable.contains(each.asText())) {
                    names.add(each.asText());
                } else if (!known.contains(each.asText())) {
                    problems.add(path + ".receivers: must be names of receivers (" + String.join(", ", known)
                            + "), got " + each.asText());
                }
            });
            return names;
        }

        private int number(JsonNode json, String key, List<String> names) {
            int number = json.isInt() ? json.asInt() : names.indexOf(json.asText());
            if (number < 0 || number >= names.size()) {
                problems.add(path + "." + key + ": must be 0.." + (names.size() - 1) + " or one of "
                        + String.join(", ", names) + ", got " + json.asText());
                return 0;
            }
            return number;
        }

        private @Nullable Pattern pattern(String key, String text, boolean expression) {
            try {
                return expression ? Pattern.compile(text) : Match.pattern(text);
            } catch (PatternSyntaxException e) {
                problems.add(
                        path + "." + key + ": must be a regular expression (" + e.getDescription() + "), got " + text);
                return null;
            }
        }
    }
}
