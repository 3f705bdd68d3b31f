package mware.testing;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import mware.core.state.RuntimeState;
import mware.core.state.StaleEpochException;
import mware.core.state.StateException;

/** A runtime state in memory that keeps the rules of the real one: fenced by the epoch, all or nothing. */
public final class MemoryState implements RuntimeState {

    private final TreeMap<String, byte[]> values = new TreeMap<>();
    private long epoch;
    private boolean broken;
    private int writes;

    /** Begins a term: writes of any other epoch are refused from now on. */
    public synchronized void begin(long next) {
        epoch = next;
    }

    /** Makes it unreachable, or reachable again. */
    public synchronized void breakDown(boolean now) {
        broken = now;
    }

    /** How many writes, deletes and batches of them there were. */
    public synchronized int writes() {
        return writes;
    }

    @Override
    public synchronized Optional<byte[]> get(String key) {
        reach();
        return Optional.ofNullable(values.get(key)).map(byte[]::clone);
    }

    @Override
    public synchronized List<String> children(String key) {
        reach();
        var names = new TreeSet<String>();
        for (String path : values.keySet()) {
            if (path.startsWith(key + '/')) {
                names.add(path.substring(key.length() + 1).replaceFirst("/.*", ""));
            }
        }
        return List.copyOf(names);
    }

    @Override
    public void put(long writer, String key, byte[] value) {
        apply(writer, List.of(new Change.Put(key, value)));
    }

    @Override
    public synchronized void apply(long writer, List<Change> changes) {
        reach();
        writes++;
        for (Change change : changes) {
            if (writer != epoch) {
                throw new StaleEpochException(change.key(), writer);
            }
            if (change instanceof Change.Put put && put.value().length > 512 * 1024) {
                throw new StateException(
                        put.key() + ": a value may have 524288 bytes, this one has " + put.value().length);
            }
        }
        for (Change change : changes) {
            if (change instanceof Change.Put put) {
                values.put(put.key(), put.value().clone());
            } else {
                values.remove(change.key());
            }
        }
    }

    @Override
    public synchronized void delete(long writer, String key) {
        apply(writer, List.of(new Change.Delete(key)));
        values.keySet().removeIf(path -> path.startsWith(key + '/'));
    }

    private void reach() {
        if (broken) {
            throw new StateException("the state cannot be reached");
        }
    }
}
