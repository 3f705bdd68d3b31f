package mware.service.pgcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PgControllerPageTest {

    private static final Path PAGE = Path.of("docs/services/pg-controller.md");

    @Test
    void the_page_has_the_table_by_which_the_code_decides() throws Exception {
        if (Boolean.getBoolean("write.pages")) {
            Files.writeString(PAGE, page());
        }

        assertThat(PAGE)
                .as("%s is stale; write it anew with: mvn -q test -Dtest=PgControllerPageTest -Dwrite.pages=true", PAGE)
                .hasContent(page());
    }

    private static String page() throws IOException {
        var page = new StringBuilder();
        try (var head = PgControllerPageTest.class.getResourceAsStream("/pg-controller/page-head.md")) {
            page.append(new String(head.readAllBytes(), StandardCharsets.UTF_8));
        }
        for (Rule rule : Rule.values()) {
            page.append("| `")
                    .append(rule)
                    .append("` | ")
                    .append(rule.when())
                    .append(" | ")
                    .append(rule.then())
                    .append(" |\n");
        }
        return page.toString();
    }
}
