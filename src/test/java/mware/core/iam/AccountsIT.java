package mware.core.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import mware.core.iam.Client.Answer;
import mware.testing.Command;
import mware.testing.FreePorts;
import mware.testing.MwareNode;
import mware.testing.PostgresServer;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Who may use two packaged nodes of a site on one PostgreSQL, and what they tell of it. */
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AccountsIT {

    private static final String SITE =
            """
            {"sites": [{"name": "main", "master": true}],
             "servers": [{"name": "srv1", "site": "main", "ifaces": {"lo": "127.0.0.1"}}],
             "domains": [{"name": "mware.local", "sites": ["main"]}, {"name": "demo.mware.local", "sites": ["main"]},
               {"name": "a.demo.mware.local", "sites": ["main"]}, {"name": "other.mware.local", "sites": ["main"]}],
             "roles": [
               {"name": "mware1", "roletype": "mware", "iface": "lo", "group": 1, "order": 10},
               {"name": "mware2", "roletype": "mware", "iface": "lo", "group": 1, "order": 20}],
             "structure": [{"site": "main", "servers": [{"server": "srv1", "roles": ["mware1", "mware2"]}]}]}
            """;

    private static final Duration SOON = Duration.ofSeconds(20);

    /** What the letters of the tables stand for. */
    private static final Map<Character, String> DOMAINS = new LinkedHashMap<>();

    static {
        DOMAINS.put('m', "mware.local");
        DOMAINS.put('d', "demo.mware.local");
        DOMAINS.put('a', "a.demo.mware.local");
        DOMAINS.put('o', "other.mware.local");
    }

    @TempDir
    static Path folder;

    private static PostgresServer database;
    private static TestingServer zooKeeper;
    private static MwareNode one;
    private static MwareNode two;
    private static String cluster;
    private static String rootPassword;

    /** Everything that must not show anywhere. */
    private static final Set<String> SECRETS = ConcurrentHashMap.newKeySet();

    /** Who holds what, by name. */
    private static final Map<String, Client> CALLERS = new LinkedHashMap<>();

    /** The id of the account vic of each domain. */
    private static final Map<String, String> VICTIMS = new LinkedHashMap<>();

    private static final AtomicInteger NUMBER = new AtomicInteger();

    @BeforeAll
    static void start() throws Exception {
        database = PostgresServer.start();
        zooKeeper = new TestingServer();
        one = node("mware1").start();
        two = node("mware2").start();
        one.awaitHealthy();
        two.awaitHealthy();
        cluster = Files.readAllLines(one.data().resolve("cluster.secret")).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .findFirst()
                .orElseThrow();
        SECRETS.add(cluster);
        await().atMost(SOON).until(() -> both().allMatch(node -> at(node).bearer(cluster)
                .get("/rest/v1/iam/users?countonly=true")
                .body()
                .equals("{\"count\":1}")));
        await().atMost(SOON).until(() -> adminFiles().size() == 1); // the node that was slower takes its own back
        var properties = new Properties();
        properties.load(new StringReader(Files.readString(adminFiles().get(0))));
        rootPassword = properties.getProperty("password");
        SECRETS.add(rootPassword);
        prepare();
    }

    @AfterAll
    static void stop() throws Exception {
        one.close();
        two.close();
        zooKeeper.close();
        database.close();
    }

    private static MwareNode node(String name) throws Exception {
        Path own = Files.createDirectories(folder.resolve(name));
        return MwareNode.in(own)
                .node(name)
                .config(Files.writeString(own.resolve("site.json"), SITE))
                .http()
                .zooKeeper(zooKeeper.getConnectString())
                .set("database.url", database.url())
                .set("database.user", database.user())
                .set("syslog-trap.port", FreePorts.next())
                .set("udp-echo.port", FreePorts.next());
    }

    private static Stream<MwareNode> both() {
        return Stream.of(one, two);
    }

    private static Client at(MwareNode node) {
        return Client.at(node.httpAddress());
    }

    private static List<Path> adminFiles() {
        return both().map(node -> node.data().resolve("admin.properties"))
                .filter(Files::exists)
                .toList();
    }

    private static String secret(String text) {
        SECRETS.add(text);
        return text;
    }

    private static String make(Client by, String domain, String login, String role) {
        String password = secret("password-of-" + login + "-" + NUMBER.incrementAndGet());
        Answer made = by.post(
                "/rest/v1/iam/users?domain=" + domain,
                "{'login':'" + login + "','pwd':'" + password + "','roles':['" + role + "']}");
        assertThat(made.status()).as(made.toString()).isEqualTo(200);
        VICTIMS.put(login + "@" + domain, made.json().path("id").asText());
        return password;
    }

    /** Waits until both nodes know the account. */
    private static String session(String domain, String login, String password) {
        String path = "/rest/v1/iam/users/" + VICTIMS.get(login + "@" + domain) + "?domain=" + domain;
        await().atMost(SOON).until(() -> at(one).bearer(cluster)
                .get(path)
                .body()
                .equals(at(two).bearer(cluster).get(path).body()));
        return secret(at(one).session(domain, login, password));
    }

    private static String token(Client by, String domain, String name, String role) {
        Answer made = by.post("/rest/v1/iam/tokens?domain=" + domain, "{'name':'" + name + "','role':'" + role + "'}");
        assertThat(made.status()).as(made.toString()).isEqualTo(200);
        return secret(made.json().path("token").asText());
    }

    private static void prepare() {
        String rootSession = secret(at(one).session("mware.local", "admin", rootPassword));
        Client root = at(one).bearer(rootSession);
        Map<String, String> sessions = new LinkedHashMap<>();
        sessions.put("root", rootSession);
        String[][] accounts = {
            {"chief", "demo.mware.local", "administrator"},
            {"ann", "demo.mware.local", "user"},
            {"mia", "mware.local", "user"},
            {"otto", "other.mware.local", "administrator"},
        };
        for (String[] account : accounts) {
            String password = make(root, account[1], account[0], account[2]);
            sessions.put(account[0], session(account[1], account[0], password));
        }
        DOMAINS.values().forEach(domain -> make(root, domain, "vic", "user"));
        sessions.forEach((name, session) -> {
            CALLERS.put(name, at(one).bearer(session));
            CALLERS.put(name + " by cookie", at(one).cookie(session));
        });
        CALLERS.put("root's token", at(one).bearer(token(root, "mware.local", "roots", "administrator")));
        Client chief = CALLERS.get("chief");
        CALLERS.put("chief's token", at(one).bearer(token(chief, "demo.mware.local", "chiefs", "administrator")));
        CALLERS.put("ann's token", at(one).bearer(token(CALLERS.get("ann"), "demo.mware.local", "anns", "user")));
        CALLERS.put("cluster", at(one).bearer(cluster));
        CALLERS.put("stranger", at(one));
        for (Client caller : CALLERS.values()) { // the other node has heard of the last account and token
            await().atMost(SOON)
                    .until(() -> caller.headers().isEmpty()
                            || caller.to(two.httpAddress())
                                    .get("/rest/v1/iam/sessions/current")
                                    .isGood());
        }
    }

    /** What is done in a domain; the answer that counts. */
    private enum Deed {
        LIST_USERS((by, domain) -> by.get("/rest/v1/iam/users?domain=" + domain)),
        READ_A_USER((by, domain) -> by.get("/rest/v1/iam/users/" + VICTIMS.get("vic@" + domain) + "?domain=" + domain)),
        CHANGE_A_USER((by, domain) ->
                by.patch("/rest/v1/iam/users/" + VICTIMS.get("vic@" + domain) + "?domain=" + domain, "{'name':'Vic'}")),
        GIVE_RIGHTS((by, domain) -> by.patch(
                "/rest/v1/iam/users/" + VICTIMS.get("vic@" + domain) + "?domain=" + domain, "{'enabled':true}")),
        MAKE_AND_DELETE_A_USER((by, domain) -> thenDelete(
                by,
                "/rest/v1/iam/users",
                domain,
                "{'login':'u" + NUMBER.incrementAndGet() + "','pwd':'a password of nobody'}")),
        LIST_TOKENS((by, domain) -> by.get("/rest/v1/iam/tokens?domain=" + domain)),
        MAKE_AN_ADMINISTRATORS_TOKEN((by, domain) -> thenDelete(
                by,
                "/rest/v1/iam/tokens",
                domain,
                "{'name':'t" + NUMBER.incrementAndGet() + "','role':'administrator'}")),
        MAKE_A_USERS_TOKEN((by, domain) -> thenDelete(
                by, "/rest/v1/iam/tokens", domain, "{'name':'t" + NUMBER.incrementAndGet() + "','role':'user'}")),
        LIST_DOMAINS((by, domain) -> by.get("/rest/v1/domain/domains?domain=" + domain)),
        LIST_SETTINGS((by, domain) -> by.get("/rest/v1/domain/settings?domain=" + domain)),
        /** Answered by the active node: the other one forwards it. */
        SYSLOG_STATUS((by, domain) -> by.get("/api/syslogtrap/v1/status?domain=" + domain)),
        SYSTEM_STATE((by, domain) -> by.get("/api/monitor/v1/system/state")),
        LIST_ROUTES((by, domain) -> by.get("/api/routes/v1/routes")),
        METRICS((by, domain) -> by.get("/observe/metrics")),
        ASK_A_NODE((by, domain) -> by.get("/api/monitor/v1/system/node"));

        private final BiFunction<Client, String, Answer> deed;

        Deed(BiFunction<Client, String, Answer> deed) {
            this.deed = deed;
        }

        private static Answer thenDelete(Client by, String path, String domain, String body) {
            Answer made = by.post(path + "?domain=" + domain, body);
            if (!made.isGood()) {
                return made;
            }
            String id = made.json().path("id").asText();
            return by.delete(path + "/" + id + "?domain=" + domain);
        }
    }

    /** In which domains (m master, d demo, a below demo, o another) who may do what. */
    private static final String TABLE =
            """
            deed                         | root | chief | ann | mia  | otto | root's token | chief's token | ann's token | cluster | stranger
            LIST_USERS                   | mdao | da    | d   | m    | o    | mdao         | da            | -           | mdao    | -
            READ_A_USER                  | mdao | da    | -   | -    | o    | mdao         | da            | -           | mdao    | -
            CHANGE_A_USER                | mdao | da    | -   | -    | o    | mdao         | da            | -           | mdao    | -
            GIVE_RIGHTS                  | mdao | da    | -   | -    | o    | mdao         | da            | -           | mdao    | -
            MAKE_AND_DELETE_A_USER       | mdao | da    | -   | -    | o    | mdao         | da            | -           | mdao    | -
            LIST_TOKENS                  | mdao | da    | d   | m    | o    | mdao         | da            | -           | mdao    | -
            MAKE_AN_ADMINISTRATORS_TOKEN | mdao | da    | -   | -    | o    | -            | -             | -           | mdao    | -
            MAKE_A_USERS_TOKEN           | mdao | da    | da  | mdao | o    | -            | -             | -           | mdao    | -
            LIST_DOMAINS                 | mdao | da    | da  | mdao | o    | mdao         | da            | da          | mdao    | -
            LIST_SETTINGS                | mdao | da    | -   | -    | o    | mdao         | da            | -           | mdao    | -
            SYSLOG_STATUS                | mdao | da    | -   | -    | o    | mdao         | da            | -           | mdao    | -
            SYSTEM_STATE                 | mdao | -     | -   | -    | -    | mdao         | -             | -           | mdao    | -
            LIST_ROUTES                  | mdao | -     | -   | -    | -    | mdao         | -             | -           | mdao    | -
            METRICS                      | mdao | mdao  | mdao| mdao | mdao | mdao         | mdao          | mdao        | mdao    | -
            ASK_A_NODE                   | -    | -     | -   | -    | -    | -            | -             | -           | mdao    | -
            """;

    @Test
    @Order(1)
    void who_may_do_what_in_which_domain_by_session_cookie_and_token_on_both_nodes() {
        List<String> wrong = new ArrayList<>();
        int cells = 0;
        String[] lines = TABLE.split("\n");
        String[] names = lines[0].split("\\|");
        for (int row = 1; row < lines.length; row++) {
            String[] cell = lines[row].split("\\|");
            Deed deed = Deed.valueOf(cell[0].strip());
            for (int column = 1; column < cell.length; column++) {
                String name = names[column].strip();
                for (String way : List.of(name, name + " by cookie")) {
                    if (!CALLERS.containsKey(way)) {
                        continue;
                    }
                    for (Map.Entry<Character, String> domain : DOMAINS.entrySet()) {
                        boolean may = cell[column].strip().indexOf(domain.getKey()) >= 0;
                        for (MwareNode node : List.of(one, two)) {
                            cells++;
                            Answer answer = deed.deed.apply(CALLERS.get(way).to(node.httpAddress()), domain.getValue());
                            boolean fits =
                                    may ? answer.isGood() : answer.status() == (name.equals("stranger") ? 401 : 403);
                            if (!fits) {
                                wrong.add(way + " " + deed + " in " + domain.getValue() + " at " + node.name()
                                        + (may ? " may" : " must not") + ", but got " + answer.status() + " "
                                        + answer.body());
                            }
                        }
                    }
                }
            }
        }
        System.out.println("permissions: " + cells + " cells");
        assertThat(wrong).isEmpty();
        assertThat(cells).isGreaterThan(1_500);
    }

    @Test
    @Order(2)
    void an_account_sees_and_changes_itself_and_nothing_more() {
        Client ann = CALLERS.get("ann");
        String path = "/rest/v1/iam/users/" + VICTIMS.get("ann@demo.mware.local");

        assertThat(ann.get("/rest/v1/iam/users").json().findValuesAsText("login"))
                .containsExactly("ann");
        assertThat(ann.get("/rest/v1/iam/users?countonly=true").body()).isEqualTo("{\"count\":1}");
        assertThat(ann.get(path).json().path("login").asText()).isEqualTo("ann");
        assertThat(ann.patch(path, "{'name':'Ann Lee'}").status()).isEqualTo(200);
        assertThat(ann.patch(path, "{'roles':['administrator']}").status()).isEqualTo(403);
        assertThat(ann.patch(path, "{'pwd':'a new password'}").status()).isEqualTo(400);
        assertThat(ann.delete(path).status()).isEqualTo(403);
        assertThat(ann.get("/rest/v1/iam/tokens").json().findValuesAsText("name"))
                .containsExactly("anns");
        assertThat(CALLERS.get("ann's token").get(path).status()).isEqualTo(403);
        assertThat(ann.get("/rest/v1/iam/sessions/current").json().path("roles").toString())
                .isEqualTo("[\"user\"]");
    }

    @Test
    @Order(3)
    void strangers_get_health_and_the_log_in_and_nothing_else_of_all_paths() {
        JsonNode paths = at(one).bearer(cluster).get("/openapi.json").json().path("paths");
        var open = new TreeSet<String>();
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            String url = path.getKey().replaceAll("\\{[^}]*}", "x");
            for (String method : List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "LOOKUP")) {
                Answer answer = at(two).from("127.0.3.1").ask(method, url, method.startsWith("P") ? "{}" : "");
                if (answer.status() != 401) {
                    open.add(method + " " + path.getKey());
                }
                if (answer.status() >= 500) {
                    wrong.add(answer.toString());
                }
            }
        }
        assertThat(paths.size()).isGreaterThan(15);
        assertThat(wrong).isEmpty();
        assertThat(open)
                .containsExactlyInAnyOrder(
                        "GET /observe/health",
                        "HEAD /observe/health",
                        "GET /observe/health/live",
                        "HEAD /observe/health/live",
                        "GET /observe/health/ready",
                        "HEAD /observe/health/ready",
                        "POST /rest/v1/iam/sessions");
    }

    @Test
    @Order(4)
    void one_node_of_two_made_the_administrator_and_keeps_its_password_for_its_owner() throws Exception {
        assertThat(adminFiles()).hasSize(1);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(adminFiles().get(0))))
                .isEqualTo("rw-------");
        assertThat(CALLERS.get("root").get("/rest/v1/iam/users").json().findValuesAsText("login"))
                .containsOnlyOnce("admin");
        String said = one.process().said() + two.process().said();
        assertThat(said.split(rootPassword, -1)).as("printed once").hasSize(2);
    }

    private static void awaitRefused(Client at, String what) {
        long began = System.nanoTime();
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .pollDelay(Duration.ZERO)
                .until(() -> at.get("/rest/v1/iam/sessions/current").status() == 401);
        long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
        System.out.println("revoked: " + what + " after " + millis + " ms on the other node");
        assertThat(millis).as(what).isLessThan(1_000);
    }

    @Test
    @Order(5)
    void what_ends_a_session_or_a_token_on_one_node_ends_it_on_the_other_within_a_second() {
        Client root = CALLERS.get("root");
        String users = "/rest/v1/iam/users";
        String password = make(root, "demo.mware.local", "rob", "administrator");
        String rob = users + "/" + VICTIMS.get("rob@demo.mware.local") + "?domain=demo.mware.local";
        Map<String, Runnable> ends = new LinkedHashMap<>();
        ends.put("log-out", () -> {});
        ends.put(
                "disabled",
                () -> assertThat(root.patch(rob, "{'enabled':false}").status()).isEqualTo(200));
        ends.put("another password", () -> assertThat(
                        root.patch(rob, "{'pwd':'" + secret("another password of rob") + "'}")
                                .status())
                .isEqualTo(200));
        ends.put(
                "other roles",
                () -> assertThat(root.patch(rob, "{'roles':['user']}").status()).isEqualTo(200));
        ends.put("deleted", () -> assertThat(root.delete(rob).status()).isEqualTo(204));
        String now = password;
        for (Map.Entry<String, Runnable> end : ends.entrySet()) {
            String session = session("demo.mware.local", "rob", now);
            Client there = at(two).from("127.0.5.1").bearer(session);
            assertThat(there.get("/rest/v1/iam/sessions/current").status()).isEqualTo(200);
            end.getValue().run();
            if (end.getKey().equals("log-out")) {
                assertThat(at(one).bearer(session)
                                .delete("/rest/v1/iam/sessions/current")
                                .body())
                        .isEqualTo("{\"error_code\":0,\"result\":true}");
            }
            awaitRefused(there, end.getKey());
            if (end.getKey().equals("disabled")) {
                root.patch(rob, "{'enabled':true}");
            }
            now = end.getKey().equals("another password") ? "another password of rob" : now;
        }

        String tess = make(root, "demo.mware.local", "tess", "administrator");
        Client session = at(one).bearer(session("demo.mware.local", "tess", tess));
        for (String what : List.of("token of a disabled account", "token deleted")) {
            String token = token(session, "demo.mware.local", "t" + NUMBER.incrementAndGet(), "user");
            Client there = at(two).from("127.0.5.2").bearer(token);
            await().atMost(SOON)
                    .until(() -> there.get("/rest/v1/iam/sessions/current").isGood());
            String account = users + "/" + VICTIMS.get("tess@demo.mware.local") + "?domain=demo.mware.local";
            if (what.contains("disabled")) {
                root.patch(account, "{'enabled':false}");
            } else {
                String id = root.get("/rest/v1/iam/tokens?domain=demo.mware.local").json().findParents("name").stream()
                        .filter(one -> one.path("name").asText().equals("t" + NUMBER.get()))
                        .findFirst()
                        .orElseThrow()
                        .path("id")
                        .asText();
                assertThat(root.delete("/rest/v1/iam/tokens/" + id + "?domain=demo.mware.local")
                                .status())
                        .isEqualTo(204);
            }
            awaitRefused(there, what);
            root.patch(account, "{'enabled':true}");
            session = at(one).bearer(session("demo.mware.local", "tess", tess));
        }
    }

    @Test
    @Order(6)
    void five_failures_close_the_address_and_nobody_else() {
        Client brute = at(one).from("127.0.6.1");
        Client other = at(one).from("127.0.6.2");
        for (int i = 0; i < 5; i++) {
            assertThat(brute.with("X-Forwarded-For: 10.0.0." + i)
                            .logIn("mware.local", "admin", "wrong " + i)
                            .status())
                    .isEqualTo(401);
        }
        Answer refused = brute.logIn("mware.local", "admin", rootPassword);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(Integer.parseInt(refused.header("Retry-After").orElseThrow()))
                .isBetween(100, 180);
        assertThat(refused.body()).contains("127.0.6.1 is closed after 5 failed log-ins");
        Client session = CALLERS.get("root").from("127.0.6.1");
        assertThat(session.get("/rest/v1/iam/users").status())
                .as("with a good session")
                .isEqualTo(429);
        assertThat(brute.get("/observe/health").status()).isEqualTo(200);
        assertThat(brute.bearer(cluster).get("/api/monitor/v1/system/node").status())
                .as("a node that a stranger guesses from is not cut off")
                .isEqualTo(200);

        assertThat(other.logIn("mware.local", "admin", rootPassword).status()).isEqualTo(200);
        assertThat(session.from("127.0.6.2").get("/rest/v1/iam/users").status()).isEqualTo(200);

        for (int i = 0; i < 5; i++) {
            assertThat(at(one).from("127.0.6.3")
                            .bearer("mws.bm90aGluZw.bm90aGluZw")
                            .get("/rest/v1/iam/users")
                            .status())
                    .isEqualTo(401);
            assertThat(at(one).from("127.0.6.4")
                            .cookie("guess" + i)
                            .get("/rest/v1/iam/users")
                            .status())
                    .isEqualTo(401);
        }
        assertThat(at(one).from("127.0.6.3")
                        .logIn("mware.local", "admin", rootPassword)
                        .status())
                .isEqualTo(429);
        assertThat(at(one).from("127.0.6.4")
                        .logIn("mware.local", "admin", rootPassword)
                        .status())
                .isEqualTo(429);

        String over = at(two).session("mware.local", "admin", rootPassword);
        assertThat(at(one).bearer(over).delete("/rest/v1/iam/sessions/current").status())
                .isEqualTo(200);
        for (int i = 0; i < 8; i++) {
            assertThat(at(one).from("127.0.6.5")
                            .bearer(over)
                            .get("/rest/v1/iam/users")
                            .status())
                    .as("a genuine session that is over is no guess")
                    .isEqualTo(401);
        }
    }

    @Test
    @Order(7)
    void a_page_of_another_origin_cannot_use_the_session_of_a_browser() {
        Client root = CALLERS.get("root by cookie");
        String vic = "/rest/v1/iam/users/" + VICTIMS.get("vic@mware.local");

        assertThat(root.with("Sec-Fetch-Site: cross-site")
                        .patch(vic, "{'name':'x'}")
                        .status())
                .isEqualTo(403);
        assertThat(root.with("Origin: http://evil.example")
                        .patch(vic, "{'name':'x'}")
                        .status())
                .isEqualTo(403);
        assertThat(root.with("Origin: http://" + one.httpAddress())
                        .patch(vic, "{'name':'x'}")
                        .status())
                .isEqualTo(200);
        assertThat(root.with("Sec-Fetch-Site: same-origin")
                        .patch(vic, "{'name':'Vic'}")
                        .status())
                .isEqualTo(200);
        Answer cookie = at(one).post(
                        "/rest/v1/iam/sessions",
                        "{'domain':'mware.local','login':'admin','pwd':'" + rootPassword + "'}");
        assertThat(cookie.json().has("session_token")).isFalse();
        assertThat(cookie.header("Set-Cookie").orElseThrow())
                .matches("EraSession=mws\\.[A-Za-z0-9_.-]+; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict");
    }

    @Test
    @Order(8)
    void people_log_in_while_the_database_is_down_and_writes_say_why_they_do_not_work() {
        database.stop();
        try {
            await().atMost(SOON)
                    .until(() -> CALLERS.get("root")
                                    .post("/rest/v1/iam/users", "{'login':'late','pwd':'a password of nobody'}")
                                    .status()
                            == 503);
            for (MwareNode node : List.of(one, two)) {
                String session = secret(at(node).session("mware.local", "admin", rootPassword));
                assertThat(both().allMatch(other -> at(other)
                                .bearer(session)
                                .get("/rest/v1/iam/users")
                                .isGood()))
                        .isTrue();
                Answer refused =
                        at(node).bearer(session).post("/rest/v1/iam/users", "{'login':'l','pwd':'a password'}");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.json().path("error_message").asText()).contains("nothing was written");
                assertThat(at(node).bearer(session)
                                .delete("/rest/v1/iam/sessions/current")
                                .status())
                        .isEqualTo(200);
            }
            assertThat(CALLERS.get("ann's token").get("/rest/v1/domain/domains").status())
                    .isEqualTo(200);
        } finally {
            database.resume();
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> CALLERS.get("root")
                .patch("/rest/v1/iam/users/" + VICTIMS.get("vic@mware.local"), "{'name':'Vic'}")
                .isGood());
    }

    @Test
    @Order(9)
    void the_last_administrator_stays_and_whoever_holds_the_cluster_secret_gets_back_in() throws Exception {
        Client root = CALLERS.get("root");
        String admin = "/rest/v1/iam/users/"
                + root.get("/rest/v1/iam/sessions/current").json().path("user").asText();
        assertThat(root.patch(admin, "{'enabled':false}").status()).isEqualTo(409);
        assertThat(root.patch(admin, "{'roles':['user']}").status()).isEqualTo(409);
        assertThat(root.delete(admin).status()).isEqualTo(409);
        assertThat(root.post("/api/iam/v1/administrator/reset", "").status()).isEqualTo(403);

        Command.Result reset = mware("admin", "reset", "--data", two.data().toString());

        assertThat(reset.exitCode()).as(reset.output()).isZero();
        var properties = new Properties();
        properties.load(new StringReader(Files.readString(two.data().resolve("admin.properties"))));
        String password = secret(properties.getProperty("password"));
        assertThat(reset.output()).contains("administrator admin@mware.local: password " + password);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(two.data().resolve("admin.properties"))))
                .isEqualTo("rw-------");
        assertThat(at(two).logIn("mware.local", "admin", password).status()).isEqualTo(200);
        await().atMost(SOON).until(() -> root.get("/rest/v1/iam/users").status() == 401);
        await().atMost(SOON)
                .until(() -> at(one).from("127.0.9.1")
                                .logIn("mware.local", "admin", rootPassword)
                                .status()
                        == 401);
        assertThat(mware("admin").exitCode()).isEqualTo(2);
    }

    private static Command.Result mware(String... arguments) {
        Path dist = Path.of(System.getProperty("mware.dist", "target/mware")).toAbsolutePath();
        List<String> command = new ArrayList<>(
                List.of(System.getProperty("java.home") + "/bin/java", "-cp", dist + "/lib/*", "mware.Mware"));
        command.addAll(List.of(arguments));
        return Command.attempt("", command);
    }

    @Test
    @Order(10)
    void secrets_are_in_no_answer_no_log_no_table_and_no_process_list() throws Exception {
        SECRETS.add("wrong 1");
        StringBuilder all = new StringBuilder();
        for (MwareNode node : List.of(one, two)) {
            try (Stream<Path> logs = Files.walk(node.data().resolve("log"))) {
                for (Path file : logs.filter(Files::isRegularFile).toList()) {
                    all.append(file).append('\n').append(Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
            all.append(Files.readString(Path.of("/proc/" + node.process().pid() + "/cmdline")));
            for (String domain : DOMAINS.values()) {
                for (String path : List.of("iam/users", "iam/tokens", "domain/settings")) {
                    all.append(at(node).bearer(cluster)
                            .get("/rest/v1/" + path + "?domain=" + domain)
                            .body());
                }
            }
            all.append(
                    at(node).bearer(cluster).get("/api/monitor/v1/system/state").body());
            all.append(at(node).bearer(cluster).get("/observe/metrics").body());
        }
        all.append(rows());
        String text = all.toString();

        assertThat(text)
                .contains("who=admin@mware.local", "from=127.0.6.1", "token:roots@mware.local", "\"login\":\"vic\"");
        assertThat(SECRETS.stream().filter(text::contains).toList()).isEmpty();
        assertThat(SECRETS.size()).isGreaterThan(15);
        String shown = at(one).bearer(cluster).get("/rest/v1/iam/users").body();
        assertThat(shown).doesNotContain("argon2", "stamp", "pwd");
        assertThat(at(one).bearer(cluster)
                        .get("/rest/v1/iam/tokens?domain=demo.mware.local")
                        .body())
                .doesNotContain("hash", "mwt.");
    }

    /** All that the database holds, in its own words. */
    private static String rows() throws SQLException {
        var all = new StringBuilder();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet names =
                    statement.executeQuery("select tablename from pg_tables where schemaname = 'public'")) {
                while (names.next()) {
                    tables.add(names.getString(1));
                }
            }
            assertThat(tables).hasSizeGreaterThan(1);
            for (String table : tables) {
                try (ResultSet rows = statement.executeQuery("select t::text from " + table + " t")) {
                    while (rows.next()) {
                        all.append(table).append(rows.getString(1)).append('\n');
                    }
                }
            }
        }
        return all.toString();
    }

    @Test
    @Order(11)
    void the_audit_log_says_who_what_from_where_and_when() throws Exception {
        StringBuilder all = new StringBuilder();
        for (MwareNode node : List.of(one, two)) {
            try (Stream<Path> logs = Files.walk(node.data().resolve("log/" + node.name() + "/iam"))) {
                for (Path file : logs.filter(Files::isRegularFile).toList()) {
                    assertThat(file.getFileName().toString()).matches("audit_\\d{4}-\\d\\d-\\d\\d\\.\\d{4}\\.log");
                    all.append(Files.readString(file));
                }
            }
        }
        assertThat(all.toString().lines().toList())
                .anyMatch(line -> line.matches("2\\d{3}-.* log-in who=chief@demo\\.mware\\.local from=127\\.0\\.0\\.1"
                        + " request=[0-9a-f]{16} session=\\S+"))
                .anyMatch(line -> line.matches(".* refused who=admin@mware\\.local from=127\\.0\\.6\\.1 .*log-in.*"))
                .anyMatch(line -> line.matches(".* refused who=- from=127\\.0\\.6\\.3 .*an unknown token.*"))
                .anyMatch(line -> line.matches(".* closed from=127\\.0\\.6\\.1 for=180s .*"))
                .anyMatch(line -> line.matches(".* log-out who=rob@demo\\.mware\\.local from=127\\.0\\.0\\.1 .*"))
                .anyMatch(
                        line -> line.matches(".* reset-administrator who=admin@mware\\.local from=127\\.0\\.0\\.1 .*"))
                .anyMatch(line -> line.matches(".* first-administrator who=admin@mware\\.local .*"));
    }
}
