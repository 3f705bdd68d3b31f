package mware.core.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import mware.core.iam.Client.Answer;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with a log-in, a packaged node answers the same words after the same time. */
@Tag("long")
class LogInTimeIT {

    private static final int EACH = 200;
    private static final String CLUSTER = "a-secret-for-one-test";

    @TempDir
    private Path folder;

    @Test
    void nobody_learns_from_words_or_time_which_accounts_there_are() throws Exception {
        try (MwareNode node = MwareNode.in(folder)
                .http()
                .set("cluster.secret", CLUSTER)
                .set("iam.failures", 1_000_000)
                .set("zookeeper.port", FreePorts.next())
                .set("syslog-trap.port", FreePorts.next())
                .set("udp-echo.port", FreePorts.next())
                .start()
                .awaitHealthy()) {
            Client client = Client.at(node.httpAddress());
            await().atMost(Duration.ofSeconds(60)).until(() -> client.bearer(CLUSTER)
                    .get("/rest/v1/iam/users")
                    .body()
                    .contains("\"admin\""));
            assertThat(client.bearer(CLUSTER)
                            .post(
                                    "/rest/v1/iam/users",
                                    "{'login':'disabled','pwd':'the right password','enabled':false}")
                            .status())
                    .isEqualTo(200);
            Map<String, String[]> kinds = new LinkedHashMap<>();
            kinds.put("wrong password", new String[] {"mware.local", "admin", "a wrong password"});
            kinds.put("unknown login", new String[] {"mware.local", "nobody", "a wrong password"});
            kinds.put("unknown domain", new String[] {"no.such.domain", "admin", "a wrong password"});
            kinds.put(
                    "disabled account, right password", new String[] {"mware.local", "disabled", "the right password"});
            kinds.put("empty password", new String[] {"mware.local", "admin", ""});
            kinds.put("endless password", new String[] {"mware.local", "admin", "x".repeat(2_000)});

            sample(client, kinds, 20); // the JVM has seen it all before it is measured
            Map<String, double[]> times = sample(client, kinds, EACH);
            double[] known = times.get("wrong password");
            times.remove("wrong password");
            for (Map.Entry<String, double[]> other : times.entrySet()) {
                double p = p("wrong password", known, other.getKey(), other.getValue());
                if (p <= 0.01) { // one in a hundred looks so by chance: once more, and then it is no chance
                    Map<String, double[]> again = sample(
                            client,
                            Map.of(
                                    "wrong password",
                                    kinds.get("wrong password"),
                                    other.getKey(),
                                    kinds.get(other.getKey())),
                            EACH);
                    p = p("wrong password", again.get("wrong password"), other.getKey(), again.get(other.getKey()));
                }
                assertThat(p).as(other.getKey()).isGreaterThan(0.01);
            }
        }
    }

    /** Times in milliseconds, the kinds in turns at random, so that what the machine does meanwhile falls on all alike. */
    private static Map<String, double[]> sample(Client client, Map<String, String[]> kinds, int each) {
        List<String> order = new ArrayList<>();
        kinds.keySet().forEach(kind -> order.addAll(Collections.nCopies(each, kind)));
        Collections.shuffle(order, new Random(7));
        Map<String, double[]> times = new LinkedHashMap<>();
        kinds.keySet().forEach(kind -> times.put(kind, new double[each]));
        Map<String, Integer> filled = new LinkedHashMap<>();
        var answers = new TreeSet<String>();
        for (String kind : order) {
            String[] tried = kinds.get(kind);
            long began = System.nanoTime();
            Answer answer = client.logIn(tried[0], tried[1], tried[2]);
            double millis = (System.nanoTime() - began) / 1e6;
            times.get(kind)[filled.merge(kind, 1, Integer::sum) - 1] = millis;
            String head = answer.head().replaceAll("(?i)(X-Request-Id: )\\w+", "$1-");
            answers.add(head + "\n" + answer.body());
        }
        assertThat(answers).as("the same words for all").hasSize(1);
        assertThat(answers.first()).startsWith("HTTP/1.1 401 ");
        return times;
    }

    private static double p(String one, double[] these, String other, double[] those) {
        double p = mannWhitney(these, those);
        System.out.printf(
                "log-in time: %s median %.1f ms, %s median %.1f ms, n = %d each, Mann-Whitney p = %.3f%n",
                one, median(these), other, median(those), these.length, p);
        return p;
    }

    private static double median(double[] of) {
        double[] sorted = of.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Two-sided, by the normal approximation, which is good from some 20 of each on; times hardly ever tie. */
    static double mannWhitney(double[] these, double[] those) {
        record Value(double value, boolean first) {}
        List<Value> all = new ArrayList<>();
        Arrays.stream(these).forEach(value -> all.add(new Value(value, true)));
        Arrays.stream(those).forEach(value -> all.add(new Value(value, false)));
        all.sort((a, b) -> Double.compare(a.value(), b.value()));
        double ranks = 0;
        for (int i = 0; i < all.size(); i++) {
            ranks += all.get(i).first() ? i + 1 : 0;
        }
        double n = these.length;
        double m = those.length;
        double u = ranks - n * (n + 1) / 2;
        double z = Math.abs(u - n * m / 2) / Math.sqrt(n * m * (n + m + 1) / 12);
        return 2 * (1 - phi(z));
    }

    /** The normal distribution below {@code z} >= 0 (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
    private static double phi(double z) {
        double t = 1 / (1 + 0.2316419 * z);
        double tail = Math.exp(-z * z / 2)
                / Math.sqrt(2 * Math.PI)
                * t
                * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return 1 - tail;
    }

    @Test
    void the_test_itself_tells_differences_from_chance() {
        Random random = new Random(3);
        double[] these = random.doubles(EACH).toArray();
        double[] those = random.doubles(EACH).toArray();
        double[] later = random.doubles(EACH).map(value -> value + 0.2).toArray();

        assertThat(mannWhitney(these, those)).isGreaterThan(0.01);
        assertThat(mannWhitney(these, later)).isLessThan(0.0001);
        assertThat(mannWhitney(new double[] {1, 2, 3, 4, 5}, new double[] {6, 7, 8, 9, 10}))
                .isBetween(0.008, 0.010);
    }
}
