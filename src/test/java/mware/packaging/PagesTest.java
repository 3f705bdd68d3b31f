package mware.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages say what is there. */
class PagesTest {

    private static final Path ROUTES = Path.of("src/main/resources/routes");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z-]+)` \\| .* \\| `(\\w+)` \\| (works|planned) \\|(.*)\\| `[a-z-]+` \\|$");

    @Test
    void the_table_has_all_27_services_and_the_starter_each_once() throws IOException {
        assertThat(rows()).extracting(row -> row.group(1)).hasSize(28).doesNotHaveDuplicates();
    }

    @Test
    void the_route_file_of_a_service_is_named_like_the_service() throws IOException {
        assertThat(rows()).allSatisfy(row -> {
            String words = Stream.of(row.group(1).split("-"))
                    .map(word -> word.substring(0, 1).toUpperCase() + word.substring(1))
                    .collect(Collectors.joining());
            assertThat(row.group(2)).isEqualTo(words + "Routes");
        });
    }

    @Test
    void what_works_has_a_route_file_what_is_planned_has_none_and_every_page_is_linked() throws IOException {
        assertThat(rows()).allSatisfy(row -> {
            assertThat(ROUTES.resolve(row.group(2) + ".java").toFile().exists())
                    .isEqualTo(row.group(3).equals("works"));
            assertThat(row.group(4).contains("[page](docs/services/" + row.group(1) + ".md)"))
                    .isEqualTo(Path.of("docs/services", row.group(1) + ".md")
                            .toFile()
                            .exists());
        });
    }

    @Test
    void every_link_of_a_page_leads_somewhere() throws IOException {
        Pattern link = Pattern.compile("]\\((?!https?:)([^)#]+)");
        List<Path> pages;
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            pages = Stream.concat(
                            docs.filter(file -> file.toString().endsWith(".md")),
                            Stream.of("README.md", "ARCHITECTURE.md", "CHANGELOG.md")
                                    .map(Path::of))
                    .toList();
        }
        for (Path page : pages) {
            Path folder = page.toAbsolutePath().getParent();
            assertThat(link.matcher(Files.readString(page)).results().map(found -> found.group(1)))
                    .as(page.toString())
                    .allSatisfy(target -> assertThat(folder.resolve(target)).exists());
        }
    }

    private static List<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(Path.of("README.md"))).results().toList();
    }
}
