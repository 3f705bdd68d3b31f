package mware.core.collection;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import mware.core.store.ConflictException;
import mware.core.store.Entity;
import mware.core.store.Store;
import mware.core.store.StoreException;

/** A store in memory that a test can put out of order; several collections may share it as nodes do. */
final class MemoryStore implements Store {

    private final Map<String, Entity> kept = new ConcurrentHashMap<>();
    private final List<Consumer<List<Changed>>> listeners = new ArrayList<>();
    final List<Write> written = new ArrayList<>();
    private final List<Changed> untold = new ArrayList<>();
    volatile String away = "";
    volatile boolean silent;

    private static String key(String collection, Entity entity) {
        return collection + '\n' + entity.domain() + '\n' + entity.id();
    }

    @Override
    public List<Entity> load(String collection) {
        refuse();
        return kept.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(collection + '\n'))
                .map(Map.Entry::getValue)
                .filter(entity -> !entity.deleted())
                .toList();
    }

    @Override
    public synchronized void write(List<Write> writes) {
        refuse();
        for (Write write : writes) {
            Entity former = kept.get(key(write.collection(), write.entity()));
            long version = former == null || former.deleted() ? 0 : former.version();
            if (write.entity().version() != version + 1) {
                throw new ConflictException(ConflictException.Kind.VERSION, "it has changed");
            }
            boolean taken = write.entity().unique() != null
                    && kept.values().stream()
                            .anyMatch(other -> !other.deleted()
                                    && !other.id().equals(write.entity().id())
                                    && other.domain().equals(write.entity().domain())
                                    && Objects.equals(
                                            other.unique(), write.entity().unique()));
            if (taken) {
                throw new ConflictException(ConflictException.Kind.TAKEN, "it is taken");
            }
        }
        for (Write write : writes) {
            kept.put(key(write.collection(), write.entity()), write.entity());
            written.add(write);
            untold.add(new Changed(write.collection(), write.entity()));
        }
        if (!silent) {
            tell();
        }
    }

    synchronized void tell() {
        List<Changed> news = List.copyOf(untold);
        untold.clear();
        listeners.forEach(listener -> listener.accept(news));
    }

    private void refuse() {
        if (!away.isEmpty()) {
            throw new StoreException(away, null);
        }
    }

    @Override
    public void follow(Consumer<List<Changed>> listener) {
        listeners.add(listener);
    }

    @Override
    public Optional<String> outage() {
        return Optional.of(away).filter(why -> !why.isEmpty());
    }

    @Override
    public void close() {}
}
