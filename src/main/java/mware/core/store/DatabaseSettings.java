package mware.core.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mware.core.config.Secret;

/**
 * Where collections are kept.
 *
 * @param url of PostgreSQL; empty: H2 in the data folder
 * @param user empty: as the URL has it
 * @param timeout how long the database may take for one step
 */
public record DatabaseSettings(Optional<String> url, String user, Secret password, Duration timeout) {

    private static final Pattern POSTGRESQL = Pattern.compile("jdbc:postgresql://([^/?\\s@]+)/([^?\\s/]+)(\\?\\S*)?");

    public DatabaseSettings {
        url.ifPresent(given -> {
            if (!POSTGRESQL.matcher(given).matches()) {
                throw new IllegalArgumentException(
                        "database.url: must be jdbc:postgresql://HOST[:PORT]/NAME, or empty for H2 in the data folder,"
                                + " got "
                                + given.replaceAll("(://)[^/@\\s]*@", "$1***@").replaceAll("\\?.*", "?..."));
            }
        });
    }

    /** H2 in the data folder. */
    public static DatabaseSettings h2() {
        return new DatabaseSettings(Optional.empty(), "", Secret.of(""), Duration.ofSeconds(5));
    }

    public boolean isPostgres() {
        return url.isPresent();
    }

    /** What JDBC calls it. */
    String jdbcUrl(Path folder) {
        // each commit is in the file before it is answered; the file belongs to this process, so nobody else may ask
        return url.orElseGet(() -> "jdbc:h2:file:" + folder.resolve("mware").toAbsolutePath()
                + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;CACHE_SIZE=8192");
    }

    /** In words for an operator, without secrets. */
    String where() {
        return url.map(given -> {
                    Matcher parts = POSTGRESQL.matcher(given);
                    return parts.matches() ? "PostgreSQL at " + parts.group(1) + ", database " + parts.group(2) : "?";
                })
                .orElse("H2 in the data folder");
    }

    @Override
    public String toString() {
        return where();
    }
}
