package mware.core.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mware.core.config.Configuration;
import mware.core.config.Role;

/** Where in the site a node has its place: what it cannot change while it runs. */
record Place(int group, String site, String server) {

    static Place of(Configuration configuration, Role.Mware role) {
        return new Place(
                role.group(),
                configuration.siteOf(role.name()).map(Configuration.Site::name).orElse(""),
                configuration
                        .serverOf(role.name())
                        .map(Configuration.Server::name)
                        .orElse(""));
    }

    /** What is different in {@code next}, in words; empty when nothing is. */
    Optional<String> change(Place next) {
        List<String> changes = new ArrayList<>();
        if (group != next.group) {
            changes.add("its group is " + next.group + " instead of " + group);
        }
        if (!site.equals(next.site)) {
            changes.add("its site is " + next.site + " instead of " + site);
        }
        if (!server.equals(next.server)) {
            changes.add("its server is " + next.server + " instead of " + server);
        }
        return changes.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", changes));
    }
}
