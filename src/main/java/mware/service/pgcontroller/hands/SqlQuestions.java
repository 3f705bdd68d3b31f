package mware.service.pgcontroller.hands;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import mware.core.config.Secret;
import mware.service.pgcontroller.Lsn;
import mware.service.pgcontroller.PgServer;
import mware.service.pgcontroller.Reach;
import mware.service.pgcontroller.SqlLook;
import mware.service.pgcontroller.SqlLook.Answers;
import mware.service.pgcontroller.SqlLook.Fork;
import mware.service.pgcontroller.SqlLook.Receiver;
import mware.service.pgcontroller.SqlLook.Sender;

/** Asks PostgreSQL itself, as the replication user, over connections that live for one look. */
final class SqlQuestions {

    private static final int SECONDS = 2;

    private static final String LOOK =
            """
            select current_setting('server_version_num')::int / 10000,
              (select system_identifier from pg_control_system()),
              r.it,
              current_setting('default_transaction_read_only'),
              case when r.it then null else pg_walfile_name(pg_current_wal_lsn()) end,
              case when r.it then greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) else pg_current_wal_flush_lsn() end,
              case when r.it then pg_last_wal_replay_lsn() end,
              current_setting('synchronous_standby_names'),
              to_regclass('mware_pg_controller') is not null
            from (select pg_is_in_recovery() as it) r
            """;

    private static final String RECEIVER =
            "select status, extract(epoch from clock_timestamp() - last_msg_receipt_time) from pg_stat_wal_receiver";

    private static final String SENDERS =
            """
            select application_name, flush_lsn, coalesce(sync_state in ('sync', 'quorum'), false) from pg_stat_replication
            where application_name not in ('pg_basebackup', 'mware_copy', 'mware_look')
              and coalesce(state, '') <> 'backup'
            order by 1
            """;

    private final Map<String, List<Fork>> histories = new ConcurrentHashMap<>();

    /** What it says. */
    SqlLook ask(PgServer server) {
        try (Connection connection = connect(server, false, SECONDS);
                Statement statement = connection.createStatement()) {
            return ask(server, statement);
        } catch (SQLException e) {
            return failure(server, e);
        }
    }

