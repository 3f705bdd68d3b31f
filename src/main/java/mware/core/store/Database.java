package mware.core.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The connections to the database, and transactions on them. */
final class Database implements AutoCloseable {

    /** Writers at the same time; more would only wait for each other's disk. */
    static final int WRITERS = 8;

    private static final int FOLLOWER_AND_READERS = 4;

    private final DatabaseSettings settings;
    private final Path folder;
    private final HikariDataSource pool;
    private final Statements statements;
    private final TransactionTemplate writing;
    private final TransactionTemplate reading;

    /** Prepares; nothing is connected yet. */
    Database(DatabaseSettings settings, Path folder) {
        this.settings = settings;
        this.folder = folder;
        try {
            if (!settings.isPostgres()) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pool = new HikariDataSource(configuration(settings, folder));
        statements = new Statements(pool);
        var transactions = new DataSourceTransactionManager(pool);
        writing = new TransactionTemplate(transactions);
        reading = new TransactionTemplate(transactions);
        reading.setIsolationLevel(
                settings.isPostgres()
                        ? TransactionDefinition.ISOLATION_REPEATABLE_READ
                        : TransactionDefinition.ISOLATION_DEFAULT);
    }

    private static HikariConfig configuration(DatabaseSettings settings, Path folder) {
        var config = new HikariConfig();
        config.setPoolName("database");
        config.setJdbcUrl(settings.jdbcUrl(folder));
        if (!settings.user().isEmpty()) {
            config.setUsername(settings.user());
            config.setPassword(settings.password().reveal());
        }
        config.setMaximumPoolSize(WRITERS + FOLLOWER_AND_READERS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(1_500);
        config.setValidationTimeout(1_000);
        config.setInitializationFailTimeout(-1);
        config.setIdleTimeout(Duration.ofMinutes(1).toMillis());
        if (settings.isPostgres()) {
            long seconds = Math.max(1, settings.timeout().toSeconds());
            config.setDriverClassName("org.postgresql.Driver");
            config.addDataSourceProperty("ApplicationName", "mware");
            config.addDataSourceProperty("connectTimeout", "2");
            config.addDataSourceProperty("loginTimeout", "3");
            config.addDataSourceProperty("socketTimeout", Long.toString(seconds + 1)); // of a server that froze
            config.addDataSourceProperty("tcpKeepAlive", "true");
            config.addDataSourceProperty(
                    "options",
                    "-c statement_timeout=" + settings.timeout().toMillis()
                            + " -c idle_in_transaction_session_timeout=60000");
        } else {
            config.setDriverClassName("org.h2.Driver");
        }
        return config;
    }

    /** Brings the tables to the form that this version needs; newer forms are left as they are. */
    void migrate() {
        // asked within the time that a step may take, since each return of the database asks it
        if (flyway(Flyway.configure().dataSource(pool)).info().pending().length == 0) {
            return;
        }
        var flyway = Flyway.configure();
        if (settings.isPostgres()) {
            String url = settings.jdbcUrl(folder);
            String account = settings.user().isEmpty() ? null : settings.user();
            flyway.dataSource(
                    // a migration may take longer than what is allowed to others
                    url + (url.contains("?") ? "&" : "?")
                            + "connectTimeout=2&loginTimeout=3&socketTimeout=610&options=-c%20statement_timeout%3D600000",
                    account,
                    account == null ? null : settings.password().reveal());
        } else {
            flyway.dataSource(pool);
        }
        flyway(flyway).migrate();
    }

    private Flyway flyway(FluentConfiguration to) {
        return to.locations("classpath:sql/migrations/" + (settings.isPostgres() ? "postgresql" : "h2"))
                .table("mware_schema")
                .ignoreMigrationPatterns("*:future")
                .connectRetries(0)
                .load();
    }

    /** The rows that a query gives. */
    List<Map<String, Object>> query(String name, Map<String, Object> parameters) {
        return statements.query(name, parameters);
    }

    /** Runs a statement; how many rows it touched. */
    int update(String name, Map<String, Object> parameters) {
        return statements.update(name, parameters);
    }

    /** Does all of it or nothing. */
    void write(Runnable work) {
        writing.executeWithoutResult(status -> work.run());
    }

    /** Reads as at one moment. */
    <T> T read(Supplier<T> work) {
        return reading.execute(status -> work.get());
    }

    @Override
    public void close() {
        statements.close();
        pool.close();
    }
}
