/** Tests of sending notifications; those against real receivers are {@code *IT}. */
package mware.service.syslogtrap.snmp;
