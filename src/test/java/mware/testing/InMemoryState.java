package mware.testing;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import mware.core.state.RuntimeState;
import mware.core.state.StaleEpochException;
import mware.core.state.StateException;

/** Runtime state for tests of services: it keeps the rules of the real one, in memory. */
public final class InMemoryState implements RuntimeState {

    private final TreeMap<String, byte[]> values = new TreeMap<>();
    private final LongPredicate current;

    /** A state that takes every epoch for the present one. */
    public InMemoryState() {
        this(epoch -> true);
    }

    /** A state that refuses writes under an epoch that {@code current} does not accept. */
    public InMemoryState(LongPredicate current) {
        this.current = current;
    }

    @Override
    public synchronized Optional<byte[]> get(String key) {
        return Optional.ofNullable(values.get(key)).map(byte[]::clone);
    }

    @Override
    public synchronized List<String> children(String key) {
        String below = key + "/";
        return values.tailMap(below).keySet().stream()
                .takeWhile(name -> name.startsWith(below))
                .map(name -> name.substring(below.length()).split("/", 2)[0])
                .distinct()
                .toList();
    }

    @Override
    public synchronized void put(long epoch, String key, byte[] value) {
        apply(epoch, List.of(new Change.Put(key, value)));
    }

    @Override
    public synchronized void apply(long epoch, List<Change> changes) {
        for (Change change : changes) {
            check(epoch, change.key());
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
    public synchronized void delete(long epoch, String key) {
        check(epoch, key);
        values.remove(key);
        values.keySet().removeIf(name -> name.startsWith(key + "/"));
    }

    private void check(long epoch, String key) {
        if (!current.test(epoch)) {
            throw new StaleEpochException(key, epoch);
        }
    }
}
