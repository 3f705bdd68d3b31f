package mware.core.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import mware.core.cluster.ClusterSecret;
import mware.core.cluster.Ensemble;
import mware.core.cluster.ZooKeeperConnection;
import mware.core.config.ActiveConfiguration;
import mware.core.config.Configuration;
import mware.core.config.ConfigurationReader;
import mware.core.config.DefaultSite;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import mware.core.rollout.Revision.State;
import mware.core.store.Entity;
import mware.core.store.Packed;
import mware.core.store.Store.Trace;
import mware.core.store.Store.Write;
import mware.core.store.ZooKeeperStore;
import mware.testing.TcpLink;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node starts with, and how it follows, on a real ZooKeeper. */
class RolloutTest {

    private static final String SITE = new String(DefaultSite.text(), StandardCharsets.UTF_8);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir
    Path data;

    private TestingServer zooKeeper;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void startZooKeeper() throws Exception {
        zooKeeper = Ensemble.server();
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        zooKeeper.close();
    }

    /** A site of another name for the working domain, so that configurations can be told apart. */
    private static String site(String domain) {
        return SITE.replace("demo.mware.local", domain + ".mware.local");
    }

    private final class Node implements Rollout.Host {
        final Deviations deviations = new Deviations(Clock.systemUTC());
        final List<String> heard = new CopyOnWriteArrayList<>();
        final Path folder;
        final ZooKeeperStore store;
        final ZooKeeperConnection connection;
        final Rollout rollout;
        ActiveConfiguration active;

        Node(String name, String file, String hosts) {
            try {
                folder = Files.createDirectories(data.resolve(name));
                var secret = ClusterSecret.load(folder, Optional.of("a secret of this test"));
                connection = new ZooKeeperConnection(hosts, Duration.ofSeconds(1), secret, true, deviations);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            open.add(connection);
            store = new ZooKeeperStore(connection, Duration.ofSeconds(3), Optional::empty);
            open.add(store);
            rollout = new Rollout(
                    "mware1",
                    store,
                    new LastConfiguration(folder),
                    FirstConfiguration.of("site.json", true, file.getBytes(StandardCharsets.UTF_8)),
                    deviations,
                    new Checks(),
                    Clock.systemUTC());
            open.add(rollout);
            connection.start();
        }

        Node(String name, String file) {
            this(name, file, zooKeeper.getConnectString());
        }

        Configuration begin(Duration patience) {
            Configuration first = rollout.begin(patience).orElseThrow();
            active = new ActiveConfiguration(first);
            return first;
        }

        Node run() {
            begin(PATIENCE);
            rollout.follow(connection, active, this);
            return this;
        }

        String domain() {
            return active.current().domains().get(1).name();
        }

        String deviation(String key) {
            return deviations.open().stream()
                    .filter(one ->
                            one.category().equals("configuration") && one.key().equals(key))
                    .map(Deviation::reason)
                    .findFirst()
                    .orElse("");
        }

        List<Revision> revisions() {
            return store.known(Revision.COLLECTION).stream().map(Revision::new).toList();
        }

        /** As the API does it, without its checks. */
        void apply(String text) {
            Packed content = Packed.of(ConfigurationReader.json(text.getBytes(StandardCharsets.UTF_8))
                    .orElseThrow());
            Revision former = Revision.active(revisions()).orElseThrow();
            var body = former.bodyCopy();
            body.put("state", State.VALIDATED.word());
            body.set("content", content.asNode());
            body.withObjectProperty("ext").removeAll();
            body.withObjectProperty("ext").put("digest", content.digest());
            var draft = new Entity(
                    java.util.UUID.randomUUID().toString(),
                    former.entity().domain(),
                    null,
                    body,
                    former.entity().created(),
                    former.entity().modified(),
                    1,
                    false);
            write(List.of(draft));
            write(LifeCycle.applied(
                    new Revision(draft),
                    former,
                    "admin@mware.local",
                    "night",
                    Clock.systemUTC().instant()));
        }

        void write(List<Entity> entities) {
            store.write(entities.stream()
                    .map(one -> new Write(Revision.COLLECTION, one, new Trace("admin", "", "", "change", List.of())))
                    .toList());
        }

        @Override
        public void compared(boolean isNow) {
            heard.add(isNow ? "compared" : "not compared");
        }

        @Override
        public void startAgain(String why) {
            heard.add("start again: " + why);
        }

        @Override
        public void end(String why) {
            heard.add("end: " + why);
        }
    }