    private SqlLook ask(PgServer server, Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(LOOK)) {
            row.next();
            boolean recovery = row.getBoolean(3);
            String system = row.getString(2);
            Lsn lsn = lsn(row.getString(6));
            Lsn replayed = recovery ? lsn(row.getString(7)) : lsn;
            boolean records = row.getBoolean(9);
            int version = row.getInt(1);
            boolean writes = !recovery && row.getString(4).equals("off");
            String names = row.getString(8);
            String walFile = row.getString(5);
            int timeline = walFile == null ? timeline(server) : Integer.parseInt(walFile.substring(0, 8), 16);
            return new Answers(
                    version,
                    system,
                    recovery,
                    writes,
                    timeline,
                    lsn,
                    replayed,
                    history(server, system, timeline),
                    recovery ? Optional.of(receiver(statement)) : Optional.empty(),
                    recovery ? List.of() : senders(statement),
                    names,
                    records ? recorded(statement) : Optional.empty());
        }
    }

    /** Asks for a checkpoint; false when the user may not have one. */
    boolean checkpoint(PgServer server, Duration limit) {
        try (Connection connection = connect(server, false, (int) limit.toSeconds());
                Statement statement = connection.createStatement()) {
            statement.execute("checkpoint");
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** Waits until a standby has what lies before {@code end}, asking 50 times a second; false when {@code limit} is over. */
    boolean awaitBeyond(PgServer server, Lsn end, Duration limit, java.util.function.LongSupplier nanos) {
        long until = nanos.getAsLong() + limit.toNanos();
        try (Connection connection = connect(server, false, SECONDS);
                Statement statement = connection.createStatement()) {
            do {
                try (ResultSet row = statement.executeQuery(
                        "select greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) from pg_sleep(0.02)")) {
                    row.next();
                    if (end.isBefore(lsn(row.getString(1)))) {
                        return true;
                    }
                }
            } while (nanos.getAsLong() < until);
            return false;
        } catch (SQLException e) {
            return false;
        }
    }

    /** How many bytes all databases have; 0 when the user may not know. */
    long size(PgServer server) {
        try (Connection connection = connect(server, false, 10);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select sum(pg_database_size(oid)) from pg_database")) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException e) {
            return 0;
        }
    }

    /** Writes the master's name into its database; empty when that worked, else why not. */
    Optional<String> remember(PgServer server) {
        try (Connection connection = connect(server, false, SECONDS);
                Statement statement = connection.createStatement()) {
            // a standby that is away must not hold this up
            statement.execute("set synchronous_commit = local");
            statement.execute(
                    "create table if not exists mware_pg_controller (master text not null, at timestamptz not null)");
            connection.setAutoCommit(false);
            statement.execute("delete from mware_pg_controller");
            try (var insert =
                    connection.prepareStatement("insert into mware_pg_controller values (?, clock_timestamp())")) {
                insert.setString(1, server.name());
                insert.executeUpdate();
            }
            connection.commit();
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of(words(e));
        }
    }

    private static Receiver receiver(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(RECEIVER)) {
            if (!row.next()) {
                return new Receiver(Reach.SILENT, Optional.empty());
            }
            String status = row.getString(1);
            double seconds = row.getDouble(2);
            Optional<Duration> silence =
                    row.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis((long) (seconds * 1000)));
            // without the right to see it there is a row, and nothing in it
            return new Receiver(
                    status == null ? Reach.UNKNOWN : status.equals("streaming") ? Reach.REACHED : Reach.SILENT,
                    silence);
        }
    }

    private static List<Sender> senders(Statement statement) throws SQLException {
        List<Sender> senders = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(SENDERS)) {
            while (row.next()) {
                senders.add(new Sender(row.getString(1), lsn(row.getString(2)), row.getBoolean(3)));
            }
        }
        return senders;
    }

    private static Optional<String> recorded(Statement statement) {
        try (ResultSet row = statement.executeQuery("select master from mware_pg_controller limit 1")) {
            return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
        } catch (SQLException notOurs) {
            return Optional.empty();
        }
    }

    /** A standby says only over the replication protocol which timeline it replays. */
    private int timeline(PgServer server) throws SQLException {
        try (Connection connection = connect(server, true, SECONDS);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
            row.next();
            return row.getInt("timeline");
        }
    }

    private List<Fork> history(PgServer server, String system, int timeline) {
        if (timeline < 2) {
            return List.of();
        }
        String key = system + "/" + timeline;
        List<Fork> known = histories.get(key);
        if (known != null) {
            return known;
        }
        try (Connection connection = connect(server, true, SECONDS);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
            row.next();
            byte[] content = row.getBytes(2);
            List<Fork> forks = forks(new String(content, StandardCharsets.UTF_8));
            histories.put(key, forks);
            return forks;
        } catch (SQLException e) {
            return List.of();
        }
    }

    /** Reads a history file: lines of a timeline, where it ended, and why. */
    static List<Fork> forks(String history) {
        List<Fork> forks = new ArrayList<>();
        history.lines().forEach(line -> {
            String[] words = line.strip().split("\\s+");
            if (words.length >= 2 && words[0].matches("\\d{1,9}") && words[1].matches("[0-9A-Fa-f]+/[0-9A-Fa-f]+")) {
                forks.add(new Fork(Integer.parseInt(words[0]), Lsn.parse(words[1])));
            }
        });
        return forks;
    }

    private static Connection connect(PgServer server, boolean replication, int seconds) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", server.replicaUser());
        server.replicaPassword()
                .map(Secret::reveal)
                .ifPresent(password -> properties.setProperty("password", password));
        properties.setProperty("connectTimeout", Integer.toString(SECONDS));
        properties.setProperty("socketTimeout", Integer.toString(seconds));
        properties.setProperty("cancelSignalTimeout", "1");
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "mware_look");
        properties.setProperty("assumeMinServerVersion", "12");
        if (replication) {
            properties.setProperty("replication", "database");
            properties.setProperty("preferQueryMode", "simple");
        }
        String host = server.pgHost().contains(":") ? "[" + server.pgHost() + "]" : server.pgHost();
        return DriverManager.getConnection(
                "jdbc:postgresql://" + host + ":" + server.pgPort() + "/" + server.database(), properties);
    }

    private static SqlLook failure(PgServer server, SQLException e) {
        String where = server.pgHost() + ":" + server.pgPort();
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String why = where + ": " + words(e);
        if (state.equals("57P03") || state.equals("57P01") || state.equals("57P02")) {
            return new SqlLook.Busy(why);
        }
        if (state.startsWith("28") || state.startsWith("53") || state.startsWith("3D") || state.startsWith("42")) {
            return new SqlLook.NotLetIn(why);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof NoRouteToHostException) {
                return new SqlLook.Silent("no route to " + where);
            }
            if (cause instanceof ConnectException
                    && String.valueOf(cause.getMessage()).contains("refused")) {
                return new SqlLook.Refused("nobody listens at " + where);
            }
        }
        return new SqlLook.Silent(why);
    }

    private static Lsn lsn(@org.jspecify.annotations.Nullable String text) {
        return text == null ? Lsn.NONE : HostQuestions.lsn(text);
    }

    private static String words(SQLException e) {
        Throwable cause = e.getCause();
        String said = String.valueOf(e.getMessage());
        return (said.contains("I/O error") && cause != null ? String.valueOf(cause.getMessage()) : said)
                .replaceAll("\\s+", " ");
    }
}
