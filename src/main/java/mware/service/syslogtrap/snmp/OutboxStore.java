package mware.service.syslogtrap.snmp;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mware.core.state.RuntimeState;
import mware.core.state.RuntimeState.Change;
import mware.service.syslogtrap.snmp.Outbox.Batch;
import mware.service.syslogtrap.snmp.Outbox.Entry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps outboxes in the runtime state: a key for each batch, {@code syslog-trap/outbox/<receiver>/<first id>}.
 *
 * <p>A batch is one byte of format, then for each entry: id (8 octets), the wall time in ms when it came (8), length (4),
 * payload. Monotonic times do not outlive a process, so that ages are turned into wall time and back. The wall clocks of
 * two terms may not agree, or one was set between them: one that went back does not give an entry more than its hour,
 * one that went ahead leaves each entry {@link #GRACE} to be delivered, since nothing tells it from a long standstill.
 */
final class OutboxStore {

    /** The most payload of a batch; a larger single message is kept alone. */
    static final int BATCH_BYTES = 100 * 1024;

    /** What is taken over is tried for at least this long, however old the wall clock says it is. */
    static final Duration GRACE = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger("syslog-trap");
    /** Above the outboxes of all receivers. */
    static final String ROOT = "syslog-trap/outbox";

    private static final byte FORMAT = 1;

    private final RuntimeState state;
    private final String folder;

    OutboxStore(RuntimeState state, String receiver) {
        this.state = state;
        this.folder = ROOT + "/" + receiver;
    }

    /** All that is kept, in order, to be delivered. */
    List<Batch> read(long wallMillis, long nanos) {
        return read(wallMillis, nanos, Outbox.LIFE.minus(GRACE));
    }

    /** Whether all that is kept is past its hour, as the wall clock has it. */
    boolean isOver(long wallMillis) {
        return read(wallMillis, 0, Outbox.LIFE).stream()
                .flatMap(batch -> batch.entries().stream())
                .allMatch(entry -> -entry.born() >= Outbox.LIFE.toNanos());
    }

    private List<Batch> read(long wallMillis, long nanos, Duration mostAge) {
        var batches = new ArrayList<Batch>();
        for (String name : state.children(folder)) {
            state.get(folder + '/' + name).ifPresent(bytes -> {
                try {
                    batches.add(decode(Long.parseUnsignedLong(name, 16), bytes, wallMillis, nanos, mostAge));
                } catch (IllegalArgumentException | BufferUnderflowException e) {
                    LOG.error("snmp: {}/{} cannot be read and is left where it is: {}", folder, name, e.toString());
                }
            });
        }
        return batches;
    }

    /** Writes the batches and deletes the others, all at once. */
    void write(long epoch, List<Batch> keep, List<Long> delete, long wallMillis, long nanos) {
        var changes = new ArrayList<Change>();
        keep.forEach(batch -> changes.add(new Change.Put(key(batch.first()), encode(batch, wallMillis, nanos))));
        delete.forEach(first -> changes.add(new Change.Delete(key(first))));
        if (!changes.isEmpty()) {
            state.apply(epoch, changes);
        }
    }

    private String key(long first) {
        return "%s/%016x".formatted(folder, first);
    }

    static byte[] encode(Batch batch, long wallMillis, long nanos) {
        int size = batch.entries().stream()
                .mapToInt(entry -> 20 + entry.payload().length)
                .sum();
        var out = ByteBuffer.allocate(1 + size).put(FORMAT);
        for (Entry entry : batch.entries()) {
            long age = Duration.ofNanos(nanos - entry.born()).toMillis();
            out.putLong(entry.id()).putLong(wallMillis - age);
            out.putInt(entry.payload().length).put(entry.payload());
        }
        return out.array();
    }

    static Batch decode(long first, byte[] bytes, long wallMillis, long nanos, Duration mostAge) {
        var in = ByteBuffer.wrap(bytes);
        if (in.get() != FORMAT) {
            throw new IllegalArgumentException("an outbox batch of an unknown format");
        }
        var entries = new ArrayList<Entry>();
        while (in.hasRemaining()) {
            long id = in.getLong();
            long age = Math.min(Math.max(0, wallMillis - in.getLong()), mostAge.toMillis());
            int length = in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw new IllegalArgumentException("an entry of " + length + " octets");
            }
            byte[] payload = new byte[length];
            in.get(payload);
            entries.add(new Entry(id, nanos - Duration.ofMillis(age).toNanos(), payload));
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("an outbox batch without entries");
        }
        return new Batch(first, entries);
    }
}
