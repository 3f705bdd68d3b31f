package mware.core.reload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A route file as it was read.
 *
 * @param file its name without the folder, such as {@code PgControllerRoutes.java}
 * @param text what it says
 * @param hash SHA-256 of name and text, in hexadecimal digits
 */
record RouteSource(String file, String text, String hash) {

    /** What the name of a route file ends with. */
    static final String SUFFIX = ".java";

    /** Stands in a text for bytes that are not UTF-8; the compiler refuses it. */
    static final char NOT_UTF_8 = '\uFFFD';

    private static final long LARGEST = 512 * 1024;

    /** A source of this name and text. */
    static RouteSource of(String file, String text) {
        return new RouteSource(file, text, sha256(file, text));
    }

    /** Reads {@code file} of {@code folder} without its byte order mark; see {@link #NOT_UTF_8}. */
    static RouteSource read(Path folder, String file) throws IOException {
        Path path = folder.resolve(file);
        if (Files.size(path) > LARGEST) { // the compiler would need more memory for it than a node has
            throw new IOException("it is larger than " + LARGEST / 1024 + " KiB");
        }
        String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
        return of(file, text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    /** The class that the file must hold: its name without {@code .java}. */
    String className() {
        return file.substring(0, file.length() - SUFFIX.length());
    }

    /** SHA-256 of the parts and where each ends, in hexadecimal digits. */
    static String sha256(String... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
