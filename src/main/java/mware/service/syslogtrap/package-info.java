/**
 * Turns syslog messages into SNMP notifications.
 *
 * <p>{@link mware.service.syslogtrap.SyslogParser} takes a message apart, {@link mware.service.syslogtrap.Rules} say
 * what leaves and for whom, {@link mware.service.syslogtrap.Rfc5676} as what; {@link
 * mware.service.syslogtrap.SyslogTrap} holds them together and counts. Package {@code snmp} sends, and limits floods by
 * receiver. The listeners are {@code core.net} and {@code core.syslog}, the story is {@code
 * routes/SyslogTrapRoutes.java}. Log: {@code syslog-trap}.
 */
@NullMarked
package mware.service.syslogtrap;

import org.jspecify.annotations.NullMarked;
