package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import mware.core.config.CrossChecks.Place;

/** Checks that the groups of each site share its domains without a gap or an overlap, and that a group's nodes agree. */
final class GroupChecks {

    /** What a group's nodes should have alike besides their domains; as a path below the role. */
    private static final List<String> SHARED = List.of(
            "pg_controller",
            "backup_controller",
            "cti_servers",
            "mnesia_storage_mode",
            "ext/failback",
            "ext/failback_delay");

    private final Map<String, Entry> sites;
    private final Map<String, Entry> domains;
    private final List<Place> places;
    private final List<Entry> unplaced;
    private final Broken broken;
    private final Problems problems;

    GroupChecks(
            Map<String, Entry> sites,
            Map<String, Entry> domains,
            List<Place> places,
            List<Entry> unplaced,
            Broken broken,
            Problems problems) {
        this.sites = sites;
        this.domains = domains;
        this.places = places;
        this.unplaced = unplaced;
        this.broken = broken;
        this.problems = problems;
    }

    void check() {
        for (String site : sites.keySet()) {
            site(site);
        }
    }

    /** A site's group and its nodes, the first of which speaks for all. */
    private record Group(int number, List<Entry> nodes) {
        Entry first() {
            return nodes.get(0);
        }
    }

    private void site(String site) {
        boolean clear = true;
        var byNumber = new TreeMap<Integer, List<Entry>>();
        for (Place place : places) {
            if (place.site().equals(site) && isNode(place.role())) {
                if (broken.at(place.role().path())) {
                    clear = false; // it may serve what no other does
                } else {
                    List<Entry> nodes = byNumber.computeIfAbsent(
                            place.role().node().path("group").asInt(), number -> new ArrayList<>());
                    if (!nodes.contains(place.role())) {
                        nodes.add(place.role());
                    }
                }
            }
        }
        List<Group> groups = byNumber.entrySet().stream()
                .map(entry -> new Group(entry.getKey(), entry.getValue()))
                .toList();
        for (Group group : groups) {
            group.nodes()
                    .sort(Comparator.<Entry>comparingInt(
                                    node -> node.node().path("order").asInt())
                            .thenComparing(node -> node.text("name").orElse("")));
            clear &= sameDomains(group, site);
            orders(group);
            parameters(group);
            names(group, site);
        }
        boolean nobodyMissing =
                unplaced.stream().noneMatch(GroupChecks::isNode) && !broken.at("structure") && !broken.at("roles");
        Map<String, Integer> named = named(groups, site);
        boolean rest = rest(groups, site);
        if (clear && nobodyMissing) {
            coverage(site, groups, named, rest);
        }
    }

    private static boolean isNode(Entry role) {
        return !role.text("roletype").equals(Optional.of("msvc"));
    }

    private boolean sameDomains(Group group, String site) {
        Set<String> expected = Set.copyOf(group.first().texts("include_domains"));
        boolean same = true;
        for (Entry node : group.nodes()) {
            if (!Set.copyOf(node.texts("include_domains")).equals(expected)) {
                same = false;
                problems.error(
                        node.at("include_domains"),
                        "must be as in role " + name(group.first()) + " of the same group " + group.number()
                                + " of site " + site + ", " + difference(expected, node.texts("include_domains")));
            }
        }
        return same;
    }

    private static String difference(Set<String> expected, List<String> got) {
        var missing = new ArrayList<>(expected.stream().sorted().toList());
        missing.removeAll(got);
        var more = new ArrayList<>(got);
        more.removeAll(expected);
        return (missing.isEmpty() ? "" : "lacks " + some(missing))
                + (missing.isEmpty() || more.isEmpty() ? "" : " and ")
                + (more.isEmpty() ? "" : "has besides " + some(more));
    }

