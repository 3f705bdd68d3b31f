package mware.service.pgcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PgGroupsTest {

    private static final String SERVERS =
            """
            "servers": [
              {"ssh_host": "db1", "ssh_user": "postgres", "pg_replica_user": "r", "pg_replica_pwd": "hush", "pg_data_folder": "/d/"},
              {"pg_host": "db2", "ssh_user": "postgres", "pg_replica_user": "r", "pg_replica_pwd": "hush", "pg_data_folder": "/d"}]
            """;

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }

    @Test
    void what_is_not_given_has_its_default() throws Exception {
        PgGroups groups = PgGroups.read(json("[{" + SERVERS + "}]"));

        assertThat(groups.problems()).isEmpty();
        PgGroup group = groups.usable().get(0);
        assertThat(group.key()).isEqualTo("db1-5432+db2-5432");
        assertThat(group.promoteAfter()).isEqualTo(Duration.ofSeconds(30));
        assertThat(group.restartInPlace()).isTrue();
        assertThat(group.maximumLag()).isEqualTo(16 << 20);
        assertThat(group.first())
                .extracting(PgServer::name, PgServer::pgHost, PgServer::sshPort, PgServer::dataFolder)
                .containsExactly("db1", "db1", 22, "/d");
        assertThat(group.second().sshHost()).isEqualTo("db2");
        assertThat(group.second().backupFolder()).isEqualTo("/tmp/pg_backups");
        assertThat(groups.toString()).doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"promote_after\": 8, \"guard\": true | ",
                "\"promote_after\": \"45s\" | ",
                "\"referee\": [\"10.0.0.1\", \"fd00::1\", \"[fd00::1]:53\", \"gw.local:22\"] | ",
                "\"promote_after\": 8 | promote_after: must be 30s or more without guard",
                "\"promote_after\": 4 | promote_after: must be 5..3600, got 4",
                "\"referee\": \"10.0.0.1:99999\" | referee: must be an address",
                "\"referee\": \"$(reboot)\" | referee: must be an address",
                "\"gaurd\": true | gaurd",
                "\"rejoin\": \"copy\" | rejoin",
                "\"maximum_lag\": -1 | maximum_lag",
            })
    void a_wrong_pair_is_left_out_and_says_why(String keys, String problem) throws Exception {
        PgGroups groups = PgGroups.read(json("[{" + keys + "," + SERVERS + "}, {\"key\": \"other\"," + SERVERS + "}]"));

        if (problem == null) {
            assertThat(groups.problems()).isEmpty();
            assertThat(groups.usable()).hasSize(2);
        } else {
            assertThat(groups.problems()).hasSize(1).first().asString().contains("pg_controller[0]", problem);
            assertThat(groups.usable()).extracting(PgGroup::key).containsExactly("other");
        }
    }

    @Test
    void servers_that_do_not_fit_together_are_named() throws Exception {
        String wrong = SERVERS.replaceFirst("\"r\"", "\"s\"")
                .replaceFirst("hush", "other")
                .replace("/d\"", "d\"");

        assertThat(PgGroups.read(json("[{" + wrong + "}]")).problems())
                .anyMatch(text -> text.contains("servers[1].pg_replica_user: must be as on the first server"))
                .anyMatch(text -> text.contains("servers[1].pg_replica_pwd: must be as on the first server"))
                .anyMatch(text -> text.contains("servers[1].pg_data_folder: must be an absolute path"))
                .noneMatch(text -> text.contains("hush"));
    }

    @Test
    void two_pairs_of_one_key_are_one_too_many() throws Exception {
        PgGroups groups = PgGroups.read(json("[{" + SERVERS + "}, {" + SERVERS + "}]"));

        assertThat(groups.usable()).hasSize(1);
        assertThat(groups.problems()).singleElement().asString().contains("pg_controller[1].key: must differ");
    }

    @Test
    void no_parameter_is_no_pair() {
        assertThat(PgGroups.read(MissingNode.getInstance())).isEqualTo(PgGroups.read(MissingNode.getInstance()));
        assertThat(PgGroups.read(MissingNode.getInstance()).usable()).isEmpty();
    }
}
