package mware.bench.pair;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import mware.testing.Command;
import mware.testing.PeerProcess;
import mware.testing.pg.PgHost;
import mware.testing.pg.PgLab;
import org.jspecify.annotations.Nullable;

/** Debian's repmgr 5.3.3 with its daemon on each server, {@code failover=automatic} and the times that it comes with. */
final class Repmgr implements Keeper {

    private final List<PeerProcess> processes = new ArrayList<>();
    private @Nullable PgLab lab;

    @Override
    public void start(PgLab with) {
        lab = with;
        PgHost a = with.a();
        PgHost b = with.b();
        for (PgHost host : List.of(a, b)) {
            host.write(host.folder().resolve("repmgr.conf"), settings(host, host == a ? 1 : 2));
        }
        a.initialize();
        open(a);
        a.start();
        a.sql("create role repmgr superuser login");
        a.sql("create database repmgr owner repmgr");
        repmgr(a, "primary", "register");
        repmgr(b, "-h", a.address(), "-U", "repmgr", "-d", "repmgr", "standby", "clone", "-c");
        b.pg(
                "sed",
                "-i",
                "s#^unix_socket_directories.*#unix_socket_directories = '" + b.folder() + "'#",
                b.data() + "/postgresql.conf");
        b.start();
        repmgr(b, "standby", "register");
        daemon(a);
        daemon(b);
        Keeper.table(a);
        if (!Keeper.streams(a, Duration.ofSeconds(60))) {
            throw new IllegalStateException("repmgr made no standby");
        }
        processes.get(1).awaitSaid("monitoring primary node|monitoring upstream node", Duration.ofSeconds(60));
    }

    private static void open(PgHost host) {
        host.pg(
                "sh",
                "-c",
                "printf \"shared_preload_libraries = 'repmgr'\\nwal_log_hints = on\\nmax_replication_slots = 10\\n\" >>"
                        + host.data()
                        + "/postgresql.conf; printf 'host all all all trust\\nhost replication all all trust\\n' >"
                        + host.data() + "/pg_hba.conf; printf 'local all all trust\\n' >>" + host.data()
                        + "/pg_hba.conf");
    }

    private static String settings(PgHost host, int number) {
        String file = host.folder() + "/repmgr.conf";
        String bin = ROOT + "/usr/lib/postgresql/15/bin";
        String ctl = PgHost.BIN + "/pg_ctl -D " + host.data();
        return """
                node_id=%d
                node_name='%s'
                conninfo='host=%s user=repmgr dbname=repmgr connect_timeout=2'
                data_directory='%s'
                pg_bindir='%s'
                repmgr_bindir='%s'
                failover=automatic
                promote_command='%s/repmgr standby promote -f %s'
                follow_command='%s/repmgr standby follow -f %s --upstream-node-id=%%n'
                service_start_command='%s -l %s -w start'
                service_stop_command='%s -m fast -w stop'
                service_restart_command='%s -l %s -w restart'
                service_reload_command='%s reload'
                """
                .formatted(
                        number,
                        host.name(),
                        host.address(),
                        host.data(),
                        PgHost.BIN,
                        bin,
                        bin,
                        file,
                        bin,
                        file,
                        ctl,
                        host.log(),
                        ctl,
                        ctl,
                        host.log(),
                        ctl);
    }

    private static void repmgr(PgHost host, String... words) {
        var all = new ArrayList<String>(
                List.of(ROOT + "/usr/lib/postgresql/15/bin/repmgr", "-f", host.folder() + "/repmgr.conf"));
        all.addAll(List.of(words));
        Command.run(Keeper.asPostgres(host, all.toArray(String[]::new)).toArray(String[]::new));
    }

    private void daemon(PgHost host) {
        processes.add(PeerProcess.start(
                "repmgrd-" + host.name(),
                host.folder().resolve("repmgrd-" + processes.size() + ".log"),
                Keeper.asPostgres(
                        host,
                        ROOT + "/usr/lib/postgresql/15/bin/repmgrd",
                        "-f",
                        host.folder() + "/repmgr.conf",
                        "--daemonize=false",
                        "--no-pid-file")));
    }

    @Override
    public void boot(PgHost host) {
        host.start();
        daemon(host);
    }

    @Override
    public void switchover() {
        throw new UnsupportedOperationException("its switchover needs SSH between the servers without a password");
    }

    @Override
    public double target(char which) {
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public void close() {
        processes.forEach(PeerProcess::close);
        Objects.requireNonNull(lab);
    }
}
