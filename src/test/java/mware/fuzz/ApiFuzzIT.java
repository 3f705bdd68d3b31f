package mware.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import mware.fuzz.Document.Operation;
import mware.fuzz.Mutations.Request;
import mware.fuzz.Wire.Answer;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests of all kinds to every operation of the document: each answer is one that is documented, and soon there. */
class ApiFuzzIT {

    private static final String SECRET = "a-secret-for-one-test";
    private static final int THREADS = 4;
    private static final int MOST_TOLD = 25;

    /** Further requests, as documented, to each operation that none of the requests by chance got an answer from. */
    private static final int FITTING = 500;

    private static final long SLOWEST_MILLIS = 15_000;
    private static final long MEMORY_KIB = 800_000;

    /** Operations of which no request that is made by chance can be a right one. */
    private static final List<String> HARD = List.of("logIn", "resetAdministrator", "applyConfiguration");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path DATA = Path.of("admin.properties");

    @TempDir
    Path folder;

    private final ConcurrentMap<String, List<String>> ids = new ConcurrentHashMap<>();
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final Map<String, LongAdder> statuses = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> served = new ConcurrentHashMap<>();
    private MwareNode node;
    private Wire wire;
    private Document document;
    private Judge judge;
    private String session = "";
    private String token = "";
    private Properties administrator = new Properties();

    @BeforeEach
    void start() throws Exception {
        node = MwareNode.in(folder)
                .http()
                .jvm("-Xmx256m")
                .set("cluster.secret", SECRET)
                .set("zookeeper.port", FreePorts.next())
                .set("syslog-trap.port", FreePorts.next())
                .set("udp-echo.port", FreePorts.next())
                .start()
                .awaitHealthy();
        wire = new Wire(node.httpAddress());
        Answer served = wire.send(plain("GET", "/openapi.json", ""), bearer(SECRET), InetAddress.getLoopbackAddress());
        document = new Document(JSON.readTree(served.body()));
        judge = new Judge(document);
        logIn();
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        try (Stream<Path> logs = Files.walk(node.data().resolve("log"))) {
            for (Path log : logs.filter(Files::isRegularFile).toList()) {
                assertThat(log).content().doesNotContain(SECRET);
            }
        }
    }

    @Test
    void a_few_hundred_requests_over_all_operations() throws Exception {
        fuzz(Math.max(600, 12 * document.operations().size()));
    }

