package mware.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks what no schema can say: that the parts of a configuration fit together.
 *
 * <p>Pure. A part that the schema refuses is told of once, there: what can only be said with that part is not said.
 */
final class CrossChecks {

    private final Entry root;
    private final Broken broken;
    private final Problems problems;
    private final List<Entry> roles = new ArrayList<>();
    private final Map<String, Entry> sites = new LinkedHashMap<>();
    private final Map<String, Entry> servers = new LinkedHashMap<>();
    private final Map<String, Entry> domains = new LinkedHashMap<>();

    private final Set<String> nameless = new HashSet<>();

    private CrossChecks(JsonNode root, Broken broken, Problems problems) {
        this.root = new Entry("", root);
        this.broken = broken;
        this.problems = problems;
    }

    /** Adds to {@code problems} what does not fit; {@code broken} says which parts the schema refused. */
    static void check(JsonNode root, Broken broken, Problems problems) {
        if (root.isObject()) {
            new CrossChecks(root, broken, problems).all();
        }
    }

    private void all() {
        root.list("roles").stream()
                .filter(role -> ConfigurationReader.isEnabled(role.node()))
                .forEach(roles::add);
        named("sites", sites);
        named("servers", servers);
        named("domains", domains);
        unique(roles, "name", new LinkedHashMap<>());
        nameless("a site", "sites");
        nameless("a server", "servers");
        nameless("a role", "roles");
        masterSite();
        masterDomain();
        servers.values().forEach(server -> known(server, "site", "a site", sites));
        for (Entry domain : domains.values()) {
            domain.list("sites").forEach(site -> known(site, "a site", sites));
        }
        List<Place> places = structure();
        interfaces(places);
        new GroupChecks(sites, domains, places, unplaced(places), broken, problems).check();
    }

    private void nameless(String what, String section) {
        JsonNode list = root.node().path(section);
        if (!list.isArray()
                || root.list(section).stream()
                        .anyMatch(entry -> entry.text("name").isEmpty())) {
            nameless.add(what);
        }
    }

    private void named(String section, Map<String, Entry> index) {
        unique(root.list(section), "name", index);
    }

    /** Fills {@code index} with the first entry of each name; a further one of the same name is an error. */
    private void unique(List<Entry> entries, String key, Map<String, Entry> index) {
        for (Entry entry : entries) {
            entry.text(key).ifPresent(name -> {
                Entry first = index.putIfAbsent(name, entry);
                if (first != null) {
                    problems.error(entry.at(key), "must be unique (also " + first.path() + ")", name);
                }
            });
        }
    }

    private void masterSite() {
        List<Entry> masters = sites.values().stream()
                .filter(site -> site.node().path("master").asBoolean())
                .toList();
        for (Entry further : masters.subList(Math.min(1, masters.size()), masters.size())) {
            problems.error(
                    further.at("master"),
                    "must be true for one site only (also " + masters.get(0).path() + ")",
                    further.node().get("master"));
        }
        if (masters.isEmpty() && !broken.at("sites")) {
            problems.error("sites", "must have exactly one with master true, got none");
        }
    }

    private void masterDomain() {
        if (root.list("domains").stream().anyMatch(domain -> broken.at(domain.at("name")))) {
            return; // it may be the one that the others lie below
        }
        String master = null;
        for (Map.Entry<String, Entry> domain : domains.entrySet()) {
            String name = domain.getKey();
            if (nearestAbove(name, domains.keySet()).isPresent()) {
                continue;
            }
            if (master == null) {
                master = name;
            } else {
                problems.error(
                        domain.getValue().at("name"),
                        "must lie below the master domain " + master + " (the first that lies below no other)",
                        name);
            }
        }
    }

