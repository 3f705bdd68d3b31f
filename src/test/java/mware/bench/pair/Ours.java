package mware.bench.pair;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import mware.testing.Command;
import mware.testing.MwareNode;
import mware.testing.pg.PgHost;
import mware.testing.pg.PgLab;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A packaged mware node on a host of its own. */
final class Ours implements Keeper {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PAIR = "/api/pg/v1/groups/lab";

    private final int promoteAfter;
    private final boolean guard;
    private final boolean synchronous;
    private @Nullable MwareNode node;
    private @Nullable PgLab lab;

    Ours(int promoteAfter, boolean guard, boolean synchronous) {
        this.promoteAfter = promoteAfter;
        this.guard = guard;
        this.synchronous = synchronous;
    }

    @Override
    public void start(PgLab with) throws IOException {
        lab = with.pair();
        Path folder = Files.createDirectories(with.folder().resolve("mware"));
        var host = with.network().host("mware1");
        node = MwareNode.in(folder)
                .node("mware1")
                .on(host)
                .launcher()
                .http(host.address() + ":8080")
                .config(Files.writeString(
                        folder.resolve("site.json"), site(with, host.address()).toPrettyString()))
                .start();
        node.awaitHealthy();
        Awaitility.await().atMost(Duration.ofSeconds(90)).until(this::isReady);
    }

    /** Healthy, the guard seen, and commits wait where they are to. */
    private boolean isReady() throws IOException {
        JsonNode now = ask("GET", "", "");
        return now.path("state").asText().equals("healthy")
                && (!guard || now.toString().contains("\"guarded\":true"))
                && (!synchronous || now.toString().contains("\"eligible\":true"));
    }

    private ObjectNode site(PgLab with, String address) {
        ObjectNode site = JSON.createObjectNode();
        site.putArray("sites").addObject().put("name", "main").put("master", true);
        site.putArray("domains")
                .addObject()
                .put("name", "mware.local")
                .putArray("sites")
                .add("main");
        site.putArray("servers")
                .addObject()
                .put("name", "host1")
                .put("site", "main")
                .putObject("ifaces")
                .put("lan", address);
        ObjectNode role = site.putArray("roles")
                .addObject()
                .put("name", "mware1")
                .put("roletype", "mware")
                .put("iface", "lan")
                .put("group", 1)
                .put("order", 10);
        ObjectNode pair = role.putArray("pg_controller")
                .addObject()
                .put("key", "lab")
                .put("referee", with.referee())
                .put("promote_after", promoteAfter)
                .put("guard", guard)
                .put("synchronous", synchronous);
        var servers = pair.putArray("servers");
        for (PgHost host : List.of(with.a(), with.b())) {
            servers.addObject()
                    .put("pg_host", host.address())
                    .put("ssh_port", PgHost.SSH_PORT)
                    .put("ssh_user", "postgres")
                    .put("ssh_pwd", PgHost.SSH_PASSWORD)
                    .put("pg_port", PgHost.PORT)
                    .put("pg_replica_user", PgLab.REPLICA)
                    .put("pg_replica_pwd", PgLab.REPLICA_PASSWORD)
                    .put("pg_ctl_command", PgHost.BIN + "/pg_ctl")
                    .put("pg_basebackup_command", PgHost.BIN + "/pg_basebackup")
                    .put("pg_data_folder", host.data().toString())
                    .put("pg_backup_folder", host.backups().toString())
                    .put("pg_log_filepath", host.log().toString());
        }
        var structure = site.putArray("structure").addObject().put("site", "main");
        structure
                .putArray("servers")
                .addObject()
                .put("server", "host1")
                .putArray("roles")
                .add("mware1");
        return site;
    }

    private JsonNode ask(String method, String path, String body) throws IOException {
        MwareNode of = Objects.requireNonNull(node);
        String secret = Files.readAllLines(of.data().resolve("cluster.secret")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .findFirst()
                .orElseThrow();
        var request = HttpRequest.newBuilder(URI.create("http://" + of.httpAddress() + PAIR + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + secret)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            var answer = HTTP.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void switchover() throws IOException {
        ask("POST", "/switchover", "{\"reason\": \"bench\"}");
    }

    @Override
    public void boot(PgHost host) {
        host.start(); // as a master, before anybody can look
    }

    @Override
    public double target(char which) {
        return switch (which) {
            case 'A' -> 3;
            case 'D' -> 1.3;
            default -> promoteAfter + 3;
        };
    }

    @Override
    public void close() {
        MwareNode of = node;
        if (of != null) {
            Command.attempt(
                    "",
                    List.of(
                            "sh",
                            "-c",
                            "mkdir -p target/pg-failover && cat $(find " + of.data()
                                    + "/log -name 'pgctrl_*') >>target/pg-failover/bench.log"));
            of.close();
        }
    }
}
