package mware.core.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import mware.core.store.Entity;
import mware.core.store.Packed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copy of the active configuration in the data folder: what the node starts from while ZooKeeper is away, and what is
 * put in force again when ZooKeeper has lost all. Only its owner may read it.
 */
public final class LastConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger("configuration");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    /** The copy in {@code configuration.json} of this folder. */
    public LastConfiguration(Path data) {
        file = data.resolve("configuration.json");
    }

    /** The copy; empty when there is none, or none that can be read. */
    Optional<Revision> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode kept = JSON.readTree(Files.readAllBytes(file));
            if (!(kept.path("body") instanceof ObjectNode body)) {
                throw new IOException("it holds no configuration");
            }
            JsonNode content = body.path(Revision.CONTENT);
            body.set(Revision.CONTENT, Packed.of(content).asNode());
            return Optional.of(new Revision(new Entity(
                    kept.path("id").asText(),
                    kept.path("domain").asText(),
                    null,
                    body,
                    Instant.parse(kept.path("created").asText()),
                    Instant.parse(kept.path("modified").asText()),
                    kept.path("version").asLong(),
                    false)));
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} cannot be read and is not used: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** Replaces the copy; a disk that is full leaves the former one. */
    void write(Revision revision) {
        Entity entity = revision.entity();
        ObjectNode kept = JSON.createObjectNode();
        kept.put("id", entity.id());
        kept.put("domain", entity.domain());
        kept.put("created", entity.created().toString());
        kept.put("modified", entity.modified().toString());
        kept.put("version", entity.version());
        kept.set("body", entity.body());
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(next);
            byte[] text = JSON.writeValueAsBytes(kept);
            try (FileChannel out = FileChannel.open(
                    next,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer left = ByteBuffer.wrap(text);
                while (left.hasRemaining()) {
                    out.write(left);
                }
                out.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("no copy of the configuration could be kept in {}: {}", file, e.getMessage());
        }
    }

    /** Puts the copy aside, since ZooKeeper has an older one; where it is then. */
    Path putAside(Revision copy) {
        Path aside = file.resolveSibling(
                "configuration-" + (copy.version().isPresent() ? copy.version().getAsLong() : copy.id()) + ".json");
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("{} could not be put aside: {}", file, e.getMessage());
        }
        return aside;
    }
}
