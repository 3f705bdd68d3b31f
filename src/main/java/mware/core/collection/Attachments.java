package mware.core.collection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import mware.core.http.ApiException;
import mware.core.http.DirectRequest;
import mware.core.http.HeldTags;
import mware.core.store.ConflictException;
import mware.core.store.FileChunks;
import mware.core.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of an entity: {@code GET, HEAD, PUT, DELETE {id}/attachment}, streamed both ways.
 *
 * <p>It is uploaded in pieces under an id of its own; the entity names that id when the last piece is on disk, and only
 * then is the file another one.
 */
public final class Attachments {

    private static final Logger LOG = LoggerFactory.getLogger("collections");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LARGEST = 512L << 20;
    private static final long CACHE = 256L << 20;
    private static final int UPLOADS = 4;
    private static final Duration ABANDONED = Duration.ofHours(1);

    /** Kept with the entity besides the fields of its schema. */
    private static final String UPLOAD = "_upload";

    private static final String INFO = "attachment_info";

    private final StoredCollections collections;
    private final FileChunks chunks;
    private final ChunkCache cache;
    private final Reach reach;
    private final Clock clock;
    private final Semaphore uploads = new Semaphore(UPLOADS);

    /**
     * Keeps files beside the entities.
     *
     * @param folder for pieces that were read once
     */
    public Attachments(
            StoredCollections collections,
            FileChunks chunks,
            Path folder,
            Supplier<String> masterDomain,
            Predicate<String> domains,
            Clock clock) {
        this.collections = collections;
        this.chunks = chunks;
        this.clock = clock;
        cache = new ChunkCache(folder, CACHE);
        reach = new Reach(masterDomain, domains);
    }

    /** The collections whose entities have files. */
    public List<String> paths() {
        return collections.all().stream()
                .map(Collection::path)
                .filter(path -> collections.stored(path).schema().hasAttachment())
                .toList();
    }

    /** Answers a request about the file of an entity of the collection at {@code path}. */
    public void answer(String path, DirectRequest request) {
        StoredCollection collection = collections.stored(path);
        for (String name : List.of("domain", "attachment")) {
            if (request.query(name).size() > 1) {
                throw new ApiException(400, name + ": must be given once");
            }
        }
        boolean writes = request.method().equals("PUT") || request.method().equals("DELETE");
        var caller = request.caller();
        String domain = reach.domain(
                collection, caller, request.query("domain").stream().findFirst().orElse(null));
        Row row = reach.entity(
                collection,
                caller,
                domain,
                request.segment("id"),
                writes ? collection.schema().write() : collection.schema().read());
        switch (request.method()) {
            case "PUT" -> put(collection, row, request);
            case "DELETE" ->
                request.blocking(
                        () -> {
                            delete(collection, row, request);
                            return true;
                        },
                        done -> request.json(204, null, Map.of()));
            default -> send(row, request);
        }
    }

    private void send(Row row, DirectRequest request) {
        ObjectNode body = row.body();
        String upload = body.path(UPLOAD).asText();
        JsonNode info = body.path("opts").path(INFO);
        if (upload.isEmpty()) {
            throw new ApiException(404, row.id + " has no attachment");
        }
        long size = info.path("size").asLong();
        Map<String, String> headers = new HashMap<>();
        String tag = '"' + info.path("hasha").asText().replace(';', '-') + '"';
        headers.put("ETag", tag);
        headers.put("Cache-Control", "private, no-cache");
        if (HeldTags.hold(request.header("If-None-Match"), tag)) {
            request.json(304, null, headers);
            return;
        }
        headers.put("Content-Type", "application/octet-stream; charset=utf-8");
        if (request.query("attachment").stream().anyMatch(given -> given.equals("true") || given.equals("1"))) {
            headers.put("Content-Disposition", disposition(body.path("name").asText(row.id) + ".zip"));
        }
        if (request.method().equals("HEAD")) {
            request.head(size, headers);
        } else {
            int pieces = (int) ((size + FileChunks.SIZE - 1) / FileChunks.SIZE);
            request.send(size, pieces, number -> piece(upload, number), headers);
        }
    }

