package mware.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterSecretTest {

    @TempDir
    Path data;

    @ParameterizedTest
    @CsvSource({
        "short,                      at least 16 characters, has 5",
        "секрет узлов одной площадки, 'Latin letters, digits and signs'",
        "two\tparts\tof-one-secret,   'Latin letters, digits and signs'",
    })
    void a_secret_that_nodes_could_not_show_each_other_is_refused_at_the_start(String secret, String rule) {
        assertThatThrownBy(() -> ClusterSecret.load(data, Optional.of(secret.replace("\\t", "\t"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cluster.secret: must")
                .hasMessageContaining(rule)
                .hasMessageNotContaining(secret);
    }

    @Test
    void spaces_around_a_secret_do_not_belong_to_it() throws Exception {
        var secret = ClusterSecret.load(data, Optional.of("  a secret of this site\n"));

        assertThat(secret.matches("a secret of this site")).isTrue();
    }
}
