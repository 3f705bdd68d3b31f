package mware.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import mware.core.config.DefaultSite;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteVersionsTest {

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "a:4,          ",
        "a:4 b:4,      ",
        "a:4 b:3,      b",
        "a:3 b:4,      a",
        "a:3 b:3 c:4,  c",
        "a:3 b:4 c:5,  a b",
        "a:0 b:1,      a",
    })
    void nodes_under_another_version_than_the_others_are_named(String running, @Nullable String named) {
        Map<String, Long> versions = new TreeMap<>();
        Arrays.stream(running.split(" "))
                .map(node -> node.split(":"))
                .forEach(node -> versions.put(node[0], Long.valueOf(node[1])));

        assertThat(SiteCheck.versions(DefaultSite.configuration(), versions))
                .allSatisfy(finding -> assertThat(finding.reason()).contains("runs under version"))
                .extracting(SiteCheck.Finding::key)
                .containsExactly(named == null ? new String[0] : named.split(" "));
    }
}
