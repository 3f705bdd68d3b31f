package mware.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of a configuration, and the message it gives. */
class ConfigurationRulesTest {

    static Stream<Arguments> rules() {
        return Stream.of(
                // what the schema says
                rule("/sites -", "ERROR sites: is required"),
                rule("/sites = 5", "ERROR sites: must be a list, got 5"),
                rule("/roles/0/group -", "ERROR roles[0].group: is required"),
                rule("/roles/0/group = 0", "ERROR roles[0].group: must be 1..9999999, got 0"),
                rule("/roles/0/group = 10000000", "ERROR roles[0].group: must be 1..9999999, got 10000000"),
                rule("/roles/0/group = \"1\"", "ERROR roles[0].group: must be a whole number, got \"1\""),
                rule("/roles/0/group = 1.5", "ERROR roles[0].group: must be a whole number, got 1.5"),
                rule("/roles/0/order = -1", "ERROR roles[0].order: must be 0..9999999, got -1"),
                rule("/roles/0/iface -", "ERROR roles[0].iface: is required"),
                rule("/roles/0/enabled = \"no\"", "ERROR roles[0].enabled: must be true or false, got \"no\""),
                rule("/roles/0/ext = 1", "ERROR roles[0].ext: must be an object or a list, got 1"),
                rule(
                        "/roles/0/roletype = \"mwear\"",
                        "ERROR roles[0].roletype: must be one of mware, msvc, got \"mwear\""),
                rule("/roles/4/roletype = \"svc\"", "ERROR roles[4].roletype: must be one of mware, msvc, got \"svc\""),
                rule("/roles/4/roletype -", "ERROR roles[4].roletype: is required: one of mware, msvc"),
                rule("/domains = []", "ERROR domains: must not be empty"),
                rule("/roles/2/ext/failback = 1", "ERROR roles[2].ext.failback: must be true or false, got 1"),
                rule(
                        "/roles/2/ext/failback_delay = \"soon\"",
                        "ERROR roles[2].ext.failback_delay: must be a time span such as 500ms, 30s, 5m, 1h30m or 2d, got \"soon\""),
                rule(
                        "/roles/2/ext/failback_delay = \"2d\"",
                        "ERROR roles[2].ext.failback_delay: must be 0s..1d, got \"2d\""),
                rule(
                        "/roles/2/mnesia_storage_mode = \"disk\"",
                        "ERROR roles[2].mnesia_storage_mode: must be one of disc, ram, got \"disk\""),
                rule(
                        "/roles/2/include_domains = [\"b.root\", \"b.root\"]",
                        "ERROR roles[2].include_domains[1]: must not stand twice in the list, got \"b.root\""),
                rule(
                        "/roles/4/name = \"msvc-1\"",
                        "ERROR roles[4].name: must be a letter, then Latin letters and digits, at most 63, got \"msvc-1\""),
                rule("/roles/4/sections = [\"bots\", 7]", "ERROR roles[4].sections[1]: must be text, got 7"),
                rule(
                        "/roles/2/cti_servers/0/port = 70000",
                        "ERROR roles[2].cti_servers[0].port: must be 1..65535, got 70000"),
                rule(
                        "/roles/2/backup_controller/weekdays = [0]",
                        "ERROR roles[2].backup_controller.weekdays[0]: must be 1..7, got 0"),
                rule("/servers/0/ifaces = {}", "ERROR servers[0].ifaces: must not be empty"),
                // addresses and names
                rule(
                        "/servers/0/ifaces/eth0 = \"192.168.0.256\"",
                        "ERROR servers[0].ifaces.eth0: must be an IPv4 or IPv6 address, got \"192.168.0.256\""),
                rule(
                        "/servers/2/ifaces/eth0 = \"fd00::3::1\"",
                        "ERROR servers[2].ifaces.eth0: must be an IPv4 or IPv6 address, got \"fd00::3::1\""),
                rule("/domains/1/name = \"A.root\"", "ERROR domains[1].name: must be in lower case, got \"A.root\""),
                rule(
                        "/domains/1/name = \"a_b.root\"",
                        "ERROR domains[1].name: must be a domain name (labels of a-z, 0-9 and inner hyphens, 1..63 long, joined by dots, 253 in all), got \"a_b.root\""),
                rule(
                        "/domains/1/name = \"a..root\"",
                        "ERROR domains[1].name: must be a domain name (labels of a-z, 0-9 and inner hyphens, 1..63 long, joined by dots, 253 in all), got \"a..root\""),
                // unknown keys
                rule(
                        "/roles/0/grup = 1\n/roles/0/group -",
                        "ERROR roles[0].grup: is not a known key, nearest is group"),
                rule("/servers/0/colour = 1", "ERROR servers[0].colour: is not a known key, known: ifaces name site"),
                rule("/domain = []", "ERROR domain: is not a known key, nearest is domains"),
                rule("/settings/lgo = {}", "ERROR settings.lgo: is not a known key, nearest is log"),
                rule(
                        "/settings/log/keep_day = 1",
                        "ERROR settings.log.keep_day: is not a known key, nearest is keep_days"),
                rule("/settings/log/keep_days = 0", "ERROR settings.log.keep_days: must be 1..3650, got 0"),
                rule(
                        "/roles/2/ext/failbak = false",
                        "WARNING roles[2].ext.failbak: is not a known key, nearest is failback"),
                rule(
                        "/settings/udp_echo = {\"networks\": [\"10.0.0.0/8\", \"1.2.3.4/33\"]}",
                        "ERROR settings.udp_echo.networks[1]: must be a network such as 10.0.0.0/8 or fd00::/8, got \"1.2.3.4/33\""),
                rule(
                        "/settings/syslog_trap = {\"rules\": [{\"match\": {\"host\": \"/sbc-([/\"}}]}",
                        "ERROR settings.syslog_trap.rules[0].match.host: must be a regular expression between the slashes, got \"/sbc-([/\""),
                rule(
                        "/settings/syslog_trap = {\"receivers\": [{\"name\": \"nms\", \"host\": \"::1\"}], \"rules\":"
                                + " [{\"match\": {\"host\": \"/sbc-.*/\"}, \"receivers\": [\"nms\", \"nsm\"]}]}",
                        "ERROR settings.syslog_trap.rules[0].receivers[1]: must be a name in receivers, nearest is nms, got \"nsm\""),
                rule(
                        "/settings/syslog_trap = {\"rules\": [{\"match\": {}, \"receivers\": [\"nms\"]}]}",
                        "ERROR settings.syslog_trap.rules[0].receivers[0]: must be a name in receivers, got \"nms\""),
                // names are unique
                rule(
                        "/settings/syslog_trap = {\"receivers\": [{\"name\": \"nms\", \"host\": \"::1\"}, {\"name\":"
                                + " \"nms\", \"host\": \"::2\"}]}",
                        "ERROR settings.syslog_trap.receivers[1].name: must be unique (also settings.syslog_trap.receivers[0]), got \"nms\""),
                rule(
                        "/sites/1/name = \"main\"\n/servers/2/site = \"main\"\n/domains/0/sites = [\"main\"]\n"
                                + "/domains/1/sites = [\"main\"]\n/structure/1 -\n/roles/3 -",
                        "ERROR sites[1].name: must be unique (also sites[0]), got \"main\""),
                rule(
                        "/servers/- = {\"name\": \"srv1\", \"site\": \"main\", \"ifaces\": {\"lo\": \"127.0.0.1\"}}",
                        "ERROR servers[3].name: must be unique (also servers[0]), got \"srv1\""),
                rule(
                        "/domains/- = {\"name\": \"a.root\", \"sites\": [\"main\"]}",
                        "ERROR domains[4].name: must be unique (also domains[1]), got \"a.root\""),
                rule(
                        "/roles/1/name = \"mware1\"\n/structure/0/servers/1/roles = []",
                        "ERROR roles[1].name: must be unique (also roles[0]), got \"mware1\""),
                rule(
                        "/structure/- = {\"site\": \"east\", \"servers\": []}",
                        "ERROR structure[2].site: must be unique (also structure[1]), got \"east\""),
                rule(
                        "/structure/0/servers/- = {\"server\": \"srv1\", \"roles\": []}",
                        "ERROR structure[0].servers[2].server: must be unique (also structure[0].servers[0]), got \"srv1\""),
                // one master site, one master domain
                rule("/sites/0/master -", "ERROR sites: must have exactly one with master true, got none"),
                rule(
                        "/sites/1/master = true",
                        "ERROR sites[1].master: must be true for one site only (also sites[0]), got true"),
                rule(
                        "/domains/- = {\"name\": \"other\", \"sites\": [\"main\"]}",
                        "ERROR domains[4].name: must lie below the master domain root (the first that lies below no other), got \"other\""),
                // names that are meant for something else
                rule(
                        "/servers/- = {\"name\": \"srv4\", \"site\": \"mian\", \"ifaces\": {\"lo\": \"127.0.0.1\"}}",
                        "ERROR servers[3].site: must be the name of a site, nearest is main, got \"mian\""),
                rule(
                        "/domains/2/sites/- = \"west\"",
                        "ERROR domains[2].sites[1]: must be the name of a site, nearest is east, got \"west\""),
                rule(
                        "/structure/- = {\"site\": \"north\", \"servers\": []}",
                        "ERROR structure[2].site: must be the name of a site, known: east main, got \"north\""),
                rule(
                        "/structure/0/servers/- = {\"server\": \"srv9\", \"roles\": []}",
                        "ERROR structure[0].servers[2].server: must be the name of a server, nearest is srv1, got \"srv9\""),
                rule(
                        "/structure/0/servers/1/roles = [\"mwear2\"]",
                        "ERROR structure[0].servers[1].roles[0]: must be the name of a role, nearest is mware2, got \"mwear2\""),
                rule(
                        "/servers/1/site = \"east\"",
                        "ERROR structure[0].servers[1].server: must be a server of site main, but belongs to site east, got \"srv2\""),
                // a role sits on exactly one server
                rule(
                        "/structure/0/servers/1/roles = []",
                        "ERROR roles[1]: must stand on a server in structure, got none for role mware2"),
                rule(
                        "/structure/0/servers/1/roles/- = \"mware1\"",
                        "ERROR structure[0].servers[1].roles[1]: must stand on one server only (also structure[0].servers[0].roles[0]), got \"mware1\""),
                rule(
                        "/roles/1/iface = \"eht0\"",
                        "ERROR roles[1].iface: must be an interface of server srv2, nearest is eth0, got \"eht0\""),
                // groups
                rule(
                        "/roles/1/include_domains = [\"a.root\"]",
                        "ERROR roles[1].include_domains: must be as in role mware1 of the same group 1 of site main, has besides a.root"),
                rule(
                        "/roles/- = {\"name\": \"mware6\", \"roletype\": \"mware\", \"iface\": \"eth0\", \"group\": 3, \"order\": 1, \"include_domains\": [\"b.root\"]}\n"
                                + "/structure/0/servers/1/roles/- = \"mware6\"",
                        "ERROR roles[6].include_domains[0]: must be named by one group of site main (also 2), got \"b.root\""),
                rule(
                        "/roles/1/group = 3",
                        "ERROR roles[1].include_domains: must name domains, since group 1 of site main has the rest already"),
                rule(
                        "/roles/3/include_domains = [\"a.root\"]",
                        "ERROR domains[0].name: must be covered by a group of site east, got \"root\""),
                rule(
                        "/roles/3/enabled = false",
                        "ERROR sites[1]: must have a mware role, since a.root, root are served there"),
                rule(
                        "/roles/2/include_domains/- = \"c.other\"",
                        "ERROR roles[2].include_domains[1]: must be a domain or lie below one, got \"c.other\""),
                rule(
                        "/roles/2/include_domains/- = \"aa.root\"",
                        "WARNING roles[2].include_domains[1]: is not among the domains, nearest is a.root, got \"aa.root\""),
                rule(
                        "/domains/- = {\"name\": \"c.root\", \"sites\": [\"east\"]}\n/roles/2/include_domains/- = \"c.root\"",
                        "WARNING roles[2].include_domains[1]: should be served by site main, but is not, got \"c.root\""),
                rule(
                        "/roles/1/order = 10",
                        "WARNING roles[1].order: should differ within group 1 (also role mware1, which goes first by its name), got 10"),
                rule(
                        "/roles/1/mnesia_storage_mode = \"ram\"",
                        "WARNING roles[1].mnesia_storage_mode: should be as in role mware1 of the same group 1 (the active node's own applies), got \"ram\""),
                rule(
                        "/roles/1/ext = {\"failback\": false}",
                        "WARNING roles[1].ext.failback: should be as in role mware1 of the same group 1 (the active node's own applies), got false"),
                rule(
                        "/roles/0/backup_controller = {\"weekdays\": [1]}",
                        "WARNING roles[1].backup_controller: should be as in role mware1 of the same group 1 (the active node's own applies)"),
                // pg_controller is filtered, not refused
                rule(
                        "/roles/2/pg_controller/0/servers/0/pg_port = 70000",
                        "WARNING roles[2].pg_controller[0].servers[0].pg_port: must be 1..65535, got 70000"),
                rule(
                        "/roles/2/pg_controller/0/servers/1 -",
                        "WARNING roles[2].pg_controller[0].servers: must have 2 entries, got 1"),
                rule(
                        "/roles/2/pg_controller = \"none\"",
                        "WARNING roles[2].pg_controller: must be a list, got \"none\""),
                // placeholders
                rule(
                        "/roles/2/backup_controller/storage_ssh_pwd = \"{{env:MWARE_NOT_SET}}\"",
                        "WARNING roles[2].backup_controller.storage_ssh_pwd: cannot be filled in on this machine: environment variable MWARE_NOT_SET is not set"),
                rule(
                        "/roles/2/backup_controller/storage_ssh_pwd = \"{{file:/nowhere/secret}}\"",
                        "WARNING roles[2].backup_controller.storage_ssh_pwd: cannot be filled in on this machine: file /nowhere/secret cannot be read (NoSuchFileException)"));
    }

    private static Arguments rule(String edits, String message) {
        return Arguments.of(edits, message);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("rules")
    void each_mistake_has_its_one_message(String edits, String message) {
        assertThat(Edited.problems(edits)).extracting(Problem::toString).containsExactly(message);
    }

    @Test
    void a_good_configuration_has_no_problem() {
        assertThat(ConfigurationReader.read(Edited.twoSites()).problems()).isEmpty();
        assertThat(ConfigurationReader.read(DefaultSite.text()).problems()).isEmpty();
    }

    @Test
    void a_warning_does_not_stop_a_configuration() {
        var checked = ConfigurationReader.read(
                Edited.edited("/roles/2/pg_controller = \"none\"").toString());

        assertThat(checked.configuration()).isPresent();
        assertThat(checked.problems()).hasSize(1);
    }
}