    @Test
    void the_first_file_becomes_version_1_and_a_node_with_another_file_uses_it_and_says_so() {
        var first = new Node("a", SITE).run();
        assertThat(first.rollout.version()).hasValue(1L);
        Revision made = Revision.active(first.revisions()).orElseThrow();
        assertThat(made.ext().path("reason").asText()).contains("site.json");

        var second = new Node("b", site("other")).run();

        assertThat(second.domain()).isEqualTo("demo.mware.local");
        await().until(() -> second.heard.contains("compared"));
        assertThat(second.deviation("file"))
                .contains("site.json differs from the configuration in force, which is version 1");
        assertThat(first.deviation("file")).isEmpty();
        assertThat(second.revisions()).hasSize(1);
    }

    @Test
    void of_two_nodes_that_start_at_once_with_different_files_one_gives_way() {
        var one = new Node("a", SITE);
        var other = new Node("b", site("other"));
        var starting = List.of(one, other).parallelStream().map(Node::run).toList();

        await().until(() -> starting.stream().allMatch(node -> node.heard.contains("compared")));
        await().until(() -> one.domain().equals(other.domain()));
        assertThat(one.revisions().stream().filter(each -> each.state() == State.ACTIVE))
                .hasSize(1);
    }

    @Test
    void what_is_applied_is_in_force_on_every_node_and_kept_in_its_folder_for_its_owner_only() throws Exception {
        var first = new Node("a", SITE).run();
        var second = new Node("b", SITE).run();

        first.apply(site("other"));

        await().atMost(Duration.ofSeconds(2))
                .until(() ->
                        first.domain().startsWith("other") && second.domain().startsWith("other"));
        assertThat(second.rollout.version()).hasValue(2L);
        Path copy = second.folder.resolve("configuration.json");
        await().untilAsserted(() -> assertThat(copy).content().contains("other.mware.local"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                .isEqualTo("rw-------");
    }

    @Test
    void a_node_starts_with_its_copy_while_ZooKeeper_is_away_and_is_not_compared_until_it_is_back() throws Exception {
        var before = new Node("a", SITE).run();
        before.apply(site("other"));
        await().until(() -> before.domain().startsWith("other"));
        await().untilAsserted(() -> assertThat(before.folder.resolve("configuration.json"))
                .content()
                .contains("other."));
        var elsewhere = new Node("b", SITE).run();
        before.rollout.close();
        before.store.close();
        before.connection.close();
        elsewhere.apply(site("third"));
        var link = new TcpLink(zooKeeper.getPort());
        open.add(link);
        link.cut();

        var again = new Node("a", SITE, link.address());
        assertThat(again.begin(Duration.ofMillis(300)).domains().get(1).name()).isEqualTo("other.mware.local");
        again.rollout.follow(again.connection, again.active, again);
        await().during(Duration.ofMillis(500)).until(() -> again.heard.isEmpty());

        link.mend();
        await().atMost(Duration.ofSeconds(15)).until(() -> again.heard.contains("compared"));
        assertThat(again.domain()).isEqualTo("third.mware.local");
    }

    @Test
    void a_session_that_ends_ends_what_was_compared_and_a_short_cut_does_not() throws Exception {
        var link = new TcpLink(zooKeeper.getPort());
        open.add(link);
        var node = new Node("a", SITE, link.address()).run();
        await().until(() -> node.heard.contains("compared"));

        link.blip();
        await().during(Duration.ofMillis(700)).until(() -> !node.heard.contains("not compared"));
        link.cut();
        await().pollDelay(Duration.ofMillis(2500)).until(() -> true);
        link.mend();

        await().atMost(Duration.ofSeconds(15)).until(() -> node.heard.contains("not compared"));
        await().atMost(Duration.ofSeconds(15))
                .until(() -> node.heard.get(node.heard.size() - 1).equals("compared"));
    }

    @Test
    void when_ZooKeeper_has_lost_all_the_copy_is_put_in_force_again() throws Exception {
        var before = new Node("a", SITE).run();
        before.apply(site("other"));
        await().until(() -> before.rollout.version().equals(Optional.of(2L)));
        await().untilAsserted(() -> assertThat(before.folder.resolve("configuration.json"))
                .content()
                .contains("other."));
        before.rollout.close();
        before.store.close();
        before.connection.close();
        zooKeeper.close();
        zooKeeper = Ensemble.server();

        var again = new Node("a", SITE).run();

        assertThat(again.domain()).isEqualTo("other.mware.local");
        await().until(() -> again.rollout.version().equals(Optional.of(2L)));
        again.apply(site("third"));
        await().until(() -> again.rollout.version().equals(Optional.of(3L)));
    }

    @Test
    void a_newer_copy_is_put_aside_when_ZooKeeper_has_an_older_one() throws Exception {
        var elsewhere = new Node("b", site("old")).run();
        await().until(() -> elsewhere.heard.contains("compared"));
        var copy = new LastConfiguration(Files.createDirectories(data.resolve("a")));
        Revision active = Revision.active(elsewhere.revisions()).orElseThrow();
        var body = active.bodyCopy();
        body.withObjectProperty("ext").put("version", 7).put("versions", 7);
        copy.write(new Revision(active.next(body, Clock.systemUTC().instant())));

        var node = new Node("a", SITE).run();

        assertThat(node.domain()).isEqualTo("old.mware.local");
        assertThat(node.deviation("older")).contains("version 1").contains("version 7");
        assertThat(node.folder.resolve("configuration-7.json")).exists();
    }

    @Test
    void a_part_that_throws_does_not_stop_the_others_and_is_told() {
        var node = new Node("a", SITE).run();
        List<String> taken = new CopyOnWriteArrayList<>();
        node.active.onApply(next -> {
            throw new IllegalStateException("no port");
        });
        node.active.onApply(next -> taken.add(next.domains().get(1).name()));

        node.apply(site("other"));

        await().until(() -> taken.contains("other.mware.local"));
        await().untilAsserted(() -> assertThat(node.deviation("parts")).contains("no port"));
    }

    @Test
    void one_that_a_node_cannot_use_or_that_was_changed_past_the_API_is_not_taken() {
        var node = new Node("a", SITE).run();
        await().until(() -> node.heard.contains("compared"));

        node.apply(SITE.replace("\"group\": 1", "\"group\": 1, \"unheard\": 1"));
        await().untilAsserted(() -> assertThat(node.deviation("version"))
                .contains("version 2 is active, but this node goes on with version 1")
                .contains("unheard"));

        node.apply(site("good"));
        await().untilAsserted(() -> assertThat(node.deviation("version")).isEmpty());
        Revision active = Revision.active(node.revisions()).orElseThrow();
        var body = active.bodyCopy();
        body.withObjectProperty("ext").put("digest", "0");
        body.set(
                "content",
                Packed.of(ConfigurationReader.json(site("evil").getBytes(StandardCharsets.UTF_8))
                                .orElseThrow())
                        .asNode());
        node.write(List.of(active.next(body, Clock.systemUTC().instant())));
        await().untilAsserted(() -> assertThat(node.deviation("version")).contains("changed past the API"));
        assertThat(node.domain()).isEqualTo("good.mware.local");
    }

    @Test
    void a_node_that_gets_another_group_starts_again_and_one_without_a_role_ends() {
        var node = new Node("a", SITE).run();
        await().until(() -> node.heard.contains("compared"));

        node.apply(SITE.replace("\"group\": 1", "\"group\": 2"));
        await().until(() -> node.heard.stream().anyMatch(each -> each.startsWith("start again")));
        assertThat(node.heard)
                .containsSubsequence(
                        "not compared",
                        "start again: version 2 of the configuration moves this node: its group is 2 instead of 1");

        node.apply(SITE.replace("mware1", "mware9"));
        await().until(() ->
                node.heard.contains("end: version 3 of the configuration has no enabled mware role mware1"));
    }
}
