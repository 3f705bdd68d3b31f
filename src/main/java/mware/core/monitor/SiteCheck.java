package mware.core.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import mware.core.config.Configuration;
import mware.core.config.Role;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.SiteView.Group;
import mware.core.monitor.SiteView.LiveNode;

/** Decides what a site lacks that no single node can know of itself. Pure: all it needs is given. */
final class SiteCheck {

    private SiteCheck() {}

    /**
     * Something that the site lacks.
     *
     * @param key what tells it from the others of its category
     */
    record Finding(
            String category, String key, String server, Status status, String reason, Map<String, Object> details) {}

    /**
     * Nodes that should be there and are not, or do not answer; groups that nobody acts for.
     *
     * @param silent why a live node did not answer, by its name
     */
    static List<Finding> decide(
            Configuration configuration,
            String site,
            List<LiveNode> live,
            List<Group> groups,
            Map<String, String> silent) {
        List<Finding> findings = new ArrayList<>();
        Map<String, LiveNode> byName = live.stream().collect(Collectors.toMap(LiveNode::name, Function.identity()));
        for (Role.Mware role : configuration.nodes(site)) {
            if (!byName.containsKey(role.name())) {
                findings.add(
                        inactive(configuration, role.name(), "it has not joined its group: not started, or cut off"));
            } else if (silent.containsKey(role.name())) {
                findings.add(inactive(configuration, role.name(), silent.get(role.name())));
            }
        }
        for (LiveNode node : live) {
            if (configuration.nodes(site).stream().noneMatch(role -> role.name().equals(node.name()))) {
                String reason = silent.getOrDefault(node.name(), "it runs, but the configuration does not have it");
                findings.add(new Finding(
                        "inactive_nodes",
                        node.name(),
                        node.server(),
                        Status.WARNING,
                        node.name() + ": " + reason,
                        Map.of("nodes", List.of(node.name()))));
            }
        }
        Map<Integer, Group> seen = groups.stream().collect(Collectors.toMap(Group::number, Function.identity()));
        new TreeMap<>(configuration.groups(site)).forEach((number, roles) -> {
            Optional<Group> group = Optional.ofNullable(seen.get(number));
            if (group.flatMap(Group::active).isEmpty()) {
                findings.add(unserved(
                        configuration,
                        number,
                        roles.get(0),
                        group.map(Group::why).orElse("")));
            }
        });
        return findings;
    }

    /** Nodes that run under another version of the configuration than most others, or than the newest of two. */
    static List<Finding> versions(Configuration configuration, Map<String, Long> byNode) {
        Map<Long, Long> counts =
                byNode.values().stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        if (counts.size() < 2) {
            return List.of();
        }
        long usual = counts.entrySet().stream()
                .max(Map.Entry.<Long, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow()
                .getKey();
        return byNode.entrySet().stream()
                .filter(node -> node.getValue() != usual)
                .map(node -> new Finding(
                        "configuration",
                        node.getKey(),
                        server(configuration, node.getKey()),
                        Status.WARNING,
                        node.getKey() + " runs under version " + node.getValue()
                                + " of the configuration, the others under version " + usual,
                        Map.of("nodes", List.of(node.getKey()))))
                .toList();
    }

    private static Finding inactive(Configuration configuration, String role, String reason) {
        String address = configuration.addressOf(role).orElse("?");
        return new Finding(
                "inactive_nodes",
                role,
                server(configuration, role),
                Status.ERROR,
                role + ": " + reason,
                Map.of("nodes", List.of(role + "@" + address)));
    }

    private static Finding unserved(Configuration configuration, int number, Role.Mware first, String why) {
        List<String> domains = first.includeDomains();
        String unserved = domains.isEmpty()
                ? "the domains that no other group names are not served"
                : String.join(", ", domains.subList(0, Math.min(5, domains.size())))
                        + (domains.size() > 5 ? " and " + (domains.size() - 5) + " more" : "")
                        + " and below: not served";
        return new Finding(
                "groups",
                Integer.toString(number),
                server(configuration, first.name()),
                Status.ERROR,
                "no node of group " + number + " is active" + (why.isEmpty() ? "" : " (" + why + ")") + "; " + unserved,
                Map.of("group", number));
    }

    private static String server(Configuration configuration, String role) {
        return configuration.serverOf(role).map(Configuration.Server::name).orElse("?");
    }
}