    private static String disposition(String name) {
        return name.matches("[A-Za-z0-9 ._-]+")
                ? "attachment; filename=\"" + name + '"'
                : "attachment; filename*=UTF-8''"
                        + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private byte[] piece(String upload, int number) {
        return cache.get(upload, number).orElseGet(() -> {
            byte[] data = told(() -> chunks.readChunk(upload, number));
            cache.put(upload, number, data);
            return data;
        });
    }

    private void put(StoredCollection collection, Row row, DirectRequest request) {
        String length = request.header("Content-Length");
        if (length != null && length.matches("\\d{1,18}") && Long.parseLong(length) > LARGEST + (1 << 20)) {
            throw new ApiException(413, "a file may have at most " + (LARGEST >> 20) + " MiB");
        }
        if (!uploads.tryAcquire()) {
            throw new ApiException(503, UPLOADS + " files are being uploaded to this node; try again");
        }
        String upload = UUID.randomUUID().toString();
        MessageDigest md5 = md5();
        var number = new AtomicInteger();
        var size = new AtomicLong();
        request.ended(uploads::release);
        request.receive(
                FileChunks.SIZE,
                LARGEST,
                piece -> {
                    md5.update(piece);
                    size.addAndGet(piece.length);
                    told(() -> {
                        chunks.writeChunk(upload, number.getAndIncrement(), piece);
                        return true;
                    });
                },
                () -> request.blocking(
                        () -> {
                            String hash = HexFormat.of().withUpperCase().formatHex(md5.digest());
                            return JSON.writeValueAsBytes(attach(collection, row, request, upload, hash, size.get()));
                        },
                        done -> request.json(200, done, Map.of())));
    }

    private ObjectNode attach(
            StoredCollection collection, Row row, DirectRequest request, String upload, String hash, long size) {
        ObjectNode info = row.body().objectNode();
        info.put("hasha", "md5;" + hash);
        info.put("mtime", Times.text(clock.instant()));
        info.put("size", size);
        rewrite(collection, row, request, body -> {
            body.put(UPLOAD, upload);
            opts(body).set(INFO, info);
        });
        return info;
    }

    private void delete(StoredCollection collection, Row row, DirectRequest request) {
        if (row.body().path(UPLOAD).isMissingNode()) {
            throw new ApiException(404, row.id + " has no attachment");
        }
        rewrite(collection, row, request, body -> {
            body.remove(UPLOAD);
            opts(body).remove(INFO);
        });
    }

    private static ObjectNode opts(ObjectNode body) {
        return body.get("opts") instanceof ObjectNode there ? there : body.putObject("opts");
    }

    private void rewrite(StoredCollection collection, Row row, DirectRequest request, Consumer<ObjectNode> edit) {
        var author = new Author(request.caller(), request.address(), request.id());
        for (int tries = 1; ; tries++) {
            synchronized (collection.lock(row.id)) {
                Row now = collection.present(row.domain, row.id);
                ObjectNode body = now.body();
                edit.accept(body);
                try {
                    collection.rewrite(author, now, body, List.of("attachment"));
                    return;
                } catch (ConflictException e) {
                    if (tries == 3) {
                        throw new ApiException(409, row.id + " is being changed by others; try again");
                    }
                }
            }
            collection.awaitOther(row);
        }
    }

    /** Deletes uploads that no entity names and to which nothing was added for an hour. */
    public void clean() {
        Set<String> named = new HashSet<>();
        for (String path : paths()) {
            StoredCollection collection = collections.stored(path);
            if (!collection.isLoaded()) {
                return;
            }
            collection
                    .rows()
                    .all()
                    .forEach(row -> named.add(row.body().path(UPLOAD).asText()));
        }
        try {
            for (String upload : chunks.uploadsOlderThan(ABANDONED)) {
                if (!named.contains(upload)) {
                    chunks.deleteUpload(upload);
                    LOG.info("cleared away the upload {}, which no entity has (any more)", upload);
                }
            }
        } catch (StoreException e) {
            LOG.debug("uploads are cleared away later", e);
        }
    }

    private static <T> T told(Supplier<T> work) {
        try {
            return work.get();
        } catch (StoreException e) {
            throw new ApiException(503, String.valueOf(e.getMessage()));
        }
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
