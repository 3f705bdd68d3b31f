package mware.bench.pair;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import mware.testing.Command;
import mware.testing.PeerProcess;
import mware.testing.pg.PgHost;
import mware.testing.pg.PgLab;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Debian's Patroni 3.0.2, an agent on each server, with an etcd on the referee's host; the watchdog is off. */
final class Patroni implements Keeper {

    private final List<String> timing;
    private final List<PeerProcess> processes = new ArrayList<>();
    private @Nullable PgLab lab;

    Patroni(String... timing) {
        this.timing = List.of(timing);
    }

    @Override
    public void start(PgLab with) {
        lab = with;
        var referee = with.network().host("referee");
        String client = "http://" + with.referee() + ":2379";
        processes.add(PeerProcess.start(
                "etcd",
                with.folder().resolve("etcd.log"),
                referee.inside(List.of(
                        ROOT + "/usr/bin/etcd",
                        "--data-dir",
                        with.folder() + "/etcd",
                        "--listen-client-urls",
                        client,
                        "--advertise-client-urls",
                        client,
                        "--listen-peer-urls",
                        "http://127.0.0.1:2380"))));
        for (PgHost host : List.of(with.a(), with.b())) {
            host.write(host.folder().resolve("patroni.yml"), settings(host, with.referee()));
        }
        boot(with.a());
        Awaitility.await().atMost(Duration.ofSeconds(90)).until(with.a()::isMaster);
        boot(with.b());
        if (!Keeper.streams(with.a(), Duration.ofSeconds(120))) {
            throw new IllegalStateException(
                    "Patroni made no standby: " + processes.get(2).tail(20));
        }
        Keeper.table(with.a());
        // its loop has seen the standby: else it has no candidate
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Command.attempt(
                        "",
                        Keeper.asPostgres(
                                with.a(),
                                "python3",
                                ROOT + "/usr/bin/patronictl",
                                "-c",
                                with.a().folder() + "/patroni.yml",
                                "list"))
                .output()
                .matches("(?s).*Replica \\| (running|streaming).*"));
    }

    private String settings(PgHost host, String etcd) {
        return """
                scope: bench
                name: %1$s
                restapi: {listen: '%2$s:8008', connect_address: '%2$s:8008'}
                etcd3: {hosts: '%3$s:2379'}
                bootstrap:
                  dcs:
                    %4$s
                    maximum_lag_on_failover: 1048576
                    postgresql:
                      use_pg_rewind: true
                      use_slots: true
                      parameters: {wal_keep_size: 64MB, max_wal_senders: 10, wal_log_hints: 'on', shared_buffers: 16MB, fsync: 'off'}
                  initdb: [{encoding: UTF8}, data-checksums]
                postgresql:
                  listen: %2$s:5432
                  connect_address: %2$s:5432
                  data_dir: %5$s
                  bin_dir: %6$s
                  pgpass: %7$s/pgpass
                  authentication:
                    superuser: {username: postgres, password: x}
                    replication: {username: repl, password: x}
                    rewind: {username: rew, password: x}
                  pg_hba: ['local all all trust', 'host all all 0.0.0.0/0 trust', 'host replication all 0.0.0.0/0 trust']
                  parameters: {unix_socket_directories: '%7$s'}
                  remove_data_directory_on_rewind_failure: true
                  remove_data_directory_on_diverged_timelines: true
                watchdog: {mode: 'off'}
                """
                .formatted(
                        host.name(),
                        host.address(),
                        etcd,
                        String.join("\n    ", timing),
                        host.data(),
                        PgHost.BIN,
                        host.folder());
    }

    @Override
    public void boot(PgHost host) {
        processes.add(PeerProcess.start(
                "patroni-" + host.name(),
                host.folder().resolve("patroni-" + processes.size() + ".log"),
                Keeper.asPostgres(host, "python3", ROOT + "/usr/bin/patroni", host.folder() + "/patroni.yml")));
    }

    @Override
    public void switchover() {
        PgHost a = Objects.requireNonNull(lab).a();
        Command.run(Keeper.asPostgres(
                        a,
                        "python3",
                        ROOT + "/usr/bin/patronictl",
                        "-c",
                        a.folder() + "/patroni.yml",
                        "switchover",
                        "--force")
                .toArray(String[]::new));
    }

    @Override
    public double target(char which) {
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public void close() {
        processes.forEach(PeerProcess::close);
    }
}
