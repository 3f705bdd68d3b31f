package mware.core.reload;

import static mware.core.reload.Node.says;
import static mware.core.reload.Node.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.support.DefaultComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstLoadTest {

    @TempDir
    Path home;

    @Test
    void a_node_is_not_healthy_before_its_routes_are_loaded() throws IOException {
        try (var node = new Node(home)) {
            node.context.start();

            assertThat(node.health().getMessage().orElseThrow()).contains("not loaded yet");
        }
    }

    @Test
    void a_broken_file_at_the_start_stops_no_other() throws IOException {
        try (var node = new Node(home)) {
            node.save("ARoutes.java", says("ARoutes", "a", "well"));
            node.save("BrokenRoutes.java", "package routes; class BrokenRoutes {");
            node.save("OtherRoutes.java", says("AnotherRoutes", "other", "well").replace("public class", "class"));
            node.save("PlainRoutes.java", "package routes; public class PlainRoutes {}");
            node.save("ZRoutes.java", says("ZRoutes", "z", "well"));

            node.start();

            assertThat(node.ask("a", "all is")).isEqualTo("all is well");
            assertThat(node.ask("z", "all is")).isEqualTo("all is well");
            assertThat(node.wrong().values())
                    .containsExactlyInAnyOrder(
                            "BrokenRoutes.java:1: reached end of file while parsing; its routes do not run",
                            "OtherRoutes.java: holds no class OtherRoutes: the class is named like its file; its routes do not run",
                            "PlainRoutes.java: class PlainRoutes does not extend ServiceRoutes, or is abstract; its routes do not run");
            assertThat(node.health().getMessage().orElseThrow()).contains("BrokenRoutes.java:1: ");
        }
    }

    @Test
    void routes_that_could_not_start_at_first_start_when_they_can() throws Exception {
        try (var node = new Node(home)) {
            node.save(
                    "LateRoutes.java",
                    says("LateRoutes", "late", "well").replace("step(\"late\")", "onEveryNode(\"late\", \"later:x\")"));
            node.start();
            assertThat(node.wrong().get("LateRoutes.java")).contains("later", "its routes do not run");

            node.context.addComponent("later", new Later(node));
            node.folder.reload(null);

            assertThat(node.runs("late")).isTrue();
            assertThat(node.wrong()).isEmpty();
        }
    }

    @Test
    void a_route_without_an_id_and_one_that_cannot_be_taken_back_are_refused() throws IOException {
        try (var node = new Node(home)) {
            node.save(
                    "NamelessRoutes.java",
                    says("NamelessRoutes", "x", "").replace("step(\"x\")", "from(\"direct:x\")"));
            node.save(
                    "TwiceRoutes.java", says("TwiceRoutes", "y", "").replace("step(", "step(\"y\").log(\"x\"); step("));
            node.save(
                    "RestRoutes.java",
                    says("RestRoutes", "z", "").replace("step(", "rest(\"/x\").get().to(\"direct:z\"); step("));
            node.start();

            assertThat(node.wrong().get("NamelessRoutes.java")).contains("the route from direct:x has no routeId");
            assertThat(node.wrong().get("TwiceRoutes.java")).contains("two routes have the id y");
            assertThat(node.wrong().get("RestRoutes.java")).contains("rest() and route templates cannot be taken back");
        }
    }

    @Test
    void a_second_start_compiles_nothing() throws IOException {
        try (var node = new Node(home)) {
            node.save("ARoutes.java", service("ARoutes", "a", "well"));
            node.save("BRoutes.java", says("BRoutes", "b", "well"));
            node.start();
        }
        List<Path> first = copies();
        assertThat(first).hasSize(2);
        for (Path copy : first) {
            Files.setLastModifiedTime(copy, java.nio.file.attribute.FileTime.fromMillis(1000));
        }

        try (var node = new Node(home)) {
            node.start();
            node.active(true);
            await().until(() -> node.calls.ticks("well") > 0);
        }

        assertThat(copies()).isEqualTo(first);
        for (Path copy : first) {
            assertThat(Files.getLastModifiedTime(copy).toMillis())
                    .as("%s is not written again", copy)
                    .isEqualTo(1000);
        }
    }

    @Test
    void a_compiled_copy_that_is_damaged_is_made_again() throws IOException {
        try (var node = new Node(home)) {
            node.save("BRoutes.java", says("BRoutes", "b", "well"));
            node.start();
        }
        Path copy = copies().get(0);
        Files.write(copy, new byte[] {'P', 'K', 3, 4, 0, 0});

        try (var node = new Node(home).start()) {
            assertThat(node.ask("b", "all is")).isEqualTo("all is well");
        }
        assertThat(Files.size(copy)).isGreaterThan(100);
    }

    @Test
    void copies_of_files_that_have_changed_are_deleted_at_the_next_start() throws IOException {
        try (var node = new Node(home)) {
            node.save("BRoutes.java", says("BRoutes", "b", "well"));
            node.start();
        }
        Path former = copies().get(0);
        try (var node = new Node(home)) {
            node.save("BRoutes.java", says("BRoutes", "b", "better"));
            node.start();
            assertThat(copies()).hasSize(1).doesNotContain(former);
        }
    }

    private List<Path> copies() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("cache"))) {
            return files.sorted().toList();
        }
    }

    /** A component that comes late, as a port that is free only later. */
    private static final class Later extends DefaultComponent {

        Later(Node node) {
            super(node.context);
        }

        @Override
        protected org.apache.camel.Endpoint createEndpoint(
                String uri, String remaining, java.util.Map<String, Object> parameters) {
            return getCamelContext().getEndpoint("direct:later." + remaining);
        }
    }
}
