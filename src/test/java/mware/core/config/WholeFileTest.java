package mware.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import mware.core.config.Problem.Severity;
import org.junit.jupiter.api.Test;

/** What is said of a file as a whole: all of it at once, never an exception, never a secret. */
class WholeFileTest {

    private static final int MUTATIONS = 5_000;

    @Test
    void twenty_wrong_things_in_one_file_give_twenty_messages() {
        List<Problem> problems = Edited.problems(
                """
                /sites/1/master = true
                /sites/1/mastre = true
                /servers/0/ifaces/eth0 = "192.168.0.1266"
                /servers/1/site = "mian"
                /servers/2/port = 5
                /domains/1/name = "A.root"
                /domains/2/sites/- = "west"
                /domains/3/sites = []
                /roles/0/group = 0
                /roles/0/order = "ten"
                /roles/1/name = "mware 2"
                /roles/4/iface = "eth9"
                /roles/2/mnesia_storage_mode = "disk"
                /roles/2/ext/failback_delay = "soon"
                /roles/2/backup_controller/hours_interval = [20, 25]
                /roles/2/cti_servers/0/port = 0
                /roles/3/roletype = "mwear"
                /structure/1/site = "eats"
                /settings/lgo = {}
                /settings/log/keep_days = 0
                """);

        assertThat(problems)
                .as(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")))
                .hasSize(20)
                .allMatch(problem -> problem.severity() == Severity.ERROR);
        assertThat(problems)
                .extracting(Problem::path)
                .containsExactly(
                        "sites[1].master",
                        "sites[1].mastre",
                        "servers[0].ifaces.eth0",
                        "servers[1].site",
                        "servers[2].port",
                        "domains[1].name",
                        "domains[2].sites[1]",
                        "domains[3].sites",
                        "roles[0].group",
                        "roles[0].order",
                        "roles[1].name",
                        "roles[2].backup_controller.hours_interval[1]",
                        "roles[2].cti_servers[0].port",
                        "roles[2].ext.failback_delay",
                        "roles[2].mnesia_storage_mode",
                        "roles[3].roletype",
                        "roles[4].iface",
                        "structure[1].site",
                        "settings.lgo",
                        "settings.log.keep_days");
    }

    @Test
    void whatever_a_file_holds_it_is_a_configuration_or_has_errors() {
        var random = new Random(20);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            ObjectNode root = Edited.tree();
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                Mutations.mutate(root, random);
            }
            var checked = ConfigurationReader.read(root.toString());
            boolean errors = checked.problems().stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
            assertThat(checked.configuration().isEmpty()).as(root.toString()).isEqualTo(errors);
            refused += errors ? 1 : 0;
            checked.configuration().ifPresent(configuration -> canBeUsed(configuration, root.toString()));
        }
        assertThat(refused).isBetween(MUTATIONS / 4, MUTATIONS - 100);
    }

    @Test
    void whatever_bytes_a_file_holds_it_is_read_or_refused() {
        var random = new Random(21);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] text = Edited.twoSites();
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
            }
            var checked = ConfigurationReader.read(text);
            assertThat(checked.configuration().isPresent()
                            || !checked.problems().isEmpty())
                    .isTrue();
        }
    }

    @Test
    void no_secret_gets_into_a_message() {
        String good = new String(Edited.twoSites(), StandardCharsets.UTF_8);
        List<String> wrong = List.of(
                good.replace("\"sesame\"", "[\"sesame\"]"),
                good.replace("\"sesame\"", "{\"sesame\": \"sesame\"}"),
                good.replace("\"sesame\"", "sesame"),
                good.replace("\"sesame\"", "\"sesame"),
                good.replace("ssh_pwd\"", "ssh_pwdd\""),
                good.replace("\"log\": {\"keep_days\": 14}", "\"log\": {\"secret\": \"sesame\", \"api_token\": 5}"),
                good.replace("192.168.0.126", "http://root:sesame@192.168.0.126"));
        for (String text : wrong) {
            assertThat(text).contains("sesame");
            List<Problem> problems = ConfigurationReader.read(text).problems();
            assertThat(problems).isNotEmpty();
            assertThat(problems.toString()).doesNotContain("sesame");
            assertThat(new ConfigurationRefused(problems)).hasMessageNotContaining("sesame");
        }
        Configuration configuration = ConfigurationReader.read(good).orRefuse();
        assertThat(configuration.toString() + configuration.roles() + configuration.structure())
                .doesNotContain("sesame");
    }

    @Test
    void a_wrong_secret_is_shown_as_stars() {
        assertThat(Edited.problems("/roles/2/backup_controller/storage_ssh_pwd = 12345678"))
                .extracting(Problem::message)
                .containsExactly("roles[2].backup_controller.storage_ssh_pwd: must be text, got ***");
    }

    @Test
    void a_role_that_is_not_enabled_may_be_anything_and_is_kept_where_it_is_whole() {
        Configuration configuration = ConfigurationReader.read(
                        Edited.edited("/roles/3/enabled = false\n/roles/- = {\"name\": \"mware4\", "
                                        + "\"roletype\": \"mware\", \"iface\": \"eth0\", \"group\": 7, \"order\": 1}")
                                .toString())
                .orRefuse();

        assertThat(configuration.roles())
                .extracting(Role::name, Role::enabled)
                .contains(org.assertj.core.groups.Tuple.tuple("mware4", false))
                .doesNotContain(org.assertj.core.groups.Tuple.tuple("mware5", false));
        assertThat(configuration.node("mware4").orElseThrow().group()).isEqualTo(7);
    }

    private static void canBeUsed(Configuration configuration, String text) {
        assertThat(configuration.masterSite().master()).isTrue();
        assertThat(configuration.masterDomain()).isNotNull();
        for (Role role : configuration.roles()) {
            if (role.enabled()) {
                assertThat(configuration.addressOf(role.name())).as(text).isPresent();
            }
        }
        for (Configuration.Domain domain : configuration.domains()) {
            for (String site : domain.sites()) {
                assertThat(mware.core.domain.Domains.of(configuration, site).groupOf(domain.name()))
                        .as(text)
                        .isPresent();
            }
        }
        assertThat(configuration.setting("log").isObject()).isTrue();
    }
}
