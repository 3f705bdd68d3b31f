package mware.service.syslogtrap.snmp;

import java.util.Map;
import org.snmp4j.PDU;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.OID;

/** What a version 3 receiver means when it answers with a report (RFC 3414, section 5), in words. */
final class Reports {

    private static final Map<OID, String> WORDS = Map.of(
            SnmpConstants.usmStatsUnsupportedSecLevels, "the user may not use this security level",
            SnmpConstants.usmStatsNotInTimeWindows, "engine boots or time are not in its window",
            SnmpConstants.usmStatsUnknownUserNames, "it does not know the user",
            SnmpConstants.usmStatsUnknownEngineIDs, "it does not know the engine id",
            SnmpConstants.usmStatsWrongDigests, "the authentication password or protocol is wrong",
            SnmpConstants.usmStatsDecryptionErrors, "the privacy password or protocol is wrong");

    private Reports() {}

    static String inWords(PDU report) {
        if (report.size() == 0) {
            return "an empty report";
        }
        OID name = report.get(0).getOid();
        return WORDS.getOrDefault(name, "report " + name);
    }
}
