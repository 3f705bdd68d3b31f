package mware.core.domain;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import mware.core.config.Configuration;
import mware.core.config.Role;

/**
 * Which group of a site serves which domain; immutable, quick on any thread.
 *
 * <p>The most specific name wins: a group serves the subtrees of the domains it names, without the branches that another
 * group names; a group that names none serves the rest. Names are in lower case, as in the configuration.
 */
public final class Domains {

    private static final int NO_GROUP = 0;

    /** The group of each domain that is configured or named by a group; all others are served as the nearest above. */
    private final Map<String, Integer> groups = new HashMap<>();

    private final String site;
    private final String master;

    private Domains(Configuration configuration, String site) {
        this.site = site;
        master = configuration.masterDomain().name();
        Map<String, Integer> named = new HashMap<>();
        int rest = NO_GROUP;
        for (Map.Entry<Integer, List<Role.Mware>> group :
                configuration.groups(site).entrySet()) {
            List<String> domains = group.getValue().get(0).includeDomains();
            domains.forEach(domain -> named.put(domain, group.getKey()));
            rest = domains.isEmpty() ? group.getKey() : rest;
        }
        Map<String, Boolean> here = new HashMap<>();
        configuration
                .domains()
                .forEach(domain -> here.put(domain.name(), domain.sites().contains(site)));
        Set<String> names = new HashSet<>(here.keySet());
        names.addAll(named.keySet());
        for (String name : names) {
            groups.put(name, nearest(name, here, false) ? nearest(name, named, rest) : NO_GROUP);
        }
    }

    /** The index for a site of a configuration that passed its checks. */
    public static Domains of(Configuration configuration, String site) {
        return new Domains(configuration, site);
    }

    /**
     * The number of the group of this site that serves the domain, which may lie any depth below a configured one;
     * empty when this site does not serve it or it lies outside the tree.
     */
    public OptionalInt groupOf(String domain) {
        int group = nearest(domain, groups, NO_GROUP);
        return group == NO_GROUP ? OptionalInt.empty() : OptionalInt.of(group);
    }

    /** The domain that lies below no other. */
    public String masterDomain() {
        return master;
    }

    /** The group of this site that serves the master domain; empty when the site does not serve it. */
    public OptionalInt masterGroup() {
        return groupOf(master);
    }

    /** The site that this index is for. */
    public String site() {
        return site;
    }

    private static <T> T nearest(String domain, Map<String, T> known, T none) {
        String at = domain;
        while (true) {
            T found = known.get(at);
            if (found != null) {
                return found;
            }
            int dot = at.indexOf('.');
            if (dot < 0) {
                return none;
            }
            at = at.substring(dot + 1);
        }
    }
}
