package mware.service.syslogtrap.snmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import mware.testing.Command;
import mware.testing.NetSnmpReceiver;
import mware.testing.Peers;
import org.junit.jupiter.api.Test;
import org.snmp4j.smi.OID;

/** The MIB files load where operators load them, and name what is sent. The SMI's own modules come with npm net-snmp. */
class MibIT {

    private static final String FOLDER = "docs/mib";
    private static final List<String> FILES = List.of("SYSLOG-TC-MIB", "SYSLOG-MSG-MIB", "MWARE-MIB");

    private static final Map<String, OID> NAMES = Map.ofEntries(
            Map.entry("mwareRaised", Oids.RAISED),
            Map.entry("mwareCleared", Oids.CLEARED),
            Map.entry("mwareSuppressed", Oids.SUPPRESSED),
            Map.entry("mwareNodeActive", Oids.NODE_ACTIVE),
            Map.entry("mwareInstance", Oids.INSTANCE.trim()),
            Map.entry("mwareCategory", Oids.CATEGORY.trim()),
            Map.entry("mwareKey", Oids.KEY.trim()),
            Map.entry("mwareStatus", Oids.STATUS.trim()),
            Map.entry("mwareReason", Oids.REASON.trim()),
            Map.entry("mwareNode", Oids.NODE.trim()),
            Map.entry("mwareSince", Oids.SINCE.trim()),
            Map.entry("mwareReceiver", Oids.RECEIVER.trim()),
            Map.entry("mwareSuppressedCount", Oids.SUPPRESSED_COUNT.trim()),
            Map.entry("mwareEpoch", Oids.EPOCH.trim()),
            Map.entry("syslogMsgNotification", new OID("1.3.6.1.2.1.192.0.1")),
            Map.entry("syslogMsgMsg", new OID("1.3.6.1.2.1.192.1.2.1.11")));

    @Test
    void net_snmp_loads_them_without_a_warning_and_knows_every_name() {
        Peers.need("snmptranslate", "snmp");
        String folders = NetSnmpReceiver.needModule("net-snmp") + "/net-snmp/lib/mibs:" + FOLDER;
        NAMES.forEach((name, oid) -> {
            String module = name.startsWith("mware") ? "MWARE-MIB" : "SYSLOG-MSG-MIB";
            String said = Command.run(
                    "snmptranslate", "-M", folders, "-m", String.join(":", FILES), "-Pw", "-On", module + "::" + name);
            assertThat(said.lines().toList()).as(name).endsWith("." + oid);
            assertThat(said).doesNotContain(FOLDER).doesNotContain("Cannot find");
        });
    }

    @Test
    void net_snmp_shows_their_whole_tree() {
        Peers.need("snmptranslate", "snmp");
        String folders = NetSnmpReceiver.needModule("net-snmp") + "/net-snmp/lib/mibs:" + FOLDER;
        String tree = Command.run(
                "snmptranslate", "-M", folders, "-m", "MWARE-MIB", "-Pw", "-Tp", "-Of", "MWARE-MIB::mwareMIB");
        assertThat(tree)
                .contains("mwareStatus(4)")
                .contains("Values: error(1), warning(2)")
                .doesNotContain(FOLDER)
                .doesNotContain("Cannot find");
    }

    @Test
    void npm_net_snmp_loads_them_and_gives_the_same_numbers() {
        Peers.need("node", "nodejs");
        String modules = NetSnmpReceiver.needModule("net-snmp").toString();
        String said = Command.run(
                "node",
                "src/test/peers/mib-load.js",
                modules,
                FOLDER + "/SYSLOG-TC-MIB.txt",
                FOLDER + "/SYSLOG-MSG-MIB.txt",
                FOLDER + "/MWARE-MIB.txt",
                "SYSLOG-MSG-MIB",
                "MWARE-MIB");
        Map<String, String> read = said.lines()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> words[1], (one, other) -> one));
        NAMES.forEach((name, oid) -> assertThat(read.get(name)).as(name).isEqualTo(oid.toString()));
    }
}
