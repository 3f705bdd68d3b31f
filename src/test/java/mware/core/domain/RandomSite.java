package mware.core.domain;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import mware.core.config.Configuration;
import mware.core.config.Role;

/** Domain trees and groups on one site, by chance. */
public final class RandomSite {

    private RandomSite() {}

    /** Names of a tree under {@code root}, the root first, each child after its parent. */
    public static List<String> tree(Random random, int size) {
        var names = new ArrayList<String>(List.of("root"));
        while (names.size() < size) {
            names.add("d" + names.size() + "." + names.get(random.nextInt(names.size())));
        }
        return names;
    }

    /** Names for each group beyond the first, no name twice. */
    public static List<List<String>> branches(Random random, List<String> names, int groups) {
        var branches = new ArrayList<List<String>>();
        branches.add(List.of());
        var free = new ArrayList<>(names);
        for (int group = 1; group < groups && !free.isEmpty(); group++) {
            var own = new ArrayList<String>();
            for (int count = 1 + random.nextInt(3); count > 0 && !free.isEmpty(); count--) {
                own.add(free.remove(random.nextInt(free.size())));
            }
            branches.add(own);
        }
        return branches;
    }

    /** A site {@code main} with these domains, where group n names branches[n - 1]. */
    public static Configuration site(List<String> names, List<List<String>> branches) {
        var roles = new ArrayList<Role>();
        for (int i = 0; i < branches.size(); i++) {
            roles.add(new Role.Mware(
                    "mware" + (i + 1),
                    "lo",
                    true,
                    i + 1,
                    10,
                    branches.get(i),
                    Role.StorageMode.DISC,
                    true,
                    Duration.ZERO,
                    JsonNodeFactory.instance.objectNode()));
        }
        return new Configuration(
                List.of(new Configuration.Site("main", true)),
                List.of(new Configuration.Server("srv1", "main", Map.of("lo", "127.0.0.1"))),
                names.stream()
                        .map(name -> new Configuration.Domain(name, List.of("main")))
                        .toList(),
                roles,
                List.of(new Configuration.Placement(
                        "main", "srv1", roles.stream().map(Role::name).toList())),
                JsonNodeFactory.instance.objectNode());
    }
}
