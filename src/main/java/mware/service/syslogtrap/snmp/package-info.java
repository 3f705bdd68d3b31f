/**
 * Sends notifications to SNMP receivers: version 2c and 3, as traps or as informs that wait until acknowledged.
 *
 * <p>{@link mware.service.syslogtrap.snmp.TrapSender} is what the rest of the service sees. Log: {@code syslog-trap}.
 */
@NullMarked
package mware.service.syslogtrap.snmp;

import org.jspecify.annotations.NullMarked;
