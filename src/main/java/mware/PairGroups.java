package mware;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.Role;
import mware.service.pgcontroller.PgGroup;
import mware.service.pgcontroller.PgGroups;
import org.jspecify.annotations.Nullable;

/** Which group's active node answers for a pair of PostgreSQL servers, by the path of a request. */
final class PairGroups implements Function<String, OptionalInt> {

    private static final String PAIRS = "/api/pg/v1/groups";

    private final ActiveConfiguration configuration;
    private final String site;
    private final int own;
    private volatile @Nullable Known known;

    private record Known(Configuration of, Map<String, Integer> groups) {}

    /** Knows the pairs of all groups of {@code site}; what names none is for the group {@code own}. */
    PairGroups(ActiveConfiguration configuration, String site, int own) {
        this.configuration = configuration;
        this.site = site;
        this.own = own;
    }

    @Override
    public OptionalInt apply(String path) {
        if (!path.startsWith(PAIRS + '/')) {
            Map<String, Integer> groups = groups();
            return groups.containsValue(own)
                    ? OptionalInt.of(own)
                    : groups.values().stream().mapToInt(Integer::intValue).min();
        }
        String key = path.substring(PAIRS.length() + 1).replaceFirst("/.*", "").replace("+", "%2B");
        Integer group = groups().get(URLDecoder.decode(key, StandardCharsets.UTF_8));
        return group == null ? OptionalInt.empty() : OptionalInt.of(group);
    }

    private Map<String, Integer> groups() {
        Configuration now = configuration.current();
        Known before = known;
        if (before != null && before.of() == now) {
            return before.groups();
        }
        Map<String, Integer> groups = new HashMap<>();
        now.groups(site).forEach((number, nodes) -> {
            for (Role.Mware node : nodes) {
                for (PgGroup pair :
                        PgGroups.read(node.parameters().path("pg_controller")).usable()) {
                    groups.putIfAbsent(pair.key(), number);
                }
            }
        });
        known = new Known(now, groups);
        return groups;
    }
}
