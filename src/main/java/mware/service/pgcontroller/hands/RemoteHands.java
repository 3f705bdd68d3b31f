package mware.service.pgcontroller.hands;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import mware.core.ssh.HostKeys;
import mware.core.ssh.SecureShell;
import mware.core.ssh.ShellTarget;
import mware.service.pgcontroller.Finding;
import mware.service.pgcontroller.HostLook;
import mware.service.pgcontroller.Outcome;
import mware.service.pgcontroller.PairLook;
import mware.service.pgcontroller.PgGroup;
import mware.service.pgcontroller.PgHands;
import mware.service.pgcontroller.PgServer;
import mware.service.pgcontroller.Progress;
import mware.service.pgcontroller.ServerLook;
import mware.service.pgcontroller.SqlLook;
import mware.service.pgcontroller.Step;

/** The hands that reach the servers over SSH and SQL; nothing is installed there. */
public final class RemoteHands implements PgHands, AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(3500);
    private static final int THREADS = 48;
    private static final int SCRIPTS_AT_ONCE = 48;

    private final LongSupplier nanos;
    private final Targets targets;
    private final SecureShell shell;
    private final SqlQuestions sql = new SqlQuestions();
    private final HostQuestions hosts;
    private final Acts acts;
    private final Preflight preflight;
    private final ThreadPoolExecutor threads;

    /**
     * Connects when it is first needed.
     *
     * @param kept where host keys are kept that the configuration does not give
     * @param clock what the servers' clocks are compared with
     * @param nanos a monotonic clock
     */
    public RemoteHands(HostKeys kept, Clock clock, LongSupplier nanos) {
        this.nanos = nanos;
        targets = new Targets(kept);
        shell = new SecureShell(targets, SCRIPTS_AT_ONCE, nanos);
        hosts = new HostQuestions(shell, targets, clock);
        acts = new Acts(shell, targets, sql, nanos);
        preflight = new Preflight(shell, targets, sql, clock);
        AtomicInteger count = new AtomicInteger();
        threads = new ThreadPoolExecutor(THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(work, "pg-look-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public PairLook look(PgGroup group, long epoch) {
        long end = nanos.getAsLong() + LOOK.toNanos();
        Asked first = asked(group, group.first(), epoch);
        Asked second = asked(group, group.second(), epoch);
        return new PairLook(first.by(end), second.by(end));
    }

    @Override
    public Outcome act(PgGroup group, Step step, long epoch, Progress progress) {
        long start = nanos.getAsLong();
        Outcome outcome = acts.act(group, step, epoch, progress);
        return new Outcome(outcome.kind(), outcome.words(), Duration.ofNanos(nanos.getAsLong() - start));
    }

    @Override
    public List<Finding> check(PgGroup group) {
        return preflight.check(group);
    }

    /** Lets go of connections to servers that none of these pairs has. */
    public void keepOnly(Collection<PgGroup> groups) {
        Set<ShellTarget> wanted = groups.stream()
                .flatMap(group -> group.servers().stream())
                .map(targets::of)
                .collect(Collectors.toSet());
        shell.keepOnly(wanted);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        shell.close();
    }

    /** Both questions to a server, on their way. */
    private final class Asked {
        private final PgServer server;
        private final CompletableFuture<SqlLook> sqlLook;
        private final CompletableFuture<HostLook> hostLook;

        Asked(PgServer server, CompletableFuture<SqlLook> sqlLook, CompletableFuture<HostLook> hostLook) {
            this.server = server;
            this.sqlLook = sqlLook;
            this.hostLook = hostLook;
        }

        ServerLook by(long end) {
            return new ServerLook(
                    server.name(),
                    answer(sqlLook, end, () -> new SqlLook.Silent("no answer to SQL within 3.5 s")),
                    answer(hostLook, end, () -> new HostLook.Silent("no answer over SSH within 3.5 s")));
        }
    }

    private Asked asked(PgGroup group, PgServer server, long epoch) {
        return new Asked(
                server,
                CompletableFuture.supplyAsync(() -> sql.ask(server), threads),
                CompletableFuture.supplyAsync(() -> hosts.ask(group, server, epoch), threads));
    }

    private <T> T answer(CompletableFuture<T> asked, long end, Supplier<T> none) {
        try {
            return asked.get(Math.max(1, end - nanos.getAsLong()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return none.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return none.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
