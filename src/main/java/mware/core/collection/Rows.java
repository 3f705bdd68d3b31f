package mware.core.collection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import mware.core.store.Entity;
import org.jspecify.annotations.Nullable;

/**
 * The entities of one collection in memory; reads never wait, changes take turns.
 *
 * <p>An entity replaces a former state of itself only when it is newer: made later, or of the same making and a higher
 * version. So changes may be told more than once and in any order.
 */
final class Rows {

    private final List<String> lookup;
    private final AtomicLong bytes;
    private final ConcurrentMap<String, OfDomain> domains = new ConcurrentHashMap<>();

    /** What has ended, so that an older state that is told late does not bring it back. */
    private final ConcurrentMap<String, Ended> ended = new ConcurrentHashMap<>();

    /**
     * Empty.
     *
     * @param lookup the fields that are asked for often
     * @param bytes what all collections take together
     */
    Rows(List<String> lookup, AtomicLong bytes) {
        this.lookup = lookup;
        this.bytes = bytes;
    }

    private record Ended(long created, long modified, long version) {}

    private static final class OfDomain {
        final ConcurrentMap<String, Row> byId = new ConcurrentHashMap<>();
        final ConcurrentMap<String, Row> byUnique = new ConcurrentHashMap<>();
        final ConcurrentSkipListMap<Row.Order, Row> ordered = new ConcurrentSkipListMap<>();
        final ConcurrentMap<String, ConcurrentMap<String, Set<String>>> lookups = new ConcurrentHashMap<>();
    }

    @Nullable
    Row get(String domain, String id) {
        OfDomain of = domains.get(domain);
        return of == null ? null : of.byId.get(id);
    }

    @Nullable
    Row find(String domain, String unique) {
        OfDomain of = domains.get(domain);
        return of == null ? null : of.byUnique.get(unique);
    }

    /** Those of a domain in the order in which they were made. */
    Collection<Row> ordered(String domain) {
        OfDomain of = domains.get(domain);
        return of == null ? List.of() : of.ordered.values();
    }

    int count(String domain) {
        OfDomain of = domains.get(domain);
        return of == null ? 0 : of.byId.size();
    }

    Stream<Row> all() {
        return domains.values().stream().flatMap(of -> of.byId.values().stream());
    }

    /** Those of a domain whose field has one of these values; empty when the field is not one asked for often. */
    Optional<List<Row>> having(String domain, String field, Collection<String> values) {
        if (!lookup.contains(field)) {
            return Optional.empty();
        }
        OfDomain of = domains.get(domain);
        Map<String, Set<String>> ids = of == null ? null : of.lookups.get(field);
        if (of == null || ids == null) {
            return Optional.of(List.of());
        }
        return Optional.of(values.stream()
                .distinct()
                .flatMap(value -> ids.getOrDefault(value, Set.of()).stream())
                .flatMap(id -> Stream.ofNullable(of.byId.get(id)))
                .sorted((a, b) -> a.order().compareTo(b.order()))
                .toList());
    }

    /** When the entity of that id ended, in milliseconds; 0 when none is known to have. */
    long ended(String domain, String id) {
        Ended former = ended.get(key(domain, id));
        return former == null ? 0 : former.modified();
    }

    /** Takes in a state of an entity; false when the one that is here is as new. */
    synchronized boolean put(Entity entity) {
        String domain = entity.domain();
        Row former = get(domain, entity.id());
        Ended end = ended.get(key(domain, entity.id()));
        long created = entity.created().toEpochMilli();
        if (former != null && !isLater(created, entity.version(), former.created, former.version)
                || end != null && !isLater(created, entity.version(), end.created(), end.version())) {
            return false;
        }
        if (entity.deleted()) {
            ended.put(
                    key(domain, entity.id()),
                    new Ended(created, entity.modified().toEpochMilli(), entity.version()));
            if (former != null) {
                remove(former);
            }
            return former != null;
        }
        ended.remove(key(domain, entity.id()));
        add(Row.of(entity), former);
        return true;
    }

    private static boolean isLater(long created, long version, long thanCreated, long thanVersion) {
        return created > thanCreated || created == thanCreated && version > thanVersion;
    }

    private void add(Row row, @Nullable Row former) {
        OfDomain of = domains.computeIfAbsent(row.domain, domain -> new OfDomain());
        of.byId.put(row.id, row);
        if (former != null && !former.order().equals(row.order())) {
            of.ordered.remove(former.order());
        }
        of.ordered.put(row.order(), row);
        if (row.unique != null) {
            of.byUnique.put(row.unique, row);
        }
        if (former != null && former.unique != null && !former.unique.equals(row.unique)) {
            of.byUnique.remove(former.unique, former);
        }
        if (!lookup.isEmpty()) {
            look(of, row, former);
        }
        bytes.addAndGet(row.size() - (former == null ? 0 : former.size()));
    }

    private void look(OfDomain of, @Nullable Row row, @Nullable Row former) {
        ObjectNode now = row == null ? null : row.body();
        ObjectNode before = former == null ? null : former.body();
        for (String field : lookup) {
            var ids = of.lookups.computeIfAbsent(field, name -> new ConcurrentHashMap<>());
            String next = now == null ? null : text(CollectionSchema.at(now, field));
            String last = before == null ? null : text(CollectionSchema.at(before, field));
            if (row != null && next != null) {
                ids.computeIfAbsent(next, value -> ConcurrentHashMap.newKeySet())
                        .add(row.id);
            }
            if (former != null && last != null && !last.equals(next)) {
                ids.computeIfPresent(last, (value, all) -> {
                    all.remove(former.id);
                    return all.isEmpty() ? null : all;
                });
            }
        }
    }

    private static @Nullable String text(JsonNode value) {
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }

    private void remove(Row row) {
        OfDomain of = domains.get(row.domain);
        if (of != null) {
            of.byId.remove(row.id, row);
            of.ordered.remove(row.order());
            if (row.unique != null) {
                of.byUnique.remove(row.unique, row);
            }
            look(of, null, row);
            bytes.addAndGet(-row.size());
        }
    }

    /** Takes out all entities that are not among {@code kept}, keys of {@link #key}; gives those that were. */
    synchronized List<Row> retain(Set<String> kept) {
        List<Row> gone = all().filter(row -> row.version > 0 && !kept.contains(key(row.domain, row.id)))
                .toList();
        gone.forEach(this::remove);
        return gone;
    }

    /** Takes in an entity whatever state of it is here; false when that is the same. */
    synchronized boolean replace(Entity entity) {
        Row former = get(entity.domain(), entity.id());
        ended.remove(key(entity.domain(), entity.id()));
        if (former != null
                && former.version == entity.version()
                && former.created == entity.created().toEpochMilli()
                && former.modified == entity.modified().toEpochMilli()) {
            return false;
        }
        add(Row.of(entity), former);
        return true;
    }

    /** Takes in what is always there unless the store has it, and takes out what no longer is. */
    synchronized void stand(List<Entity> standing) {
        var keys = new HashSet<String>();
        for (Entity entity : standing) {
            keys.add(key(entity.domain(), entity.id()));
            if (get(entity.domain(), entity.id()) == null) {
                add(Row.of(entity), null);
            }
        }
        all().filter(row -> row.version == 0 && !keys.contains(key(row.domain, row.id)))
                .toList()
                .forEach(this::remove);
    }

    /** Forgets what ended before {@code instant}, in milliseconds. */
    void forget(long instant) {
        ended.values().removeIf(end -> end.modified() < instant);
    }

    static String key(String domain, String id) {
        return domain + '\n' + id;
    }
}
