package mware.core.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Packs large answers for clients that take it.
 *
 * <p>Only answers to GET are packed. A secret is shown in the answer to a POST alone (a session, a new token), so that
 * no length of a packed answer tells anything about one (BREACH).
 */
final class Gzip {

    /** Below this many bytes packing is not worth its time. */
    static final int LEAST = 1_024;

    private Gzip() {}

    /** Whether {@code Accept-Encoding} takes it. */
    static boolean isWanted(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        for (String one : acceptEncoding.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = one.strip().split("\\s*;\\s*");
            if (parts[0].equals("gzip") || parts[0].equals("*")) {
                return parts.length == 1 || !parts[1].matches("q=0(\\.0*)?");
            }
        }
        return false;
    }

    static byte[] pack(byte[] plain) {
        var packed = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never, in memory
        }
        return packed.toByteArray();
    }
}
