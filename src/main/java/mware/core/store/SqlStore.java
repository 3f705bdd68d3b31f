package mware.core.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;

/**
 * Entities in a database: H2 for a site of one node, PostgreSQL for more.
 *
 * <p>On PostgreSQL each node asks every 200 ms for the rows whose transaction was not yet visible when it asked before:
 * so nothing is missed, in whatever order transactions commit and however long one stays open. While the database is away
 * writes are refused with the reason, and it is tried again twice a second.
 */
public final class SqlStore implements Store, FileChunks {

    private static final Logger LOG = LoggerFactory.getLogger("database");
    private static final String CATEGORY = "database";
    private static final long PERIOD_MILLIS = 200;
    private static final Duration TOMBSTONES = Duration.ofDays(1);
    private static final int LONGEST_REASON = 300;
    private static final int PAGE = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DatabaseSettings settings;
    private final Path folder;
    private final Supplier<Optional<String>> refusal;
    private final Deviations deviations;
    private final Clock clock;
    private final Semaphore writers = new Semaphore(Database.WRITERS);
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "database"));
    private final CountDownLatch tried = new CountDownLatch(1);
    private final List<Consumer<List<Changed>>> listeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> reloads = new CopyOnWriteArrayList<>();
    private volatile @Nullable Database database;
    private volatile @Nullable String outage = "it is being opened";

    /** The snapshot of the last look; only the executor's thread touches it. */
    private String mark = "";

    private long ticks;

    /**
     * Prepares; {@link #start()} opens the database.
     *
     * @param folder where H2 keeps its file
     * @param refusal why writes must be refused though the database works, such as H2 on a site of two nodes
     */
    public SqlStore(
            DatabaseSettings settings,
            Path folder,
            Supplier<Optional<String>> refusal,
            Deviations deviations,
            Clock clock) {
        this.settings = settings;
        this.folder = folder;
        this.refusal = refusal;
        this.deviations = deviations;
        this.clock = clock;
    }

    /** Begins to open the database, on a thread of its own, and goes on trying. */
    public void start() {
        executor.scheduleWithFixedDelay(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Waits until the database is open and read, or could not be opened; false when neither was so within {@code limit}. */
    public boolean awaitFirstTry(Duration limit) throws InterruptedException {
        return tried.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void follow(Consumer<List<Changed>> listener) {
        listeners.add(listener);
    }

    @Override
    public void onReturn(Runnable reload) {
        reloads.add(reload);
    }

    @Override
    public Optional<String> outage() {
        return Optional.ofNullable(outage);
    }

    private void look() {
        try {
            warn();
            if (outage != null) {
                open();
            } else if (settings.isPostgres()) {
                poll();
            }
            if (ticks++ % (Duration.ofHours(1).toMillis() / PERIOD_MILLIS) == 0 && outage == null) {
                open(database)
                        .update(
                                "delete-all-ended",
                                Map.of("before", time(clock.instant().minus(TOMBSTONES))));
            }
        } catch (RuntimeException | LinkageError e) {
            away(e);
        } finally {
            tried.countDown();
        }
    }

    private void warn() {
        Optional<String> refused = refusal.get();
        deviations.set(
                refused.isPresent(), CATEGORY, "nodes", Deviation.Status.WARNING, refused.orElse("writes are refused"));
    }

    private void open() {
        Database opened = database;
        if (opened == null) {
            opened = new Database(settings, folder);
            database = opened;
        }
        opened.query("select-ping", Map.of());
        opened.migrate();
        if (settings.isPostgres()) {
            opened.update("postgresql/update-restored", Map.of());
            mark = String.valueOf(opened.query("postgresql/select-snapshot", Map.of())
                    .get(0)
                    .values()
                    .iterator()
                    .next());
        }
        for (Runnable reload : reloads) {
            reload.run();
        }
        if (!"it is being opened".equals(outage)) {
            LOG.info("{} is back", settings.where());
        }
        outage = null;
        deviations.clear(CATEGORY, "database");
    }

    private void poll() {
        List<Map<String, Object>> rows = open(database).query("postgresql/select-changes", Map.of("mark", mark));
        var changes = new ArrayList<Changed>();
        for (Map<String, Object> row : rows) {
            mark = String.valueOf(row.get("now"));
            if (row.get("id") != null) {
                changes.add(new Changed(text(row, "collection"), entity(row, (Boolean) row.get("deleted"))));
            }
        }
        if (!changes.isEmpty()) {
            tell(changes);
        }
    }

    private void away(Throwable failure) {
        String reason = settings.where() + " cannot be used: " + reason(failure);
        if (!reason.equals(outage)) {
            LOG.warn("{}; reads go on from memory, writes are refused", reason);
            LOG.debug("the database is away", failure);
        }
        outage = reason;
        deviations.raise(
                CATEGORY,
                "database",
                Deviation.Status.ERROR,
                reason + "; collections are read from memory, writes are refused");
    }

    /** The innermost words. */
    private static String reason(Throwable failure) {
        Throwable inner = failure;
        while (inner.getCause() != null && inner.getCause() != inner) {
            inner = inner.getCause();
        }
        String words = inner.getMessage() == null ? inner.getClass().getSimpleName() : inner.getMessage();
        String line = words.lines().findFirst().orElse("").strip();
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "...";
    }

    private Database open(@Nullable Database opened) {
        if (opened == null) {
            throw new StoreException(settings.where() + ": " + outage().orElse("it is being opened"), null);
        }
        return opened;
    }

    private void tell(List<Changed> changes) {
        listeners.forEach(listener -> listener.accept(changes));
    }

    @Override
    public List<Entity> load(String collection) {
        var all = new ArrayList<Entity>();
        load(collection, all::add);
        return all;
    }

    @Override
    public void load(String collection, Consumer<Entity> each) {
        Database from = open(database);
        try {
            from.read(() -> {
                String domain = "";
                String id = "";
                List<Map<String, Object>> page;
                do {
                    page = from.query("load-entities", Map.of("collection", collection, "domain", domain, "id", id));
                    for (Map<String, Object> row : page) {
                        each.accept(entity(row, false));
                        domain = text(row, "domain");
                        id = text(row, "id");
                    }
                } while (page.size() == PAGE);
                return page;
            });
        } catch (RuntimeException e) {
            throw new StoreException(settings.where() + " cannot be read: " + reason(e), e);
        }
    }

    @Override
    public void write(List<Write> writes) {
        refuseWhileAway();
        boolean turn = false;
        try {
            turn = writers.tryAcquire(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
            if (!turn) {
                throw new StoreException(
                        settings.where() + " is slow: no turn to write within "
                                + settings.timeout().toSeconds() + " s",
                        null);
            }
            try {
                write(writes, false);
            } catch (DuplicateKeyException e) {
                again(writes, e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("the node is stopping", e);
        } finally {
            if (turn) {
                writers.release();
            }
        }
        tell(writes.stream()
                .map(write -> new Changed(write.collection(), write.entity()))
                .toList());
    }

    /** One of the same id may have ended not long ago: then it gives way. */
    private void again(List<Write> writes, DuplicateKeyException first) {
        refuseTaken(first);
        try {
            write(writes, true);
        } catch (DuplicateKeyException e) {
            refuseTaken(e);
            throw new ConflictException(ConflictException.Kind.VERSION, "it is there already");
        }
    }

    private static void refuseTaken(DuplicateKeyException failure) {
        if (String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("entity_unique")) {
            throw new ConflictException(ConflictException.Kind.TAKEN, "what must be unique is taken");
        }
    }

    private void write(List<Write> writes, boolean revive) {
        Database to = open(database);
        boolean[] committing = {false};
        try {
            to.write(() -> {
                for (Write write : writes) {
                    put(to, write, revive);
                }
                for (Write write : writes) {
                    to.update("insert-audit", audit(write));
                }
                committing[0] = true;
            });
        } catch (DuplicateKeyException | ConflictException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new StoreException(settings.where() + " failed: " + reason(e), e, committing[0]);
        }
    }

    private static void put(Database to, Write write, boolean revive) {
        Entity entity = write.entity();
        Map<String, Object> values = new HashMap<>();
        values.put("collection", write.collection());
        values.put("domain", entity.domain());
        values.put("id", entity.id());
        values.put("uniq", entity.unique());
        values.put("body", json(entity.body()));
        values.put("ct", time(entity.created()));
        values.put("lwt", time(entity.modified()));
        values.put("version", entity.version());
        values.put("deleted", entity.deleted());
        if (entity.version() == 1) {
            if (revive) {
                to.update("delete-ended", values);
            }
            to.update("insert-entity", values);
        } else {
            values.put("former", entity.version() - 1);
            if (to.update("update-entity", values) == 0) {
                throw new ConflictException(ConflictException.Kind.VERSION, entity.id() + " has changed");
            }
        }
    }

    private Map<String, Object> audit(Write write) {
        Trace trace = write.trace();
        Map<String, Object> values = new HashMap<>();
        values.put("at", time(clock.instant()));
        values.put("who", cut(trace.who(), 600));
        values.put("origin", cut(trace.from(), 100));
        values.put("request", cut(trace.request(), 100));
        values.put("action", trace.action());
        values.put("collection", write.collection());
        values.put("domain", write.entity().domain());
        values.put("id", write.entity().id());
        values.put("fields", cut(String.join(",", trace.fields()), 10_000));
        return values;
    }

    /** The latest entries of the audit log that fit; throws {@link StoreException}. */
    public List<AuditEntry> audit(AuditEntry.Query query) {
        Map<String, Object> values = new HashMap<>();
        for (String field : List.of("who", "from", "request", "action", "collection", "domain", "id")) {
            values.put(field.equals("from") ? "origin" : field, query.equal().getOrDefault(field, ""));
        }
        values.put("everything", query.scope().isEmpty());
        values.put("scope", query.scope());
        values.put("below", "%." + query.scope());
        values.put("since", time(query.since()));
        values.put("until", time(query.until()));
        values.put("limit", query.limit());
        values.put("offset", query.offset());
        return reading(from -> from.query("select-audit", values)).stream()
                .map(row -> new AuditEntry(
                        ((Number) Objects.requireNonNull(row.get("number"))).longValue(),
                        instant(row.get("at")),
                        text(row, "who"),
                        text(row, "origin"),
                        text(row, "request"),
                        text(row, "action"),
                        text(row, "collection"),
                        text(row, "domain"),
                        text(row, "id"),
                        text(row, "fields").isEmpty()
                                ? List.of()
                                : List.of(text(row, "fields").split(","))))
                .toList();
    }

    @Override
    public void writeChunk(String upload, int number, byte[] data) {
        refuseWhileAway();
        reading(to -> to.update(
                "insert-chunk", Map.of("upload", upload, "number", number, "at", time(clock.instant()), "data", data)));
    }

    @Override
    public byte[] readChunk(String upload, int number) {
        List<Map<String, Object>> rows =
                reading(from -> from.query("select-chunk", Map.of("upload", upload, "number", number)));
        if (rows.isEmpty()) {
            throw new StoreException("a piece of the file is not there", null);
        }
        return (byte[]) Objects.requireNonNull(rows.get(0).get("data"));
    }

    @Override
    public List<String> uploadsOlderThan(Duration age) {
        return reading(from -> from.query(
                        "select-uploads", Map.of("before", time(clock.instant().minus(age)))))
                .stream()
                .map(row -> text(row, "upload"))
                .toList();
    }

    @Override
    public void deleteUpload(String upload) {
        reading(to -> to.update("delete-chunks", Map.of("upload", upload)));
    }

    private <T> T reading(Function<Database, T> work) {
        String away = outage;
        if (away != null) {
            throw new StoreException(away, null);
        }
        try {
            return work.apply(open(database));
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new StoreException(settings.where() + " failed: " + reason(e), e);
        }
    }

    private void refuseWhileAway() {
        refusal.get().ifPresent(why -> {
            throw new StoreException(why, null);
        });
        String away = outage;
        if (away != null) {
            throw new StoreException(away, null);
        }
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    private static String json(ObjectNode body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Entity entity(Map<String, Object> row, boolean deleted) {
        try {
            return new Entity(
                    text(row, "id"),
                    text(row, "domain"),
                    (String) row.get("uniq"),
                    (ObjectNode) JSON.readTree(text(row, "body")),
                    instant(row.get("ct")),
                    instant(row.get("lwt")),
                    ((Number) row.get("version")).longValue(),
                    deleted);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an entity that is not JSON: " + text(row, "id"), e);
        }
    }

    private static String text(Map<String, Object> row, String column) {
        return String.valueOf(row.get(column));
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Instant instant(@Nullable Object time) {
        return time instanceof Timestamp stamp
                ? stamp.toInstant()
                : ((OffsetDateTime) Objects.requireNonNull(time)).toInstant();
    }

    @Override
    public void close() {
        executor.shutdownNow();
        try {
            executor.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Database open = database;
        if (open != null) {
            open.close();
        }
    }
}
