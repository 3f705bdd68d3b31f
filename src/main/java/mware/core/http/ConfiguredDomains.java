package mware.core.http;

import java.util.OptionalInt;
import mware.core.config.ActiveConfiguration;
import mware.core.domain.Domains;

/** The domain tree of the configuration in force, for one site. */
public final class ConfiguredDomains implements DomainGroups {

    private volatile Domains domains;

    public ConfiguredDomains(ActiveConfiguration configuration, String site) {
        domains = Domains.of(configuration.current(), site);
        configuration.onApply(next -> domains = Domains.of(next, site));
    }

    @Override
    public String masterDomain() {
        return domains.masterDomain();
    }

    @Override
    public OptionalInt groupOf(String domain) {
        return domains.groupOf(domain);
    }
}
