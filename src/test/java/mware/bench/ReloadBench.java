package mware.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import mware.testing.FreePorts;
import mware.testing.MwareNode;

/** How long a change of one of 27 route files takes, from its save to the first answer of the new route. */
public final class ReloadBench implements Bench.Comparison {

    private static final int FILES = 27;
    private static final int CHANGES = 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public void run(List<String> arguments) throws Exception {
        Path folder = Files.createTempDirectory("reload-bench");
        Path routes = Files.createDirectory(folder.resolve("routes"));
        for (int i = 1; i <= FILES; i++) {
            Files.writeString(routes.resolve("R" + i + "Routes.java"), text(i, "v0"));
        }
        try (MwareNode node = MwareNode.in(folder)
                .http()
                .routes(routes)
                .set("zookeeper.port", FreePorts.next())
                .start()
                .awaitHealthy()) {
            List<Double> millis = new ArrayList<>();
            for (int change = 1; change <= CHANGES; change++) {
                int file = 1 + change % FILES;
                Files.writeString(routes.resolve("R" + file + "Routes.java"), text(file, "v" + change));
                long saved = System.nanoTime();
                awaitAnswer(node, file, "v" + change);
                millis.add((System.nanoTime() - saved) / 1e6);
            }
            System.out.printf("reload of one of %d route files, save to first answer of the new route%n", FILES);
            System.out.printf("first change (cold compiler)  %6.0f ms%n", millis.get(0));
            List<Double> warm = new ArrayList<>(millis.subList(1, millis.size()));
            Collections.sort(warm);
            System.out.printf(
                    "the next %d: median %.0f ms, slowest %.0f ms; the wait for the file to rest is 200 to 300 ms of it%n",
                    warm.size(), warm.get(warm.size() / 2), warm.get(warm.size() - 1));
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Collections.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    private static void awaitAnswer(MwareNode node, int file, String expected) throws Exception {
        String secret = Files.readAllLines(node.data().resolve("cluster.secret")).stream()
                .filter(line -> !line.startsWith("#"))
                .findFirst()
                .orElseThrow();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + node.httpAddress() + "/api/bench" + file))
                .header("Authorization", "Bearer " + secret)
                .timeout(LIMIT)
                .build();
        HttpClient client = HttpClient.newHttpClient();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!expected.equals(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body())) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("the new route did not answer within " + LIMIT.toSeconds() + " s");
            }
        }
    }

    private static String text(int number, String says) {
        return """
                package routes;

                import mware.core.cluster.ServiceRoutes;

                public final class R%1$dRoutes extends ServiceRoutes {
                    @Override
                    public void configure() {
                        onEveryNode("r%1$d", "platform-http:/api/bench%1$d")
                            .to("direct:r%1$d.step");

                        step("r%1$d.step")
                            .filter(simple("${header.none} == 'x'"))
                                .log("never")
                            .end()
                            .transform(constant("%2$s"));
                    }
                }
                """
                .formatted(number, says);
    }
}
