package mware.core.http;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node does what it should, and what keeps it from it.
 *
 * @param checks every check that was asked
 */
public record Health(List<Check> checks) {

    private static final Pattern SECRET = Pattern.compile(
            "(?i)([\\w.-]*(?:pwd|passw|secret|token|authpass|privpass|community)[\\w.-]*\\s*[=:]\\s*)[^\\s&,;)]+");

    public Health {
        checks = List.copyOf(checks);
    }

    /**
     * One check.
     *
     * @param why what is wrong, without secrets; null when nothing is
     */
    public record Check(String id, boolean up, @Nullable String why) {}

    /** All checks of Camel: routes, consumers, and those that the node has registered. */
    public static Health of(CamelContext context) {
        if (!context.isStarted()) {
            return down("node", "it is " + context.getStatus().name().toLowerCase(Locale.ROOT));
        }
        return new Health(
                HealthCheckHelper.invoke(context).stream().map(Health::check).toList());
    }

    /** One check that fails. */
    public static Health down(String id, String why) {
        return new Health(List.of(new Check(id, false, why)));
    }

    /** Whether all checks are up. */
    public boolean isUp() {
        return checks.stream().allMatch(Check::up);
    }

    private static Check check(HealthCheck.Result result) {
        boolean up = result.getState() != HealthCheck.State.DOWN;
        String why = up ? null : withoutSecrets(result.getMessage().orElse("down"));
        return new Check(result.getCheck().getId(), up, why);
    }

    /** Words of a check, fit for strangers: one line, no values of keys that name a secret, no user:password of a URL. */
    static String withoutSecrets(String message) {
        String line = message.lines().findFirst().orElse("down");
        String masked = SECRET.matcher(line).replaceAll("$1***").replaceAll("//[^/@\\s]*@", "//***@");
        return masked.length() > 300 ? masked.substring(0, 300) + "..." : masked;
    }
}
