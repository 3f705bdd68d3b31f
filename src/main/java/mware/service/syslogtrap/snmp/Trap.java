package mware.service.syslogtrap.snmp;

import java.util.List;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.VariableBinding;

/**
 * One notification before it is addressed to anybody; whether it leaves as a trap or as an inform is the receiver's
 * setting.
 *
 * @param notification the value of snmpTrapOID.0 (RFC 3416, 4.2.6)
 * @param objects what follows sysUpTime.0 and snmpTrapOID.0, which the sender adds; not copied, so it must not change
 *     after it was handed over
 */
public record Trap(OID notification, List<VariableBinding> objects) {}
