package mware.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

    private static final Path PAGE = Path.of("docs/configuration.md");

    @Test
    void the_page_says_what_the_schemas_say() throws Exception {
        if (Boolean.getBoolean("write.pages")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, ConfigurationPage.text());
        }

        assertThat(PAGE)
                .as(
                        "%s is stale; write it anew with: mvn -q test -Dtest=ConfigurationPageTest -Dwrite.pages=true",
                        PAGE)
                .hasContent(ConfigurationPage.text());
    }

    @Test
    void every_key_has_a_sentence() {
        String keys = ConfigurationPage.text().split("\n## The keys\n")[1];

        assertThat(keys.lines().filter(line -> line.startsWith("| `") || line.startsWith("| **`")))
                .hasSizeGreaterThan(80)
                .allSatisfy(line -> assertThat(line.split(" \\| ")[3]).endsWith("."));
    }
}
