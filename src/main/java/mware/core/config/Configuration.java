package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A whole configuration that passed its checks; lists stand in the order of the file.
 *
 * @param structure which roles run on which server of which site
 * @param settings settings of the master domain by service, such as {@code syslog_trap}; a JSON object, to be read
 *     through {@link #setting}
 */
public record Configuration(
        List<Site> sites,
        List<Server> servers,
        List<Domain> domains,
        List<Role> roles,
        List<Placement> structure,
        JsonNode settings) {

    public Configuration {
        sites = List.copyOf(sites);
        servers = List.copyOf(servers);
        domains = List.copyOf(domains);
        roles = List.copyOf(roles);
        structure = List.copyOf(structure);
    }

    /** The role of that name; an enabled one before one that is not. */
    public Optional<Role> role(String name) {
        return roles.stream()
                .filter(role -> role.name().equals(name))
                .min(Comparator.comparing(Role::enabled).reversed());
    }

    /** The middleware role of that name, if it is one and enabled. */
    public Optional<Role.Mware> node(String name) {
        return role(name)
                .filter(Role::enabled)
                .flatMap(role -> role instanceof Role.Mware node ? Optional.of(node) : Optional.empty());
    }

    /** The server on which the role of that name runs. */
    public Optional<Server> serverOf(String role) {
        return structure.stream()
                .filter(placement -> placement.roles().contains(role))
                .findFirst()
                .flatMap(placement -> servers.stream()
                        .filter(server -> server.name().equals(placement.server()))
                        .findFirst());
    }

    /** The site on which the role of that name runs. */
    public Optional<Site> siteOf(String role) {
        return serverOf(role).flatMap(server -> sites.stream()
                .filter(site -> site.name().equals(server.site()))
                .findFirst());
    }

    /** The address under which the others reach the role of that name: that of its interface on its server. */
    public Optional<String> addressOf(String role) {
        return role(role).flatMap(of -> serverOf(role)
                .flatMap(server -> Optional.ofNullable(server.ifaces().get(of.iface()))));
    }

    /** The groups of a site by number; the nodes of a group in the order in which they become active. */
    public SortedMap<Integer, List<Role.Mware>> groups(String site) {
        var groups = new TreeMap<Integer, List<Role.Mware>>();
        for (Role.Mware node : nodes(site)) {
            groups.computeIfAbsent(node.group(), group -> new ArrayList<>()).add(node);
        }
        groups.values()
                .forEach(nodes ->
                        nodes.sort(Comparator.comparingInt(Role.Mware::order).thenComparing(Role.Mware::name)));
        return Collections.unmodifiableSortedMap(groups);
    }

    /** The enabled middleware roles of a site. */
    public List<Role.Mware> nodes(String site) {
        return structure.stream()
                .filter(placement -> placement.site().equals(site))
                .flatMap(placement -> placement.roles().stream())
                .flatMap(name -> node(name).stream())
                .toList();
    }

    /** The master site. */
    public Site masterSite() {
        return sites.stream().filter(Site::master).findFirst().orElseThrow();
    }

    /** The master domain: the one that lies below no other, so all others are longer. */
    public Domain masterDomain() {
        return domains.stream()
                .min(Comparator.comparingInt(domain -> domain.name().length()))
                .orElseThrow();
    }

    /** The settings of a service, with its defaults for what is not given; a JSON object, not to be changed. */
    public JsonNode setting(String service) {
        return settings.has(service) ? settings.get(service) : ServiceSettings.filled(service, settings.path(service));
    }

    /** The same with other settings for these services, filled with their defaults. */
    Configuration with(Map<String, JsonNode> overrides) {
        if (overrides.isEmpty()) {
            return this;
        }
        ObjectNode laid = settings.deepCopy();
        overrides.forEach((service, setting) -> laid.set(service, ServiceSettings.filled(service, setting)));
        return new Configuration(sites, servers, domains, roles, structure, laid);
    }

    /** Says how much there is; never the settings, which may hold secrets. */
    @Override
    public String toString() {
        return "configuration of " + sites.size() + " sites, " + servers.size() + " servers, " + domains.size()
                + " domains, " + roles.size() + " roles";
    }

    /** Servers that work together; exactly one is the master site. */
    public record Site(String name, boolean master) {}

    /** A machine of a site and the addresses of its interfaces by alias. */
    public record Server(String name, String site, Map<String, String> ifaces) {
        public Server {
            ifaces = Collections.unmodifiableMap(new LinkedHashMap<>(ifaces));
        }
    }

    /** A name in the tree and the sites that serve it. */
    public record Domain(String name, List<String> sites) {
        public Domain {
            sites = List.copyOf(sites);
        }
    }

    /** The roles that run on a server of a site. */
    public record Placement(String site, String server, List<String> roles) {
        public Placement {
            roles = List.copyOf(roles);
        }
    }
}
