package mware.bench;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import mware.core.config.ConfigurationReader;
import mware.core.domain.Domains;
import mware.core.domain.RandomSite;

/** Time to check, index and ask a configuration of 10 000 domains; goal: a look-up in at most 1 µs. */
public final class DomainsBench implements Bench.Comparison {

    private static final int DOMAINS = 10_000;
    private static final int GROUPS = 100;
    private static final int LOOKUPS = 500_000;

    @Override
    public void run(List<String> arguments) {
        var random = new Random(1);
        List<String> names = RandomSite.tree(random, DOMAINS);
        List<List<String>> branches = RandomSite.branches(random, names, GROUPS);

        byte[] text = text(names, branches).getBytes(StandardCharsets.UTF_8);
        var processor = ManagementFactory.getThreadMXBean();
        long before = processor.getCurrentThreadCpuTime();
        double cold = milliseconds(() -> ConfigurationReader.read(text).orRefuse());
        double coldProcessor = (processor.getCurrentThreadCpuTime() - before) / 1e6;
        double warm = cold;
        for (int i = 0; i < 10; i++) {
            warm = Math.min(
                    warm, milliseconds(() -> ConfigurationReader.read(text).orRefuse()));
        }
        var configuration = ConfigurationReader.read(text).orRefuse();
        double firstIndex = milliseconds(() -> Domains.of(configuration, "main"));
        double index = firstIndex;
        for (int i = 0; i < 10; i++) {
            index = Math.min(index, milliseconds(() -> Domains.of(configuration, "main")));
        }
        System.out.printf(
                "check of %,d domains, %,d bytes: first %.0f ms (%.0f ms of processor), then %.0f ms%n",
                DOMAINS, text.length, cold, coldProcessor, warm);
        System.out.printf("index: first %.1f ms, then %.1f ms%n", firstIndex, index);

        // fresh strings: their hash is not known yet, as with a name from a request
        Domains domains = Domains.of(configuration, "main");
        lookups(domains, names, random, "configured", "");
        lookups(domains, names, random, "two below", "inner.most.");
    }

    private static void lookups(Domains domains, List<String> names, Random random, String what, String below) {
        long[] nanoseconds = new long[LOOKUPS];
        long sum = 0;
        for (int round = 0; round < 3; round++) { // the last round counts, the others warm up
            String[] asked = new String[LOOKUPS];
            for (int i = 0; i < LOOKUPS; i++) {
                asked[i] = new String((below + names.get(random.nextInt(names.size()))).toCharArray());
            }
            for (int i = 0; i < LOOKUPS; i++) {
                long start = System.nanoTime();
                sum += domains.groupOf(asked[i]).orElse(0);
                nanoseconds[i] = System.nanoTime() - start;
            }
        }
        Arrays.sort(nanoseconds);
        long p50 = nanoseconds[LOOKUPS / 2];
        long p99 = nanoseconds[LOOKUPS / 100 * 99];
        System.out.printf(
                "look-up, %s: p50 %d ns, p99 %d ns of %,d single calls with the clock's own time, goal 1000 ns: %s (sum %d)%n",
                what, p50, p99, LOOKUPS, p99 <= 1000 ? "met" : "missed", sum);
    }

    private static double milliseconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e6;
    }

    /** A configuration of one site with these domains; group n names branches[n - 1]. */
    public static String text(List<String> names, List<List<String>> branches) {
        var roles = new StringBuilder();
        var placed = new StringBuilder();
        for (int i = 0; i < branches.size(); i++) {
            roles.append(i == 0 ? "" : ",\n")
                    .append(
                            """
                    {"name": "mware%1$d", "roletype": "mware", "iface": "lo", "group": %1$d, "order": 10, "include_domains": [%2$s]}"""
                                    .formatted(i + 1, quoted(branches.get(i))));
            placed.append(i == 0 ? "" : ", ")
                    .append('"')
                    .append("mware")
                    .append(i + 1)
                    .append('"');
        }
        String domains = names.stream()
                .map(name -> "{\"name\": \"" + name + "\", \"sites\": [\"main\"]}")
                .collect(Collectors.joining(",\n"));
        return """
                {"sites": [{"name": "main", "master": true}],
                 "servers": [{"name": "srv1", "site": "main", "ifaces": {"lo": "127.0.0.1"}}],
                 "domains": [%s],
                 "roles": [%s],
                 "structure": [{"site": "main", "servers": [{"server": "srv1", "roles": [%s]}]}]}
                """
                .formatted(domains, roles, placed);
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
    }
}
