package mware.service.pgcontroller.hands;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import mware.core.config.Secret;
import mware.core.ssh.HostKeys;
import mware.service.pgcontroller.HostLook;
import mware.service.pgcontroller.Outcome;
import mware.service.pgcontroller.PairLook;
import mware.service.pgcontroller.PgGroup;
import mware.service.pgcontroller.PgGroup.Referee;
import mware.service.pgcontroller.PgGroup.Rejoin;
import mware.service.pgcontroller.PgServer;
import mware.service.pgcontroller.Progress;
import mware.service.pgcontroller.SqlLook;
import mware.service.pgcontroller.Step;
import mware.testing.pg.PgHost;
import mware.testing.pg.PgLab;
import org.jspecify.annotations.Nullable;

/** Hands on the pair of a lab. */
final class LabPair implements AutoCloseable {

    final Map<String, String> hostKeys = new ConcurrentHashMap<>();
    final List<String> progress = new CopyOnWriteArrayList<>();
    final RemoteHands hands = new RemoteHands(keys(), Clock.systemUTC(), System::nanoTime);
    final PgLab lab;
    PgGroup group;
    volatile boolean cancelled;
    private static @Nullable Path backups;

    LabPair(PgLab lab) {
        this.lab = lab;
        backups = null;
        group = group(lab, Rejoin.CLONE, PgHost.SSH_PASSWORD, PgLab.REPLICA_PASSWORD);
    }

    static PgGroup group(PgLab lab, Rejoin rejoin, String sshPassword, String replicaPassword) {
        return new PgGroup(
                "lab",
                List.of(new Referee(lab.referee(), Optional.empty())),
                server(lab.a(), sshPassword, replicaPassword),
                server(lab.b(), sshPassword, replicaPassword),
                Duration.ofSeconds(8),
                true,
                16 << 20,
                true,
                false,
                false,
                rejoin,
                2);
    }

    /** The same pair with another place for old data. */
    PgGroup withBackups(Path folder) {
        backups = folder;
        return group(lab, Rejoin.CLONE, PgHost.SSH_PASSWORD, PgLab.REPLICA_PASSWORD);
    }

    private static PgServer server(PgHost host, String sshPassword, String replicaPassword) {
        return new PgServer(
                host.address(),
                host.address(),
                PgHost.SSH_PORT,
                "postgres",
                Optional.of(Secret.of(sshPassword)),
                Optional.empty(),
                host.address(),
                PgHost.PORT,
                PgLab.REPLICA,
                Optional.of(Secret.of(replicaPassword)),
                PgHost.BIN + "/pg_ctl",
                Files.exists(host.folder().resolve("bin/pg_basebackup"))
                        ? host.folder() + "/bin/pg_basebackup"
                        : PgHost.BIN + "/pg_basebackup",
                "postgres",
                host.data().toString(),
                Optional.empty(),
                (backups == null ? host.backups() : backups).toString(),
                Optional.of(host.log().toString()),
                Optional.of(host.signalFile().toString()));
    }

    PairLook look(long epoch) {
        return hands.look(group, epoch);
    }

    HostLook.Seen seen(PgHost host) {
        HostLook look = look(1).of(host.address()).host();
        return look.seen().orElseThrow(() -> new AssertionError(host.name() + ": " + look));
    }

    SqlLook.Answers answers(PgHost host) {
        SqlLook look = look(1).of(host.address()).sql();
        return look.answers().orElseThrow(() -> new AssertionError(host.name() + ": " + look));
    }

    Outcome act(Step step, long epoch) {
        return hands.act(group, step, epoch, new Progress() {
            @Override
            public void at(String what, int percent, long bytesPerSecond) {
                progress.add(what + " " + percent);
            }

            @Override
            public boolean isCancelled() {
                return cancelled;
            }
        });
    }

    private HostKeys keys() {
        return new HostKeys() {
            @Override
            public Optional<String> known(String address) {
                return Optional.ofNullable(hostKeys.get(address));
            }

            @Override
            public void keep(String address, String fingerprint) {
                hostKeys.put(address, fingerprint);
            }
        };
    }

    @Override
    public void close() {
        hands.close();
    }
}
