package mware.core.store;

import java.time.Duration;
import java.util.List;

/**
 * Files in pieces, each written for good on its own; what belongs together has the same upload id. A file is there when an
 * entity names its upload, so half a file is nobody's, and is cleared away later.
 */
public interface FileChunks {

    /** How large a piece is; the last one of a file is smaller. */
    int SIZE = 1 << 20;

    /** Writes a piece; throws {@link StoreException}. */
    void writeChunk(String upload, int number, byte[] data);

    /** Reads a piece; throws {@link StoreException} when it cannot be read or is not there. */
    byte[] readChunk(String upload, int number);

    /** Uploads to which nothing was added for {@code age}. */
    List<String> uploadsOlderThan(Duration age);

    /** Deletes an upload. */
    void deleteUpload(String upload);
}
