package mware.service.syslogtrap.snmp;

import java.util.Collection;
import java.util.List;

/**
 * Takes notifications for receivers by name; safe on any thread.
 *
 * <p>Never blocks and never throws: what cannot be sent is counted by receiver, raised as a deviation of category
 * {@code snmp} and, for informs, kept in the outbox. A name that no receiver has is counted and logged once.
 */
public interface TrapSender {

    /** Hands over one notification for each of the receivers named. */
    void send(Trap trap, Collection<String> receivers);

    /** Hands over several notifications, in this order. */
    void sendAll(List<Trap> traps, Collection<String> receivers);
}
