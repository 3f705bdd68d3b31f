package mware.core.state;

import java.util.List;
import java.util.Optional;

/**
 * The runtime state of this node's group, shared by its nodes; written by the active node only.
 *
 * <p>Keys are paths without a leading slash, by service: {@code syslog-trap/engine}. Values are bytes of at most 512
 * KiB. Every write carries the writer's epoch and is refused when another term has begun since: an old active node that
 * wakes up cannot write.
 */
public interface RuntimeState {

    /** The value under {@code key}, empty when there is none; throws {@link StateException} when it cannot be read. */
    Optional<byte[]> get(String key);

    /** The names directly below {@code key}, sorted; empty when there is no such key. */
    List<String> children(String key);

    /**
     * Writes {@code value} under {@code key}, making the keys above it.
     *
     * @param epoch the writer's term, from {@link mware.core.cluster.Leadership#epoch()}
     * @throws StaleEpochException when that term is over; nothing was written
     * @throws StateException when the state cannot be reached in time; the write may or may not have happened
     */
    void put(long epoch, String key, byte[] value);

    /** Writes and deletes several keys at once, all or none, in the order given; the rules of {@link #put} hold. */
    void apply(long epoch, List<Change> changes);

    /** Deletes {@code key} and all below it; no error when there is none; the rules of {@link #put} hold. */
    void delete(long epoch, String key);

    /** One write or delete of {@link #apply}. */
    sealed interface Change {
        /** The key that changes. */
        String key();

        /** Writes {@code value} under {@code key}. */
        record Put(String key, byte[] value) implements Change {}

        /** Deletes {@code key}, which has nothing below it; no error when there is none. */
        record Delete(String key) implements Change {}
    }
}