    @Test
    @Tag("long")
    void ten_thousand_requests_over_all_operations() throws Exception {
        fuzz(Math.max(10_000, 150 * document.operations().size()));

        Random random = new Random();
        for (int i = 0; i < FITTING && !unserved().isEmpty(); i++) {
            for (Operation operation : unserved()) { // few requests by chance are right ones where much is to be given
                one(operation, new Random(random.nextLong()), true);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(unserved().stream().map(Operation::id))
                .as("operations that never answered 2xx")
                .isEmpty();
    }

    private List<Operation> unserved() {
        return document.operations().stream()
                .filter(operation -> !served.containsKey(operation.id()) && !HARD.contains(operation.id()))
                .toList();
    }

    private void fuzz(int requests) throws Exception {
        long seed = Long.getLong("fuzz.seed", new Random().nextLong());
        System.out.println("fuzz.seed=" + seed + ", " + requests + " requests over "
                + document.operations().size() + " operations");
        long began = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread;
                threads.execute(() -> {
                    for (int i = first; i < requests && wrong.size() < MOST_TOLD; i += THREADS) {
                        one(document.operations().get(i % document.operations().size()), new Random(seed + i), false);
                    }
                });
            }
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(10, TimeUnit.MINUTES)).isTrue();
        }
        System.out.println("fuzz: " + new TreeMap<>(statuses) + " in " + (System.nanoTime() - began) / 1_000_000
                + " ms, " + node.process().residentKib() / 1024 + " MiB");
        assertThat(wrong).as("seed " + seed).isEmpty();
        assertThat(node.isAlive()).isTrue();
        node.awaitHealthy();
        assertThat(node.process().residentKib()).isLessThan(MEMORY_KIB);
    }

    private void one(Operation operation, Random random, boolean fits) {
        try {
            List<String> known = ids.getOrDefault(collection(operation.path()), List.of());
            Mutations mutations = new Mutations(new Values(document, random), random);
            Request request = fits ? mutations.fitting(operation, known) : mutations.of(operation, known);
            Who who = who(operation, random);
            long began = System.nanoTime();
            Answer answer;
            try {
                answer = wire.send(request, who.authorization(), who.from());
            } catch (IOException e) {
                tell(operation, String.valueOf(e.getMessage()), curl(request, who));
                return;
            }
            long millis = (System.nanoTime() - began) / 1_000_000;
            statuses.computeIfAbsent(Integer.toString(answer.status()), none -> new LongAdder())
                    .increment();
            if (answer.status() / 100 == 2) {
                served.computeIfAbsent(operation.id(), none -> new AtomicInteger())
                        .incrementAndGet();
                remember(operation, answer);
            }
            Optional<String> fault =
                    millis > SLOWEST_MILLIS ? Optional.of("it took " + millis + " ms") : judge.wrong(operation, answer);
            fault.ifPresent(why -> tell(
                    operation,
                    why,
                    curl(request, who) + "\nanswered " + answer.status() + " "
                            + cut(new String(answer.body(), StandardCharsets.UTF_8))));
        } catch (RuntimeException | IOException e) {
            wrong.add(operation + ": the fuzzer failed: " + e);
        }
    }

    /** Each fault of an operation once, with the request that led to it. */
    private void tell(Operation operation, String why, String request) {
        if (told.add(operation
                + why.replaceAll("\\d+", "")
                        .substring(0, Math.min(60, why.replaceAll("\\d+", "").length())))) {
            wrong.add("\n" + operation + ": " + cut(why) + "\n" + request);
        }
    }

    /** Who asks, and from where: strangers come from everywhere, since an address with failed tries is closed. */
    private record Who(String authorization, InetAddress from) {}

    private Who who(Operation operation, Random random) throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        InetAddress anywhere = InetAddress.getByAddress(new byte[] {
            127, (byte) (1 + random.nextInt(250)), (byte) random.nextInt(250), (byte) (2 + random.nextInt(250))
        });
        int choice = random.nextInt(12);
        if (isLogIn(operation)) {
            return new Who("", anywhere);
        }
        if (choice == 0) {
            return new Who("", anywhere);
        }
        if (choice == 1) {
            return new Who(bearer("wrong" + random.nextInt()), anywhere);
        }
        if (operation.method().equals("DELETE") && operation.path().endsWith("/sessions/current")) {
            return new Who(bearer(newSession()), here); // it ends itself
        }
        if (operation.path().contains("/administrator/reset")) {
            return new Who(bearer(session), here); // with the cluster secret it would end all that the fuzzer lives by
        }
        if (choice <= 4 && !token.isEmpty()) {
            return new Who(bearer(token), here);
        }
        if (choice <= 9 && !session.isEmpty()) {
            return new Who(random.nextInt(4) == 0 ? "Cookie: EraSession=" + session : bearer(session), here);
        }
        return new Who(bearer(SECRET), here);
    }

    private static boolean isLogIn(Operation operation) {
        return operation.method().equals("POST") && operation.path().equals("/rest/v1/iam/sessions");
    }

    /** Ids of entities that the fuzzer has made; never those that it lives by. */
    private void remember(Operation operation, Answer answer) throws IOException {
        if (operation.method().equals("POST") && operation.id().startsWith("create")) {
            JsonNode id = JSON.readTree(answer.body()).path("id");
            if (id.isTextual()) {
                List<String> known =
                        ids.computeIfAbsent(collection(operation.path()), none -> new CopyOnWriteArrayList<>());
                known.add(id.asText());
                if (known.size() > 20) {
                    known.remove(0);
                }
            }
        }
    }

    private static String collection(String path) {
        return path.replaceFirst("/(\\{|lookup$).*", "");
    }

    private void logIn() throws IOException {
        Path file = node.data().resolve(DATA);
        if (Files.exists(file)) {
            try (var in = Files.newInputStream(file)) {
                administrator.load(in);
            }
            session = newSession();
            ObjectNode body = JSON.createObjectNode().put("name", "fuzz").put("role", "administrator");
            Answer made = wire.send(
                    plain("POST", "/rest/v1/iam/tokens", body.toString()),
                    bearer(session),
                    InetAddress.getLoopbackAddress());
            assertThat(made.status())
                    .as(new String(made.body(), StandardCharsets.UTF_8))
                    .isEqualTo(200);
            token = JSON.readTree(made.body()).path("token").asText();
        }
    }

    private String newSession() throws IOException {
        if (administrator.isEmpty()) {
            return SECRET;
        }
        String body = JSON.createObjectNode()
                .put("domain", administrator.getProperty("domain"))
                .put("login", administrator.getProperty("login"))
                .put("pwd", administrator.getProperty("password"))
                .put("session_type", "token")
                .toString();
        Answer answer = wire.send(plain("POST", "/rest/v1/iam/sessions", body), "", InetAddress.getLoopbackAddress());
        assertThat(answer.status())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return JSON.readTree(answer.body()).path("session_token").asText();
    }

    private static Request plain(String method, String target, String body) {
        return new Request(
                method,
                target,
                body.isEmpty() ? Map.of() : Map.of("Content-Type", "application/json"),
                body.getBytes(StandardCharsets.UTF_8),
                true);
    }

    private static String bearer(String secret) {
        return "Authorization: Bearer " + secret;
    }

    /** The request for a shell, secrets left out. */
    private String curl(Request request, Who who) {
        List<String> words = new ArrayList<>(List.of("curl -i -X " + request.method()));
        String as = who.authorization().isEmpty()
                ? ""
                : who.authorization().endsWith(SECRET)
                        ? "$secret"
                        : who.authorization().endsWith(token) && !token.isEmpty() ? "$token" : "$session";
        if (!as.isEmpty()) {
            words.add("-H \"Authorization: Bearer " + as + "\"");
        }
        request.headers().forEach((name, value) -> words.add("-H " + quoted(name + ": " + value)));
        if (request.body().length > 0) {
            words.add("--data-binary " + quoted(new String(request.body(), StandardCharsets.UTF_8)));
        }
        words.add(quoted("http://" + node.httpAddress() + request.target()));
        return cut(String.join(" ", words));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private static String cut(String text) {
        return text.length() > 900 ? text.substring(0, 900) + "... (" + text.length() + " characters)" : text;
    }
}
