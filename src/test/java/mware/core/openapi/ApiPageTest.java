package mware.core.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table at the end of docs/api.md is that of the document. */
class ApiPageTest {

    private static final Path PAGE = Path.of("docs/api.md");
    private static final String MARK = "<!-- operations -->\n";

    @Test
    void the_table_names_every_operation() throws Exception {
        String page = Files.readString(PAGE);
        String wanted = page.substring(0, page.indexOf(MARK) + MARK.length()) + table();
        if (Boolean.getBoolean("write.pages")) {
            Files.writeString(PAGE, wanted);
        }

        assertThat(PAGE)
                .as("%s is stale; write it anew with: mvn -q test -Dtest=ApiPageTest -Dwrite.pages=true", PAGE)
                .hasContent(wanted);
    }

    private static String table() {
        StringBuilder table = new StringBuilder("\n| Request | What it does |\n|---|---|\n");
        for (Map.Entry<String, JsonNode> path : OpenApi.build("").path("paths").properties()) {
            for (Map.Entry<String, JsonNode> entry : path.getValue().properties()) {
                if (!entry.getKey().equals("parameters")) {
                    table.append("| `")
                            .append(entry.getKey().toUpperCase(Locale.ROOT))
                            .append(' ')
                            .append(path.getKey())
                            .append("` | ")
                            .append(entry.getValue().path("summary").asText())
                            .append(" |\n");
                }
            }
        }
        return table.toString();
    }
}
