package mware.core.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What the nodes of a site know each other by: it closes their data in ZooKeeper and their calls to each other.
 *
 * <p>Kept in {@code cluster.secret} of the data folder, mode 600. One that an operator gave closes everything; one that
 * a node made itself is replaced by the site's, when the node joins a site whose nodes share theirs in ZooKeeper.
 */
public final class ClusterSecret {

    /** First line of a file that no operator wrote. */
    private static final String MADE_HERE =
            "# made by mware; give all nodes of a site one line of your own to close it";

    private static final int BYTES = 32;
    private static final int SHORTEST = 16;

    private final Path file;
    private volatile String value;
    private volatile boolean given;

    private ClusterSecret(Path file, String value, boolean given) {
        this.file = file;
        this.value = value;
        this.given = given;
    }

    /**
     * Reads the secret of a data folder, or makes one of 256 random bits.
     *
     * @param configured what the key {@code cluster.secret} says; it goes before the file, and is not written to it
     * @throws IllegalArgumentException when the operator's secret has fewer than 16 characters, or one that cannot go into an
     *     HTTP header (RFC 6750, 2.1)
     */
    public static ClusterSecret load(Path data, Optional<String> configured) throws IOException {
        Path file = data.resolve("cluster.secret");
        if (configured.isPresent()) {
            return new ClusterSecret(
                    file, checked("cluster.secret", configured.get().strip()), true);
        }
        if (Files.exists(file)) {
            List<String> lines = Files.readAllLines(file);
            String value = lines.stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .findFirst()
                    .orElse("");
            return new ClusterSecret(file, checked(file.toString(), value), !lines.contains(MADE_HERE));
        }
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        var secret = new ClusterSecret(file, HexFormat.of().formatHex(random), false);
        secret.write();
        return secret;
    }

    private static String checked(String where, String value) {
        if (value.length() < SHORTEST) {
            throw new IllegalArgumentException(
                    where + ": must have at least " + SHORTEST + " characters, has " + value.length());
        }
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    where + ": must be of Latin letters, digits and signs; it has other characters");
        }
        return value;
    }

    /** The secret itself. */
    public String value() {
        return value;
    }

    /** Whether an operator gave it. */
    public boolean given() {
        return given;
    }

    /** Whether {@code presented} is the secret; takes the same time for any wrong one of the same length. */
    public boolean matches(String presented) {
        return MessageDigest.isEqual(
                value.getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes the secret that the site's nodes share, and keeps it. */
    void adopt(String shared) throws IOException {
        if (!shared.equals(value)) {
            value = shared;
            write();
        }
    }

    private void write() throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        var onlyOwner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path next = file.resolveSibling("cluster.secret.new");
        Files.deleteIfExists(next);
        Files.createFile(next, onlyOwner);
        try {
            Files.writeString(next, MADE_HERE + "\n" + value + "\n");
        } catch (IOException e) { // without the file's name
            throw new FileSystemException(file.toString(), null, e.getMessage());
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public String toString() {
        return "ClusterSecret[***]";
    }
}
