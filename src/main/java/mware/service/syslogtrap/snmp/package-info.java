/**
 * Sends notifications to SNMP receivers: version 2c and 3, as traps or as informs that wait until acknowledged.
 *
 * <p>{@link mware.service.syslogtrap.snmp.TrapSender} is what the rest of the service sees; {@link
 * mware.service.syslogtrap.snmp.SnmpSender} keeps a {@code Session} for each {@link
 * mware.service.syslogtrap.snmp.Receiver}, on its own {@code UdpLink}. {@code Outbox}, {@code RateLimit}, {@code Health},
 * {@code Engine} and {@code StateChanges} decide, with time and state given to them; {@code GroupState} hands engine and
 * outboxes from node to node; {@link mware.service.syslogtrap.snmp.SystemStateTraps} tells the system state. Log: {@code
 * syslog-trap}. Page: docs/services/syslog-trap-snmp.md.
 */
@NullMarked
package mware.service.syslogtrap.snmp;

import org.jspecify.annotations.NullMarked;
