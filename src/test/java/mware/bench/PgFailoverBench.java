package mware.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import mware.bench.pair.Keeper;
import mware.testing.pg.Acknowledged;
import mware.testing.pg.PgHost;
import mware.testing.pg.PgLab;
import mware.testing.pg.PgWriter;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A pair of PostgreSQL 15 that fails, kept by mware, by Patroni and by repmgr: the same servers, the same writer, one run.
 *
 * <p>A: the postmaster is killed, its host lives. B: the host is dead, and comes back. C: the master is cut off, with a
 * client beside it, and comes back. D: a planned switchover. F: the whole host is frozen for 32 s and thawed.
 *
 * <p>Arguments: what to run, such as {@code ours-8:B patroni-floor:A}, all of it without; {@code --together N} labs at once.
 */
public final class PgFailoverBench implements Bench.Comparison {

    private static final String ALL =
            "ours-8:A ours-8:A ours-8:A ours-8:B ours-8:B ours-8:B ours-8:C ours-8:C ours-8:C ours-8:D ours-8:D ours-8:D"
                    + " ours-8:F ours-8-synchronous:C"
                    + " ours-30:A ours-30:A ours-30:A ours-30:B ours-30:B ours-30:B ours-30:C ours-30:C ours-30:C"
                    + " ours-30:D ours-30:D ours-30:D"
                    + " patroni-default:A patroni-default:B patroni-default:C patroni-default:D"
                    + " patroni-floor:A patroni-floor:B patroni-floor:C patroni-floor:D"
                    + " repmgr-default:A repmgr-default:B repmgr-default:C";
    private static final Duration FAILOVER = Duration.ofSeconds(150);
    private static final Duration REJOIN = Duration.ofSeconds(60);
    private static final Duration FROZEN = Duration.ofSeconds(32);

    /**
     * What came of one.
     *
     * @param wentOn how long the cut-off or thawed master still acknowledged, in seconds
     * @param rejoin from its return until it streamed, in seconds; not a number where it did not
     */
    private record End(double outage, double wentOn, long lost, double rejoin, boolean met) {}

    @Override
    public void run(List<String> arguments) throws Exception {
        int together = 2;
        List<String> wanted = new ArrayList<>(arguments);
        int option = wanted.indexOf("--together");
        if (option >= 0) {
            together = Integer.parseInt(wanted.get(option + 1));
            wanted.subList(option, option + 2).clear();
        }
        List<String> tokens = wanted.isEmpty() ? List.of(ALL.split(" ")) : wanted;
        for (String token : tokens) {
            if (!token.matches("[a-z0-9-]+:[ABCDF]") || !Keeper.ALL.containsKey(token.split(":")[0])) {
                throw new IllegalArgumentException(
                        token + ": one of " + Keeper.ALL.keySet() + ", a colon, and one of A B C D F");
            }
        }
        System.out.println("load before: " + load());
        System.out.printf("%-20s %4s %9s %9s %6s %9s%n", "", "case", "outage", "went on", "lost", "rejoin");
        Map<String, List<End>> ends = new TreeMap<>();
        ExecutorService labs = Executors.newFixedThreadPool(together);
        try {
            Map<String, List<Future<End>>> begun = new TreeMap<>();
            for (String token : tokens) {
                begun.computeIfAbsent(token, first -> new ArrayList<>()).add(labs.submit(one(token)));
            }
            for (var entry : begun.entrySet()) {
                for (Future<End> end : entry.getValue()) {
                    try {
                        End measured = end.get();
                        ends.computeIfAbsent(entry.getKey(), first -> new ArrayList<>())
                                .add(measured);
                    } catch (java.util.concurrent.ExecutionException e) {
                        System.out.println(entry.getKey() + " was not measured: " + e.getCause());
                    }
                }
            }
        } finally {
            labs.shutdownNow();
        }
        System.out.println("\nmedian (min..max) of the outage, in seconds");
        ends.forEach((token, all) -> System.out.printf(
                Locale.ROOT,
                "%-24s %s   lost %s%s%n",
                token,
                spread(all.stream().mapToDouble(End::outage).sorted().toArray()),
                all.stream().map(end -> Long.toString(end.lost())).collect(Collectors.joining(", ")),
                token.startsWith("ours")
                        ? all.stream().allMatch(End::met) ? "   target met" : "   target MISSED"
                        : ""));
        System.out.println("load after: " + load());
    }

