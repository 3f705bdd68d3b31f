package mware.testing.pg;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rows that servers acknowledged, by time. */
public record Acknowledged(List<Row> rows) {

    /**
     * One row.
     *
     * @param nanos when, by {@link System#nanoTime()}, which all processes of a machine share
     * @param server who acknowledged it
     * @param key its name in the table
     */
    public record Row(long nanos, String server, String key) implements Comparable<Row> {
        @Override
        public int compareTo(Row other) {
            return Long.compare(nanos, other.nanos);
        }
    }

    /** The longest time without an acknowledged row, in seconds, from one second before {@code since}. */
    public double outage(long since) {
        long longest = 0;
        long last = since - 1_000_000_000L;
        for (Row row : rows) {
            if (row.nanos() >= since - 1_000_000_000L) {
                longest = Math.max(longest, row.nanos() - last);
                last = row.nanos();
            }
        }
        return longest / 1e9;
    }

    /** How many rows {@code old} acknowledged after the first that {@code fresh} did after {@code since}. */
    public long dual(String old, String fresh, long since) {
        long first = rows.stream()
                .filter(row -> row.nanos() > since && row.server().equals(fresh))
                .mapToLong(Row::nanos)
                .findFirst()
                .orElse(Long.MAX_VALUE);
        return rows.stream()
                .filter(row -> row.server().equals(old) && row.nanos() > first)
                .count();
    }

    /** How long after {@code since} the server still acknowledged, in seconds; 0 when it did not. */
    public double wentOn(String server, long since) {
        return rows.stream()
                        .filter(row -> row.server().equals(server) && row.nanos() > since)
                        .mapToLong(row -> row.nanos() - since)
                        .max()
                        .orElse(0)
                / 1e9;
    }

    /** The acknowledged rows that {@code master} does not have. */
    public List<Row> missing(PgHost master) throws SQLException {
        Set<String> there = new HashSet<>();
        try (Connection connection = master.connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select node || '/' || seq from w")) {
            while (found.next()) {
                there.add(found.getString(1));
            }
        }
        return rows.stream().filter(row -> !there.contains(row.key())).toList();
    }

    /** In words: {@code F4: outage 31.2 s, 1234 rows acknowledged, 0 missing}. */
    public String inWords(String what, long since, PgHost master) throws SQLException {
        return String.format(
                Locale.ROOT,
                "%s: outage %.1f s, %d rows acknowledged, %d missing",
                what,
                outage(since),
                rows.size(),
                missing(master).size());
    }
}
