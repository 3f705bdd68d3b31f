package mware.service.syslogtrap.snmp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The informs that one receiver has not acknowledged: which to send now, which to keep in the runtime state, which to
 * give up. Pure; times are nanoseconds of a monotonic clock; not for several threads.
 *
 * <p>Order is kept as far as possible: new ones go in the order they came, up to {@link #WINDOW} at a time; one that
 * got lost waits for its turn and goes first when it comes. While the receiver answers nothing at all, only the oldest is
 * tried, so that a flood does not meet it when it returns.
 */
final class Outbox {

    /** How many may be on their way to a receiver that answers. */
    static final int WINDOW = 100;

    /** How long one is tried. */
    static final Duration LIFE = Duration.ofHours(1);

    /** The most bytes that are kept for one receiver. */
    static final long MOST_BYTES = 16 << 20;

    private static final long[] BACKOFF_SECONDS = {1, 2, 5, 10, 30};

    private final int mostEntries;
    private final TreeMap<Long, Item> all = new TreeMap<>();
    private final TreeSet<Item> fresh = new TreeSet<>(Comparator.comparingLong(item -> item.id));
    private final TreeSet<Item> retries =
            new TreeSet<>(Comparator.<Item>comparingLong(item -> item.due).thenComparingLong(item -> item.id));
    private final Map<Long, Segment> segments = new HashMap<>();
    private final List<Long> emptied = new ArrayList<>();
    private long nextId;
    private long bytes;
    private int underway;
    private int misses;
    private long silentSince;
    private long silentUntil;
    private boolean answered;
    private long lastAnswer;
    private long expired;
    private long dropped;

    Outbox(int mostEntries) {
        this.mostEntries = mostEntries;
    }

    /**
     * One inform.
     *
     * @param id rises with the order of arrival, unique while the outbox exists
     * @param born when it came
     * @param payload its variable bindings in BER
     */
    record Entry(long id, long born, byte[] payload) {}

    /** A group of entries that is kept in the runtime state under one key, named by its first id. */
    record Batch(long first, List<Entry> entries) {}

    /** Adds one; where the outbox is full, the oldest make room. */
    void add(byte[] payload, long now) {
        put(new Entry(nextId++, now, payload), null);
    }

    /** Takes over what the runtime state holds; what was added here before and is not kept anywhere comes after it. */
    void restore(List<Batch> kept) {
        List<Entry> own = all.values().stream()
                .filter(item -> item.segment == null)
                .map(item -> item.entry)
                .toList();
        all.clear();
        fresh.clear();
        retries.clear();
        segments.clear();
        emptied.clear();
        bytes = 0;
        underway = 0;
        misses = 0;
        for (Batch batch : kept) {
            var segment = new Segment(batch.first());
            segments.put(batch.first(), segment);
            batch.entries().forEach(entry -> put(entry, segment));
            nextId = Math.max(
                    nextId, batch.entries().get(batch.entries().size() - 1).id() + 1);
        }
        own.forEach(entry -> put(new Entry(nextId++, entry.born(), entry.payload()), null));
    }

    private void put(Entry entry, @Nullable Segment segment) {
        var item = new Item(entry);
        item.segment = segment;
        if (segment != null) {
            segment.open++;
            segment.written++;
        }
        all.put(entry.id(), item);
        fresh.add(item);
        bytes += entry.payload().length;
        while (all.size() > mostEntries || bytes > MOST_BYTES && all.size() > 1) {
            remove(all.firstEntry().getValue());
            dropped++;
        }
    }

    /** The one to send now, if any; it counts as under way until {@link #acknowledged} or {@link #missed}. */
    Optional<Entry> next(long now) {
        if (underway >= (misses > 0 ? 1 : WINDOW) || misses > 0 && now - silentUntil < 0) {
            return Optional.empty();
        }
        Item item = misses > 0 ? oldest() : due(now);
        if (item == null) {
            return Optional.empty();
        }
        item.underway = true;
        item.sentAt = now;
        item.tries++;
        underway++;
        return Optional.of(item.entry);
    }

    private @Nullable Item oldest() {
        for (Item item : all.values()) {
            if (!item.underway) {
                fresh.remove(item);
                retries.remove(item);
                return item;
            }
        }
        return null;
    }

    private @Nullable Item due(long now) {
        return !retries.isEmpty() && now - retries.first().due >= 0 ? retries.pollFirst() : fresh.pollFirst();
    }

    /** The receiver answered; false when the entry was not here any more. */
    boolean acknowledged(long id, long now) {
        if (misses > 0) {
            misses = 0;
            fresh.addAll(retries); // they were not lost one by one: all go again, in their order
            retries.clear();
        }
        answered = true;
        lastAnswer = now;
        Item item = all.get(id);
        if (item == null) {
            return false;
        }
        remove(item);
        return true;
    }

    /** No answer in time, or it could not be sent: it waits 1, 2, 5, 10, then 30 s. */
    void missed(long id, long now) {
        Item item = all.get(id);
        if (item == null || !item.underway) {
            return;
        }
        item.underway = false;
        underway--;
        item.due = now + backoff(item.tries);
        retries.add(item);
        boolean nothingSince = !answered || item.sentAt - lastAnswer > 0;
        boolean newRound = misses == 0 || item.sentAt - silentSince >= 0; // the others of a window count once
        if (nothingSince && newRound) {
            misses++;
            silentSince = now;
            silentUntil = now + backoff(misses);
        }
    }

    private static long backoff(int tries) {
        return Duration.ofSeconds(BACKOFF_SECONDS[Math.min(tries, BACKOFF_SECONDS.length) - 1])
                .toNanos();
    }

    /** Gives up those older than {@link #LIFE}. */
    void expire(long now) {
        while (!all.isEmpty()) {
            Item oldest = all.firstEntry().getValue();
            if (now - oldest.entry.born() < LIFE.toNanos()) {
                return;
            }
            remove(oldest);
            expired++;
        }
    }

    private void remove(Item item) {
        all.remove(item.id);
        bytes -= item.entry.payload().length;
        if (item.underway) {
            item.underway = false;
            underway--;
        } else if (!fresh.remove(item)) {
            retries.remove(item);
        }
        Segment segment = item.segment;
        if (segment != null && --segment.open == 0) {
            segments.remove(segment.first);
            emptied.add(segment.first);
        }
    }

    /**
     * Those that came before {@code until} and are not kept yet, oldest first, for the runtime state.
     *
     * @param mostBytes the most of payload, though a single larger one is returned
     */
    Optional<Batch> toKeep(long until, int mostBytes) {
        var entries = new ArrayList<Entry>();
        long size = 0;
        for (Item item : all.values()) {
            if (item.segment != null) {
                continue;
            }
            size += item.entry.payload().length;
            if (item.entry.born() - until >= 0 || size > mostBytes && !entries.isEmpty()) {
                break;
            }
            entries.add(item.entry);
        }
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(new Batch(entries.get(0).id(), entries));
    }

    /** The batch was written; those of it that were acknowledged meanwhile need no more. */
    void kept(Batch batch) {
        var segment = new Segment(batch.first());
        segment.written = batch.entries().size();
        for (Entry entry : batch.entries()) {
            Item item = all.get(entry.id());
            if (item != null) {
                item.segment = segment;
                segment.open++;
            }
        }
        if (segment.open == 0) {
            emptied.add(batch.first());
        } else {
            segments.put(batch.first(), segment);
        }
    }

    /** What is left of batches that are partly done, to be written again under their keys before a hand-over. */
    List<Batch> remains() {
        Map<Long, List<Entry>> left = new TreeMap<>();
        for (Item item : all.values()) {
            if (item.segment != null && item.segment.open < item.segment.written) {
                left.computeIfAbsent(item.segment.first, first -> new ArrayList<>())
                        .add(item.entry);
            }
        }
        return left.entrySet().stream()
                .map(batch -> new Batch(batch.getKey(), batch.getValue()))
                .toList();
    }

    /** The batches that can be deleted from the runtime state. */
    List<Long> emptied() {
        return List.copyOf(emptied);
    }

    /** Those batches were deleted. */
    void deleted(List<Long> batches) {
        emptied.removeAll(batches);
    }

    int size() {
        return all.size();
    }

    /** Whether nothing has been answered since the last miss. */
    boolean silent() {
        return misses > 0;
    }

    /** Given up after an hour. */
    long expired() {
        return expired;
    }

    /** Pushed out by newer ones. */
    long dropped() {
        return dropped;
    }

    private static final class Item {
        final Entry entry;
        final long id;

        @Nullable
        Segment segment;

        boolean underway;
        int tries;
        long sentAt;
        long due;

        Item(Entry entry) {
            this.entry = entry;
            this.id = entry.id();
        }
    }

    private static final class Segment {
        final long first;
        int written;
        int open;

        Segment(long first) {
            this.first = first;
        }
    }
}
