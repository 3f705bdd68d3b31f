package mware.service.syslogtrap.snmp;

import org.snmp4j.smi.OID;

/**
 * The object identifiers that this package sends: the two that begin every notification (RFC 3418) and those of
 * docs/mib/MWARE-MIB.txt.
 *
 * <p>The subtree hangs under enterprise number 32473, which RFC 5612 sets apart for examples: the project has no number
 * of its own, and one that belongs to nobody cannot clash with a real device. It stands in this class and in the MIB
 * file only.
 */
final class Oids {

    /** The private enterprise number of the subtree and of the engine id. */
    static final int ENTERPRISE = 32_473;

    static final OID SYS_UP_TIME = new OID("1.3.6.1.2.1.1.3.0");
    static final OID SNMP_TRAP_OID = new OID("1.3.6.1.6.3.1.1.4.1.0");

    private static final OID MWARE = new OID("1.3.6.1.4.1." + ENTERPRISE + ".1");

    static final OID RAISED = under(0, 1);
    static final OID CLEARED = under(0, 2);
    static final OID SUPPRESSED = under(0, 3);
    static final OID NODE_ACTIVE = under(0, 4);

    static final OID INSTANCE = under(1, 1, 0);
    static final OID CATEGORY = under(1, 2, 0);
    static final OID KEY = under(1, 3, 0);
    static final OID STATUS = under(1, 4, 0);
    static final OID REASON = under(1, 5, 0);
    static final OID NODE = under(1, 6, 0);
    static final OID SINCE = under(1, 7, 0);
    static final OID RECEIVER = under(1, 8, 0);
    static final OID SUPPRESSED_COUNT = under(1, 9, 0);
    static final OID EPOCH = under(1, 10, 0);

    private Oids() {}

    private static OID under(int... subIds) {
        return new OID(MWARE.getValue(), subIds);
    }
}