    private static String some(List<String> names) {
        return names.size() <= 3
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 3)) + " and " + (names.size() - 3) + " more";
    }

    private void orders(Group group) {
        Map<Integer, Entry> seen = new HashMap<>();
        for (Entry node : group.nodes()) {
            Entry before = seen.putIfAbsent(node.node().path("order").asInt(), node);
            if (before != null) {
                problems.warning(
                        node.at("order"),
                        "should differ within group " + group.number() + " (also role " + name(before)
                                + ", which goes first by its name)",
                        node.node().get("order"));
            }
        }
    }

    private void parameters(Group group) {
        for (Entry node : group.nodes().subList(1, group.nodes().size())) {
            for (String parameter : SHARED) {
                JsonNode own = effective(node, parameter);
                if (!own.equals(effective(group.first(), parameter))) {
                    problems.warning(
                            node.path() + '.' + parameter.replace('/', '.'),
                            "should be as in role " + name(group.first()) + " of the same group " + group.number()
                                    + " (the active node's own applies)",
                            own.isContainerNode() ? null : own);
                }
            }
        }
    }

    /** The parameter as it works: a missing one is its default. */
    private static JsonNode effective(Entry node, String parameter) {
        JsonNode given = node.node().at('/' + parameter);
        return given.isMissingNode()
                ? ConfigurationReader.SCHEMA
                        .json()
                        .at("/$defs/mware/properties/" + parameter.replace("/", "/properties/") + "/default")
                : given;
    }

    /** Whether the domains that a group names are there and at home on the site; said at its first node. */
    private void names(Group group, String site) {
        for (Entry domain : group.first().list("include_domains")) {
            String name = domain.node().asText();
            Entry known = domains.get(name);
            if (known != null) {
                if (!known.texts("sites").contains(site)) {
                    problems.warning(domain.path(), "should be served by site " + site + ", but is not", name);
                }
            } else if (CrossChecks.nearestAbove(name, domains.keySet()).isPresent()) {
                problems.warning(domain.path(), "is not among the domains" + near(name), name);
            } else if (!broken.at("domains")) {
                problems.error(domain.path(), "must be a domain or lie below one" + near(name), name);
            }
        }
    }

    private String near(String name) {
        String nearest = Nearest.of(name, domains.keySet());
        return nearest.isEmpty() ? "" : ", nearest is " + nearest;
    }

    /** Which group names which domain; a domain that two name is an error at the first node of the later one. */
    private Map<String, Integer> named(List<Group> groups, String site) {
        Map<String, Integer> named = new LinkedHashMap<>();
        for (Group group : groups) {
            for (Entry domain : group.first().list("include_domains")) {
                String name = domain.node().asText();
                Integer other = named.putIfAbsent(name, group.number());
                if (other != null) {
                    problems.error(
                            domain.path(),
                            "must be named by one group of site " + site + " (also " + other + ")",
                            name);
                }
            }
        }
        return named;
    }

    private boolean rest(List<Group> groups, String site) {
        List<Group> all = groups.stream()
                .filter(group -> group.first().texts("include_domains").isEmpty())
                .toList();
        for (Group further : all.subList(Math.min(1, all.size()), all.size())) {
            problems.error(
                    further.first().at("include_domains"),
                    "must name domains, since group " + all.get(0).number() + " of site " + site
                            + " has the rest already");
        }
        return !all.isEmpty();
    }

    /** A domain that no group serves; one below it that is not served for the same reason is not told of again. */
    private void coverage(String site, List<Group> groups, Map<String, Integer> named, boolean rest) {
        if (rest) {
            return;
        }
        Set<String> open = new HashSet<>();
        for (Map.Entry<String, Entry> domain : domains.entrySet()) {
            boolean covered = named.containsKey(domain.getKey())
                    || CrossChecks.nearestAbove(domain.getKey(), named.keySet()).isPresent();
            if (!covered && domain.getValue().texts("sites").contains(site)) {
                open.add(domain.getKey());
            }
        }
        if (groups.isEmpty() && !open.isEmpty()) {
            String path = sites.get(site).path();
            problems.error(
                    path,
                    "must have a mware role, since "
                            + some(open.stream().sorted().toList()) + " are served there");
            return;
        }
        for (String name : open.stream().sorted().toList()) {
            if (CrossChecks.nearestAbove(name, open).isEmpty()) {
                problems.error(domains.get(name).at("name"), "must be covered by a group of site " + site, name);
            }
        }
    }

    private static String name(Entry node) {
        return node.text("name").orElse(node.path());
    }
}
