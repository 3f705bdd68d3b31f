package mware.core.monitor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.Role;
import mware.core.monitor.SiteView.Active;
import mware.core.monitor.SiteView.Group;
import mware.core.monitor.SiteView.LiveNode;

/** The nodes of the site: those that the configuration wants and those that run, and who is active since when and why. */
public final class SystemNodes {

    private final String site;
    private final SiteView view;
    private final ActiveConfiguration configuration;
    private final Clock clock;

    public SystemNodes(String site, SiteView view, ActiveConfiguration configuration, Clock clock) {
        this.site = site;
        this.view = view;
        this.configuration = configuration;
        this.clock = clock;
    }

    /** {@code nodes} and {@code groups}, as JSON values. */
    public Map<String, Object> list() {
        Configuration now = configuration.current();
        Map<Integer, Group> groups =
                view.groups().stream().collect(Collectors.toMap(Group::number, Function.identity()));
        Map<String, LiveNode> live = view.nodes().stream()
                .collect(Collectors.toMap(LiveNode::name, Function.identity(), (one, two) -> one, LinkedHashMap::new));
        List<Map<String, Object>> nodes = new ArrayList<>();
        for (Role.Mware role : now.nodes(site)) {
            LiveNode present = live.remove(role.name());
            Map<String, Object> entry =
                    entry(role.name(), role.group(), role.order(), Optional.ofNullable(present), groups);
            entry.put(
                    "server",
                    now.serverOf(role.name()).map(Configuration.Server::name).orElse("?"));
            nodes.add(entry);
        }
        live.values().forEach(node -> {
            Map<String, Object> entry = entry(node.name(), node.group(), node.order(), Optional.of(node), groups);
            entry.put("server", node.server());
            nodes.add(entry);
        });
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("nodes", nodes);
        all.put("groups", groups(now, groups));
        return all;
    }

    private Map<String, Object> entry(
            String name, int number, int order, Optional<LiveNode> live, Map<Integer, Group> groups) {
        Optional<Active> active = Optional.ofNullable(groups.get(number))
                .flatMap(Group::active)
                .filter(term -> term.node().equals(name));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("node", name);
        entry.put("site", site);
        entry.put("server", "");
        entry.put("group", number);
        entry.put("order", order);
        if (view.isCurrent()) {
            entry.put("state", live.isEmpty() ? "absent" : active.isPresent() ? "active" : "passive");
            active.ifPresent(term -> term(entry, term));
        } else {
            entry.put("state", "unknown");
        }
        live.ifPresent(node -> {
            entry.put("url", node.url());
            entry.put("version", node.version());
            entry.put("started_at", node.since().toString());
            entry.put(
                    "uptime_seconds",
                    Math.max(0, Duration.between(node.since(), now()).toSeconds()));
        });
        return entry;
    }

    private List<Map<String, Object>> groups(Configuration now, Map<Integer, Group> groups) {
        return now.groups(site).entrySet().stream()
                .map(group -> {
                    Map<String, Object> entry = new LinkedHashMap<>();
                    entry.put("site", site);
                    entry.put("group", group.getKey());
                    entry.put("domains", group.getValue().get(0).includeDomains());
                    Optional<Group> seen = Optional.ofNullable(groups.get(group.getKey()));
                    Optional<Active> active = seen.flatMap(Group::active);
                    if (!view.isCurrent()) {
                        entry.put("active", null);
                        entry.put(
                                "why",
                                "not known while ZooKeeper cannot be reached from here"
                                        + active.map(term -> "; " + term.node() + " was active before")
                                                .orElse(""));
                        return entry;
                    }
                    entry.put("active", active.map(Active::node).orElse(null));
                    active.ifPresentOrElse(
                            term -> term(entry, term),
                            () -> entry.put("why", seen.map(Group::why).orElse("no node has joined it")));
                    return entry;
                })
                .toList();
    }

    private Instant now() {
        return clock.instant();
    }

    private static void term(Map<String, Object> entry, Active term) {
        entry.put("epoch", Long.toHexString(term.epoch()));
        entry.put("active_since", term.since().toString());
        entry.put("why", term.why());
    }
}
