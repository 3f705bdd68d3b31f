package mware.bench.pair;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import mware.testing.pg.PgHost;
import mware.testing.pg.PgLab;
import org.awaitility.Awaitility;

/** Something that keeps a pair at one master: it makes the pair whole, and fails over by itself. */
public interface Keeper extends AutoCloseable {

    /** All that are known, by the name that the bench takes. */
    Map<String, Supplier<Keeper>> ALL = all();

    private static Map<String, Supplier<Keeper>> all() {
        var all = new LinkedHashMap<String, Supplier<Keeper>>();
        all.put("ours-8", () -> new Ours(8, true, false));
        all.put("ours-30", () -> new Ours(30, false, false));
        all.put("ours-8-synchronous", () -> new Ours(8, true, true));
        all.put("patroni-default", () -> new Patroni("ttl: 30", "loop_wait: 10", "retry_timeout: 10"));
        all.put(
                "patroni-floor",
                () -> new Patroni("ttl: 20", "loop_wait: 1", "retry_timeout: 3", "master_start_timeout: 0"));
        all.put("repmgr-default", Repmgr::new);
        return all;
    }

    /** Makes {@code a} the master and {@code b} its standby, with the table of the writers, and is ready for a failure. */
    void start(PgLab lab) throws IOException;

    /** Makes the standby the master, as planned. */
    void switchover() throws IOException;

    /** Does on a host that is back what its boot does. */
    void boot(PgHost host);

    /** The longest outage that is promised for a case, in seconds; infinite where nothing is. */
    double target(char which);

    /** Waits until {@code master} has a standby that streams; false when it has none in that time. */
    static boolean streams(PgHost master, Duration limit) {
        try {
            Awaitility.await()
                    .atMost(limit)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> master.ask("select count(*) from pg_stat_replication where state = 'streaming'")
                            .filter("1"::equals)
                            .isPresent());
            return true;
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            return false;
        }
    }

    /** Makes the table of the writers. */
    static void table(PgHost master) {
        master.sql(
                "create table w(node text, seq bigint, at timestamptz default clock_timestamp(), primary key(node, seq))");
    }

    /** The command as the account postgres on a host, with what the unpacked peers need. */
    static List<String> asPostgres(PgHost host, String... command) {
        var whole = new java.util.ArrayList<String>(List.of(
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--init-groups",
                "env",
                "HOME=" + host.folder(),
                "LC_ALL=C.UTF-8",
                "PYTHONPATH=" + ROOT + "/usr/lib/python3/dist-packages",
                "PATH=" + PgHost.BIN + ":" + ROOT + "/usr/lib/postgresql/15/bin:" + ROOT + "/usr/bin:/usr/bin:/bin"));
        whole.addAll(List.of(command));
        return host.host().inside(whole);
    }

    /** Where the peers are unpacked. */
    String ROOT = "/opt/mware-peers/pg";

    @Override
    void close();
}