    private static String spread(double[] sorted) {
        return String.format(
                Locale.ROOT, "%.1f (%.1f..%.1f)", sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }

    private static String load() throws java.io.IOException {
        return Files.readString(Path.of("/proc/loadavg")).strip();
    }

    private static Callable<End> one(String token) {
        return () -> {
            String name = token.split(":")[0];
            char which = token.charAt(token.length() - 1);
            try (PgLab lab = PgLab.start();
                    Keeper keeper = Keeper.ALL.get(name).get()) {
                keeper.start(lab);
                End end = fail(lab, keeper, which);
                System.out.printf(
                        Locale.ROOT,
                        "%-20s %4s %7.1f s %7.1f s %6d %7.1f s   %s%n",
                        name,
                        which,
                        end.outage(),
                        end.wentOn(),
                        end.lost(),
                        end.rejoin(),
                        keeper.target(which) < 1_000
                                ? "target " + keeper.target(which) + " s" + (end.met() ? ": met" : ": missed")
                                : "");
                return end;
            }
        };
    }

    private static End fail(PgLab lab, Keeper keeper, char which) throws Exception {
        PgHost a = lab.a();
        PgHost b = lab.b();
        PgWriter outside = lab.writer("writer");
        List<PgWriter> writers = new ArrayList<>(List.of(outside));
        if (which == 'C') {
            writers.add(lab.writer("a", a));
        }
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> writers.stream()
                .allMatch(writer -> writer.acknowledged().rows().size() > 100));
        long since = System.nanoTime();
        switch (which) {
            case 'A' -> a.killPostmaster();
            case 'B' -> a.die();
            case 'C' -> a.cut();
            case 'D' -> keeper.switchover();
            default -> a.freeze();
        }
        await(() -> outside.acknowledged().rows().stream()
                .anyMatch(row -> row.nanos() > since + 500_000_000L
                        && (which == 'A' || row.server().equals("b"))));
        if (which == 'C') {
            // until nothing is acknowledged on the wrong side for 5 s, or it is plain that it goes on
            await(() -> System.nanoTime() - last(writers.get(1)) > 5_000_000_000L, Duration.ofSeconds(60));
        }
        if (which == 'F') {
            await(() -> System.nanoTime() - since > FROZEN.toNanos(), FROZEN.plusSeconds(10));
        }
        long back = System.nanoTime();
        switch (which) {
            case 'B' -> {
                a.comeBack(false);
                keeper.boot(a);
            }
            case 'C' -> a.restore();
            case 'F' -> a.thaw();
            default -> {}
        }
        double rejoin = Double.NaN;
        PgHost master = a;
        if (await(() -> a.isMaster() != b.isMaster(), REJOIN)) {
            master = a.isMaster() ? a : b;
            rejoin = Keeper.streams(master, REJOIN) ? (System.nanoTime() - back) / 1e9 : Double.NaN;
        } else {
            master = b; // two masters: what clients are led to is the new one
        }
        writers.forEach(PgWriter::stop);
        Acknowledged rows = outside.acknowledged();
        long lost = 0;
        for (PgWriter writer : writers) {
            lost += writer.acknowledged().missing(master).size();
        }
        double wentOn = which == 'C'
                ? writers.get(1).acknowledged().wentOn("a", since)
                : which == 'F' ? rows.wentOn("a", back) : 0;
        double outage = rows.outage(since);
        return new End(outage, wentOn, lost, rejoin, outage <= keeper.target(which));
    }

    private static long last(PgWriter writer) {
        List<Acknowledged.Row> rows = writer.acknowledged().rows();
        return rows.get(rows.size() - 1).nanos();
    }

    private static void await(Callable<Boolean> condition) {
        await(condition, FAILOVER);
    }

    private static boolean await(Callable<Boolean> condition, Duration limit) {
        try {
            Awaitility.await()
                    .atMost(limit)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(100))
                    .until(condition);
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }
}
