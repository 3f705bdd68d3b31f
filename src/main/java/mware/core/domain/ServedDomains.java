package mware.core.domain;

import java.util.OptionalInt;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Role;
import mware.core.http.DomainGroups;

/** Which group of this node's site serves a domain, by the configuration that is in force. */
public final class ServedDomains implements DomainGroups {

    private final String site;
    private final int group;
    private volatile Domains domains;

    /** Follows {@code configuration} from now on. */
    public ServedDomains(ActiveConfiguration configuration, String site, Role.Mware node) {
        this.site = site;
        this.group = node.group();
        domains = Domains.of(configuration.current(), site);
        configuration.onApply(next -> domains = Domains.of(next, this.site));
    }

    @Override
    public String masterDomain() {
        return domains.masterDomain();
    }

    @Override
    public OptionalInt groupOf(String domain) {
        return domains.groupOf(domain);
    }

    /** Whether this node's group serves the master domain, whose settings and duties are the site's own. */
    public boolean hasMasterDomain() {
        OptionalInt master = domains.masterGroup();
        return master.isPresent() && master.getAsInt() == group;
    }
}
