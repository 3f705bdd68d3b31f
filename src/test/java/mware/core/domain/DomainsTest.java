package mware.core.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import mware.core.config.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainsTest {

    private static final int TREES = 10_000;

    @ParameterizedTest(name = "{0} is served by group {1}")
    @CsvSource({
        "root, 1",
        "a.root, 1",
        "b.root, 2",
        "y.b.root, 2",
        "x.b.root, 3",
        "deep.er.x.b.root, 3",
        "new.root, 1",
        "xb.root, 1",
        "inner.named.a.root, 2",
    })
    void the_most_specific_name_wins(String domain, int group) {
        var names = List.of("root", "a.root", "b.root", "x.b.root");
        var branches = List.of(List.<String>of(), List.of("b.root", "named.a.root"), List.of("x.b.root"));

        Domains domains = Domains.of(RandomSite.site(names, branches), "main");

        assertThat(domains.groupOf(domain)).hasValue(group);
    }

    @Test
    void a_name_outside_the_tree_has_no_group() {
        Domains domains = Domains.of(RandomSite.site(List.of("root"), List.of(List.of())), "main");

        assertThat(domains.groupOf("other")).isEmpty();
        assertThat(domains.groupOf("x.other")).isEmpty();
        assertThat(domains.groupOf("")).isEmpty();
        assertThat(domains.groupOf("root.")).isEmpty();
        assertThat(domains.masterDomain()).isEqualTo("root");
        assertThat(domains.masterGroup()).hasValue(1);
    }

    @Test
    void a_site_has_no_group_for_what_other_sites_serve() {
        Configuration one = RandomSite.site(List.of("root", "a.root", "b.root"), List.of(List.of()));
        var moved = new ArrayList<>(one.domains());
        moved.set(1, new Configuration.Domain("a.root", List.of("east")));
        Domains domains = Domains.of(
                new Configuration(one.sites(), one.servers(), moved, one.roles(), one.structure(), one.settings()),
                "main");

        assertThat(domains.groupOf("a.root")).isEmpty();
        assertThat(domains.groupOf("x.a.root")).isEmpty();
        assertThat(domains.groupOf("b.root")).hasValue(1);
    }

    @Test
    void every_domain_has_the_one_group_whose_name_is_nearest_above() {
        var random = new Random(17);
        for (int tree = 0; tree < TREES; tree++) {
            List<String> names = RandomSite.tree(random, 1 + random.nextInt(40));
            List<List<String>> branches = RandomSite.branches(random, names, 1 + random.nextInt(6));
            Domains domains = Domains.of(RandomSite.site(names, branches), "main");

            for (String name : names) {
                assertThat(domains.groupOf(name)).as(name).isEqualTo(byDefinition(name, branches));
                assertThat(domains.groupOf("below.it." + name)).isEqualTo(byDefinition(name, branches));
            }
        }
    }

    @Test
    void a_new_group_moves_only_the_branch_that_it_names() {
        var random = new Random(18);
        for (int tree = 0; tree < TREES; tree++) {
            List<String> names = RandomSite.tree(random, 2 + random.nextInt(40));
            List<List<String>> before = RandomSite.branches(random, names, 1 + random.nextInt(5));
            List<String> free = names.stream()
                    .filter(name -> before.stream().noneMatch(own -> own.contains(name)))
                    .toList();
            if (free.isEmpty()) {
                continue;
            }
            String branch = free.get(random.nextInt(free.size()));
            var after = new ArrayList<>(before);
            after.add(List.of(branch));
            Domains was = Domains.of(RandomSite.site(names, before), "main");
            Domains is = Domains.of(RandomSite.site(names, after), "main");

            for (String name : names) {
                boolean carvedOut = isBelow(name, branch)
                        && before.stream()
                                .flatMap(List::stream)
                                .noneMatch(other -> isBelow(other, branch) && isBelow(name, other));
                assertThat(is.groupOf(name))
                        .as(name + " after group " + after.size() + " took " + branch)
                        .isEqualTo(carvedOut ? OptionalInt.of(after.size()) : was.groupOf(name));
            }
        }
    }

    /** The group that names the longest of all names that the domain lies below, or is; else the one that names none. */
    private static OptionalInt byDefinition(String domain, List<List<String>> branches) {
        int group = 1;
        int longest = 0;
        for (int i = 0; i < branches.size(); i++) {
            for (String name : branches.get(i)) {
                if (isBelow(domain, name) && name.length() > longest) {
                    longest = name.length();
                    group = i + 1;
                }
            }
        }
        return OptionalInt.of(group);
    }

    private static boolean isBelow(String domain, String above) {
        return domain.equals(above) || domain.endsWith('.' + above);
    }
}
