package mware.core.log;

import java.util.Map;
import java.util.Set;

/**
 * One row of log files: {@code <service>/<type>_<date>.<number>.log}.
 *
 * @param service the folder
 * @param type how the files begin
 */
record LogFamily(String service, String type) {

    /** What belongs to no service: the node's own. */
    static final LogFamily NODE = new LogFamily("node", "mware");

    /** The short names that operators know (seed: Logs). */
    private static final Map<String, String> TYPES = Map.of("pg-controller", "pgctrl", "backup-controller", "bkp");

    private static final LogFamily ACCESS = new LogFamily("http", "access");
    private static final LogFamily WHO_CAME_IN = new LogFamily("iam", "audit");

    /** How packages begin: whoever logs under a class name is not a service. */
    private static final Set<String> PACKAGES = Set.of(
            "mware", "routes", "org", "com", "io", "net", "java", "javax", "jdk", "sun", "jakarta", "ch", "picocli",
            "reactor", "kotlin", "root");

    /** Parts of the node that speak in its own log. */
    private static final Set<String> OF_THE_NODE =
            Set.of("node", "cluster", "state", "config", "http", "monitor", "log", "reload", "zookeeper");

    /** The family of a logger: a service and the steps of its routes ({@code pg-controller.promote}) share one. */
    static LogFamily of(String logger) {
        if (logger.equals("http.access")) {
            return ACCESS;
        }
        if (logger.equals("iam.audit")) {
            return WHO_CAME_IN;
        }
        int dot = logger.indexOf('.');
        String first = dot < 0 ? logger : logger.substring(0, dot);
        if (!first.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")
                || first.length() > 64
                || PACKAGES.contains(first)
                || OF_THE_NODE.contains(first)) {
            return NODE;
        }
        return new LogFamily(first, TYPES.getOrDefault(first, first));
    }
}
