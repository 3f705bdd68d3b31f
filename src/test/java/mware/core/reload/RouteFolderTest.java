package mware.core.reload;

import static mware.core.reload.Node.says;
import static mware.core.reload.Node.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Route;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFolderTest {

    @TempDir
    Path home;

    private Node node;

    @BeforeEach
    void start() throws IOException {
        node = new Node(home);
        node.save("OneRoutes.java", service("OneRoutes", "one", "first"));
        node.save("TwoRoutes.java", says("TwoRoutes", "two", "first"));
        node.active(true);
        node.start();
        await().until(() -> node.runs("one"));
        await().until(node::isHealthy);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void a_changed_file_runs_its_new_routes() throws IOException {
        node.save("TwoRoutes.java", says("TwoRoutes", "two", "second"));

        await().atMost(Duration.ofSeconds(5))
                .until(() -> node.ask("two", "it is the").equals("it is the second"));
        assertThat(node.isHealthy()).isTrue();
    }

    @Test
    void a_reload_on_the_active_node_keeps_it_active() throws IOException {
        node.save("OneRoutes.java", service("OneRoutes", "one", "second"));

        await().until(() -> node.calls.ticks("second") > 2);
        int former = node.calls.ticks("first");
        await().until(() -> node.calls.ticks("second") > 5);
        assertThat(node.calls.ticks("first")).isEqualTo(former);
        assertThat(node.runs("one")).isTrue();
        node.active(false);
        await().until(() -> !node.runs("one"));
        node.active(true);
        await().until(() -> node.runs("one"));
    }

    @Test
    void a_reload_on_a_passive_node_leaves_it_passive() throws IOException {
        node.active(false);
        await().until(() -> !node.runs("one"));
        assertThat(node.isHealthy()).isTrue();

        node.save("OneRoutes.java", service("OneRoutes", "one", "second"));

        await().until(() -> node.ask("one.step", "it is the").equals("it is the second"));
        assertThat(node.runs("one")).isFalse();
        assertThat(node.isHealthy()).isTrue();
        assertThat(node.calls.ticks("second")).isZero();
    }

    @Test
    void a_file_that_does_not_compile_leaves_its_service_running_until_it_is_mended() throws IOException {
        Route before = node.context.getRoute("one");

        node.save("OneRoutes.java", service("OneRoutes", "one", "second").replace("setBody(", "setBdy("));

        await().until(() -> !node.isHealthy());
        assertThat(node.health().getMessage().orElseThrow())
                .startsWith("OneRoutes.java:9: ")
                .contains("setBdy");
        assertThat(node.wrong().get("OneRoutes.java")).contains("OneRoutes.java:9: ", "its former routes go on");
        assertThat(node.context.getRoute("one")).isSameAs(before);
        assertThat(node.runs("one")).isTrue();

        node.save("TwoRoutes.java", says("TwoRoutes", "two", "second"));
        await().until(() ->
                node.ask("two", "others still reload, as the").equals("others still reload, as the second"));

        node.save("OneRoutes.java", service("OneRoutes", "one", "third"));
        await().until(() -> node.calls.ticks("third") > 0);
        await().until(node::isHealthy);
        assertThat(node.wrong()).isEmpty();
        assertThat(node.calls.ticks("second")).isZero();
    }

    @Test
    void a_file_that_goes_back_to_what_runs_is_mended_without_a_reload() throws IOException {
        Route before = node.context.getRoute("one");
        node.save("OneRoutes.java", "nonsense");
        await().until(() -> !node.isHealthy());

        node.save("OneRoutes.java", service("OneRoutes", "one", "first"));

        await().until(node::isHealthy);
        assertThat(node.context.getRoute("one")).isSameAs(before);
    }

    @Test
    void routes_that_cannot_be_built_stop_nothing() throws IOException {
        Route before = node.context.getRoute("one");

        node.save(
                "OneRoutes.java",
                service("OneRoutes", "one", "second").replace(".bean(\"calls\", \"tick\")", ".to(\"nowhere:x\")"));

        await().until(() -> !node.isHealthy());
        assertThat(node.wrong().get("OneRoutes.java")).contains("route one: ", "nowhere", "its former routes go on");
        assertThat(node.context.getRoute("one")).isSameAs(before);
    }

    @Test
    void a_configure_that_throws_names_its_line() throws IOException {
        node.save(
                "TwoRoutes.java",
                says("TwoRoutes", "two", "second").replace("step(", "the(java.util.concurrent.Phaser.class); step("));

        await().until(() -> !node.isHealthy());
        assertThat(node.wrong().get("TwoRoutes.java"))
                .startsWith("TwoRoutes.java:8: ")
                .contains("Phaser");
        assertThat(node.ask("two", "it is the")).isEqualTo("it is the first");
    }

    @Test
    void an_error_in_configure_is_told_like_an_exception_and_the_folder_is_watched_on() throws IOException {
        node.save(
                "TwoRoutes.java",
                says("TwoRoutes", "two", "second")
                        .replace("step(", "Runnable deep = this::configure; deep.run(); step("));

        await().until(() -> !node.isHealthy());
        assertThat(node.wrong().get("TwoRoutes.java"))
                .startsWith("TwoRoutes.java:8: StackOverflowError; its former routes go on");

        node.save("TwoRoutes.java", says("TwoRoutes", "two", "third"));
        await().until(() -> node.ask("two", "it is the").equals("it is the third"));
        await().until(node::isHealthy);
    }

    @Test
    void a_byte_order_mark_is_read_over_and_what_is_not_utf_8_is_named_with_its_line() throws IOException {
        String text = says("TwoRoutes", "two", "sécond");
        node.save("TwoRoutes.java", "\uFEFF" + text);
        await().until(() -> node.ask("two", "it is the").equals("it is the sécond"));

        Files.writeString(node.routes.resolve("TwoRoutes.java"), text, StandardCharsets.ISO_8859_1);

        await().until(() -> !node.isHealthy());
        assertThat(node.wrong().get("TwoRoutes.java")).startsWith("TwoRoutes.java:9: is not in UTF-8");
    }

    @Test
    void a_file_too_large_to_compile_is_refused_and_odd_names_are_no_trouble() throws IOException {
        node.save("TwoRoutes.java", "x".repeat(600_000));
        node.save("TwoRoutes (copy).java", says("TwoRoutes", "copy", "second"));

        await().until(() -> node.wrong().size() == 2);
        assertThat(node.wrong().get("TwoRoutes.java"))
                .startsWith("TwoRoutes.java: cannot be read: it is larger than 512 KiB");
        assertThat(node.wrong().get("TwoRoutes (copy).java"))
                .contains("TwoRoutes is public, should be declared in a file named TwoRoutes.java");
    }

    @Test
    void routes_that_do_not_start_are_taken_back() throws IOException {
        node.save(
                "TwoRoutes.java",
                says("TwoRoutes", "two", "second")
                        .replace(
                                "step(\"two\")",
                                "onEveryNode(\"two.taken\", \"direct:one.step\").log(\"x\"); step(\"two\")"));

        await().until(() -> !node.isHealthy());
        assertThat(node.wrong().get("TwoRoutes.java")).contains("Multiple consumers", "its former routes go on");
        assertThat(node.ask("two", "it is the")).isEqualTo("it is the first");
        assertThat(node.has("two.taken")).isFalse();
    }

    @Test
    void a_new_file_is_taken_and_a_deleted_one_stops() throws IOException {
        node.save("ThreeRoutes.java", service("ThreeRoutes", "three", "first"));
        await().until(() -> node.calls.ticks("first") > 0 && node.runs("three"));

        Files.delete(node.routes.resolve("ThreeRoutes.java"));

        await().until(() -> !node.has("three") && !node.has("three.step"));
        assertThat(node.runs("one")).isTrue();
        assertThat(node.isHealthy()).isTrue();
    }

    @Test
    void a_route_that_the_new_version_no_longer_holds_stops() throws IOException {
        node.save("OneRoutes.java", says("OneRoutes", "one.step", "second"));

        await().until(() -> node.ask("one.step", "it is the").equals("it is the second"));
        assertThat(node.has("one")).isFalse();
    }

    @Test
    void a_renamed_file_keeps_its_service_running() throws IOException {
        node.save("UnoRoutes.java", service("UnoRoutes", "one", "second"));
        Files.delete(node.routes.resolve("OneRoutes.java"));

        await().until(() -> node.calls.ticks("second") > 0);
        await().until(node::isHealthy);
        await().during(Duration.ofMillis(800)).until(() -> node.runs("one"));
        assertThat(node.folder.files())
                .extracting(FileReport::file)
                .containsExactly("TwoRoutes.java", "UnoRoutes.java");
    }

    @Test
    void a_file_that_is_renamed_but_not_its_class_goes_on_until_the_class_is_renamed_too() throws IOException {
        Files.move(node.routes.resolve("OneRoutes.java"), node.routes.resolve("UnoRoutes.java"));

        await().until(() -> !node.isHealthy());
        assertThat(node.wrong().get("UnoRoutes.java"))
                .contains("OneRoutes is public, should be declared in a file named OneRoutes.java");
        await().during(Duration.ofMillis(700)).until(() -> node.runs("one"));

        node.save("UnoRoutes.java", service("UnoRoutes", "one", "second"));

        await().until(() -> node.calls.ticks("second") > 0);
        await().until(node::isHealthy);
        assertThat(node.wrong()).isEmpty();
    }

    @Test
    void a_file_that_is_saved_half_and_completed_later_is_no_failure() throws Exception {
        String text = service("OneRoutes", "one", "second");
        var raised = new java.util.concurrent.CopyOnWriteArrayList<String>();
        node.deviations.onChange((deviation, isRaised) -> raised.add(deviation.reason()));

        node.save("OneRoutes.java", text.substring(0, text.length() / 2));
        Instant half = Instant.now();
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> Duration.between(half, Instant.now()).toMillis() >= 300);
        node.save("OneRoutes.java", text);

        await().until(() -> node.calls.ticks("second") > 0);
        assertThat(raised).isEmpty();
        assertThat(node.isHealthy()).isTrue();
    }

    @Test
    void a_file_that_is_only_touched_is_not_reloaded() throws IOException {
        Route before = node.context.getRoute("two");

        Files.setLastModifiedTime(
                node.routes.resolve("TwoRoutes.java"),
                FileTime.from(Instant.now().plusSeconds(5)));

        await().during(Duration.ofMillis(700)).until(() -> node.context.getRoute("two") == before);
    }

    @Test
    void a_route_id_of_another_file_is_refused_until_that_file_gives_it_up() throws IOException {
        node.save("ThreeRoutes.java", says("ThreeRoutes", "two", "third"));

        await().until(() -> !node.isHealthy());
        assertThat(node.wrong().get("ThreeRoutes.java"))
                .contains("ThreeRoutes.java: the route id two is in use by TwoRoutes.java");
        assertThat(node.ask("two", "it is the")).isEqualTo("it is the first");

        node.save("TwoRoutes.java", says("TwoRoutes", "other", "second"));

        await().until(() -> node.ask("two", "it is the").equals("it is the third"));
        await().until(node::isHealthy);
    }

    @Test
    void work_in_flight_finishes_before_its_route_is_replaced() throws Exception {
        node.save(
                "SlowRoutes.java",
                says("SlowRoutes", "slow", "first").replace(".transform", ".delay(600).syncDelayed().end().transform"));
        await().until(() -> node.runs("slow"));
        var answer = java.util.concurrent.CompletableFuture.supplyAsync(() -> node.ask("slow", "it is the"));
        await().until(() -> node.context.getInflightRepository().size("slow") == 1);

        node.save("SlowRoutes.java", says("SlowRoutes", "slow", "second"));

        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("it is the first");
        await().until(() -> node.ask("slow", "it is the").equals("it is the second"));
    }

    @Test
    void a_folder_that_cannot_be_read_stops_nothing() throws IOException {
        Path away = home.resolve("away");
        Files.move(node.routes, away);

        await().until(() -> !node.isHealthy());
        await().during(Duration.ofMillis(800)).until(() -> node.runs("one"));

        Files.move(away, node.routes);
        await().until(node::isHealthy);
        assertThat(node.wrong()).isEmpty();
    }

    @Test
    void a_reload_that_is_asked_for_takes_a_file_although_it_has_not_changed() throws Exception {
        Route before = node.context.getRoute("two");

        assertThat(node.folder.reload("TwoRoutes.java")).isTrue();

        assertThat(node.context.getRoute("two")).isNotNull().isNotSameAs(before);
        assertThat(node.folder.reload("NoRoutes.java")).isFalse();
    }

    @Test
    void files_of_editors_are_not_route_files() throws IOException {
        node.save(".ThreeRoutes.java.swp", "nonsense");
        node.save("ThreeRoutes.java~", "nonsense");
        node.save("#ThreeRoutes.java", "nonsense");
        Files.createDirectory(node.routes.resolve("Folder.java"));

        await().during(Duration.ofMillis(1500)).until(node::isHealthy);
    }
}
