package mware.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import org.awaitility.Awaitility;

/**
 * How long a node with all its route files takes to be healthy, what memory it holds then, and how long a changed route
 * file takes to run.
 *
 * <p>Arguments: how often (default 5).
 */
public final class StartBench implements Bench.Comparison {

    private static final Path SHIPPED_ROUTES = Path.of("src/main/resources/routes");

    @Override
    public void run(List<String> arguments) throws Exception {
        int rounds = arguments.isEmpty() ? 5 : Integer.parseInt(arguments.get(0));
        List<Long> starts = new ArrayList<>();
        List<Long> memory = new ArrayList<>();
        List<Long> idleMemory = new ArrayList<>();
        List<Long> reloads = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            Path folder = Files.createTempDirectory("mware-start");
            Path mark = folder.resolve("mark");
            Path routes = Files.createDirectories(folder.resolve("routes"));
            try (Stream<Path> files = Files.list(SHIPPED_ROUTES)) {
                for (Path file :
                        files.filter(name -> name.toString().endsWith(".java")).toList()) {
                    Files.copy(file, routes.resolve(file.getFileName()));
                }
            }
            try (MwareNode node = MwareNode.in(folder)
                    .launcher()
                    .http()
                    .routes(routes)
                    .set("zookeeper.port", FreePorts.next())
                    .set("syslog-trap.port", FreePorts.next())
                    .set("udp-echo.port", FreePorts.next())) {
                long begin = System.nanoTime();
                node.start().awaitHealthy();
                starts.add((System.nanoTime() - begin) / 1_000_000);
                memory.add(node.process().residentKib() / 1024);
                MwareNode.place(routes, "MarkRoutes.java", markRoutes(mark, "first"));
                awaitMark(mark, "first");
                Awaitility.await().pollDelay(Duration.ofSeconds(5)).until(() -> true); // idle
                idleMemory.add(node.process().residentKib() / 1024);

                long saved = System.nanoTime();
                MwareNode.place(routes, "MarkRoutes.java", markRoutes(mark, "second"));
                awaitMark(mark, "second");
                reloads.add((System.nanoTime() - saved) / 1_000_000);
                node.stop();
            } finally {
                Command.run("rm", "-rf", folder.toString());
            }
        }
        System.out.printf("one node, its own ZooKeeper, all route files, n = %d%n", rounds);
        print("start to healthy, ms", starts);
        print("memory when healthy (RSS), MiB", memory);
        print("memory after 5 s idle (RSS), MiB", idleMemory);
        print("a route file saved to its new version running, ms", reloads);
    }

    private static void print(String what, List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        System.out.printf(
                "%-52s median %6d   max %6d   %s%n",
                what, sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1), values);
    }

    private static void awaitMark(Path mark, String word) {
        Awaitility.await("the route file's version \"" + word + "\" to run")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> Files.exists(mark) && Files.readString(mark).equals(word));
    }

    /** A route that writes {@code word} into a file every 10 ms. */
    private static String markRoutes(Path mark, String word) {
        return """
                package routes;

                import java.nio.file.Files;
                import java.nio.file.Path;
                import mware.core.cluster.ServiceRoutes;

                public final class MarkRoutes extends ServiceRoutes {
                    @Override
                    public void configure() {
                        onEveryNode("mark", "timer:mark?period=10&delay=0")
                            .process(exchange -> Files.writeString(Path.of("%s"), "%s"));
                    }
                }
                """
                .formatted(mark, word);
    }
}
