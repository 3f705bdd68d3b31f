package mware.service.syslogtrap.snmp;

import org.jspecify.annotations.Nullable;

/**
 * What became of the notifications for one receiver since this node started.
 *
 * @param kind such as {@code v2c trap} or {@code v3 inform}
 * @param sent datagrams with a notification, repeated informs included
 * @param failed not sent, or known not to have arrived
 * @param acknowledged informs that the receiver confirmed
 * @param repeated informs sent again since no answer came in time; the receiver may have seen them twice
 * @param waiting informs in the outbox, or traps that wait for the receiver's address
 * @param expired informs given up after an hour
 * @param dropped notifications pushed out of a full outbox or queue by newer ones
 * @param suppressed held back since there were more than the receiver takes in a second
 * @param lastError the latest failure in words, absent when there was none
 */
public record ReceiverStatus(
        String name,
        String address,
        String kind,
        long sent,
        long failed,
        long acknowledged,
        long repeated,
        long waiting,
        long expired,
        long dropped,
        long suppressed,
        @Nullable String lastError) {}