    /** The nearest of {@code names} that {@code domain} lies below, without itself. */
    static Optional<String> nearestAbove(String domain, Set<String> names) {
        for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
            String above = domain.substring(dot + 1);
            if (names.contains(above)) {
                return Optional.of(above);
            }
        }
        return Optional.empty();
    }

    private boolean known(Entry entry, String key, String what, Map<String, Entry> index) {
        return entry.text(key).isEmpty()
                || known(new Entry(entry.at(key), entry.node().get(key)), what, index);
    }

    private boolean known(Entry name, String what, Map<String, Entry> index) {
        if (!name.node().isTextual() || index.containsKey(name.node().textValue())) {
            return true;
        }
        if (nameless.contains(what)) {
            return false; // it may be the one whose name cannot be read
        }
        String text = name.node().textValue();
        if (!Nearest.of(text, wrong(index)).isEmpty()) {
            return false; // most likely right here and wrong there
        }
        problems.error(name.path(), "must be the name of " + what + Nearest.clause(text, index.keySet()), text);
        return false;
    }

    /** The names that the schema refused. */
    private List<String> wrong(Map<String, Entry> index) {
        return index.entrySet().stream()
                .filter(entry -> broken.at(entry.getValue().at("name")))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Where a role stands in the structure. */
    record Place(Entry role, String path, Entry server, String site) {}

    private List<Place> structure() {
        Map<String, Entry> enabled = new LinkedHashMap<>();
        roles.forEach(role -> role.text("name").ifPresent(name -> enabled.putIfAbsent(name, role)));
        Map<String, Entry> all = new LinkedHashMap<>();
        root.list("roles").forEach(role -> role.text("name").ifPresent(name -> all.putIfAbsent(name, role)));

        unique(root.list("structure"), "site", new LinkedHashMap<>());
        Map<String, Entry> seenServers = new LinkedHashMap<>();
        var places = new ArrayList<Place>();
        for (Entry site : root.list("structure")) {
            known(site, "site", "a site", sites);
            unique(site.list("servers"), "server", seenServers);
            for (Entry placed : site.list("servers")) {
                boolean serverKnown = known(placed, "server", "a server", servers);
                Entry server = servers.get(placed.text("server").orElse(""));
                String siteName = site.text("site").orElse("");
                if (serverKnown && server != null && sites.containsKey(siteName)) {
                    ofItsSite(placed, server, siteName);
                }
                for (Entry role : placed.list("roles")) {
                    if (known(role, "a role", all)
                            && enabled.containsKey(role.node().asText())) {
                        Entry nowhere = new Entry("", root.node().path("nowhere"));
                        places.add(new Place(
                                enabled.get(role.node().textValue()),
                                role.path(),
                                server == null ? nowhere : server,
                                siteName));
                    }
                }
            }
        }
        return places;
    }

    private void ofItsSite(Entry placed, Entry server, String site) {
        String own = server.text("site").orElse(site);
        if (!own.equals(site) && sites.containsKey(own)) {
            problems.error(
                    placed.at("server"),
                    "must be a server of site " + site + ", but belongs to site " + own,
                    placed.text("server").orElse(""));
        }
    }

    /** Roles that stand on no server; a role that stands on two is told of here, too. */
    private List<Entry> unplaced(List<Place> places) {
        Map<Entry, Place> first = new HashMap<>();
        for (Place place : places) {
            Place before = first.putIfAbsent(place.role(), place);
            if (before != null) {
                problems.error(
                        place.path(),
                        "must stand on one server only (also " + before.path() + ")",
                        place.role().text("name").orElse(""));
            }
        }
        List<Entry> none =
                roles.stream().filter(role -> !first.containsKey(role)).toList();
        Set<String> meant = mistypedInStructure();
        Set<String> told = new HashSet<>();
        for (Entry role : none) {
            String name = role.text("name").orElse("");
            boolean mayBeThere = broken.at("structure") || broken.at(role.at("name")) || meant.contains(name);
            boolean another =
                    places.stream().anyMatch(place -> place.role().text("name").equals(role.text("name")));
            if (!mayBeThere && !another && told.add(name)) {
                problems.error(role.path(), "must stand on a server in structure, got none for role " + name);
            }
        }
        return none;
    }

    /** The roles that unknown names in the structure were probably meant to be. */
    private Set<String> mistypedInStructure() {
        List<String> names =
                roles.stream().flatMap(role -> role.text("name").stream()).toList();
        Set<String> known = new HashSet<>(root.list("roles").stream()
                .flatMap(role -> role.text("name").stream())
                .toList());
        Set<String> meant = new HashSet<>();
        for (Entry site : root.list("structure")) {
            for (Entry server : site.list("servers")) {
                server.texts("roles").stream()
                        .filter(name -> !known.contains(name))
                        .forEach(name -> meant.add(Nearest.of(name, names)));
            }
        }
        return meant;
    }

    private void interfaces(List<Place> places) {
        for (Place place : places) {
            JsonNode ifaces = place.server().node().path("ifaces");
            String alias = place.role().text("iface").orElse(null);
            if (ifaces.isEmpty() || alias == null || ifaces.has(alias)) {
                continue;
            }
            var aliases = new ArrayList<String>();
            ifaces.fieldNames().forEachRemaining(aliases::add);
            String server = place.server().text("name").orElse("");
            problems.error(
                    place.role().at("iface"),
                    "must be an interface of server " + server + Nearest.clause(alias, aliases),
                    alias);
        }
    }
}
