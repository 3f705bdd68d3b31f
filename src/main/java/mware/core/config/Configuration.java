package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * A whole configuration that passed its checks.
 *
 * @param structure which roles run on which server of which site
 * @param settings settings of the master domain by service, such as {@code syslog_trap}; a JSON object
 */
public record Configuration(
        List<Site> sites,
        List<Server> servers,
        List<Domain> domains,
        List<Role> roles,
        List<Placement> structure,
        JsonNode settings) {

    /** Servers that work together; exactly one is the master site. */
    public record Site(String name, boolean master) {}

    /** A machine of a site and the addresses of its interfaces by alias. */
    public record Server(String name, String site, Map<String, String> ifaces) {}

    /** A name in the tree and the sites that serve it. */
    public record Domain(String name, List<String> sites) {}

    /** The roles that run on a server of a site. */
    public record Placement(String site, String server, List<String> roles) {}
}
