package mware.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is called cut off must be cut off, and nothing may stay behind. */
class NamespacesTest {

    private Namespaces network;

    @BeforeEach
    void three_hosts() {
        Peers.need("bash", "bash");
        network = Namespaces.of("a", "b", "c");
    }

    @AfterEach
    void close() {
        network.close();
        assertThat(Command.run("ip", "netns", "list"))
                .doesNotContain(network.host("a").namespace());
    }

    @Test
    void hosts_reach_each_other_until_a_cable_is_pulled() {
        assertThat(reaches("a", "b")).isTrue();

        network.cut("b");
        assertThat(reaches("a", "b")).isFalse();
        assertThat(reaches("a", "c")).isTrue();

        network.restore("b");
        assertThat(reaches("a", "b")).isTrue();
    }

    @Test
    void a_partition_divides_only_its_two_sides() {
        network.partition(Set.of("a"), Set.of("b"));
        assertThat(reaches("a", "b")).isFalse();
        assertThat(reaches("b", "a")).isFalse();
        assertThat(reaches("a", "c")).isTrue();
        assertThat(reaches("b", "c")).isTrue();

        network.heal();
        assertThat(reaches("a", "b")).isTrue();

        network.isolate("c");
        assertThat(reaches("c", "a")).isFalse();
        assertThat(reaches("a", "b")).isTrue();
    }

    /** Whether a packet of {@code from} is answered by {@code to}: a closed port refuses, a lost packet times out. */
    private boolean reaches(String from, String to) {
        List<String> connect = List.of(
                "timeout",
                "0.4",
                "bash",
                "-c",
                "exec 3<>/dev/tcp/" + network.host(to).address() + "/9");
        return Command.attempt("", network.host(from).inside(connect)).output().contains("refused");
    }
}
