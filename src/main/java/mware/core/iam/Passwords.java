package mware.core.iam;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Keeps passwords as argon2id (RFC 9106) in the PHC string form, with the parameters that OWASP names; each call takes
 * tens of milliseconds and 19 MiB.
 */
final class Passwords {

    /** What is kept for an account that does not exist: it costs what any other does, and no password fits. */
    static final String NOBODY = nobody();

    /** Longer ones are refused before they are kept, so none fits; bytes in UTF-8. */
    static final int LONGEST = 1_024;

    private static final int KIBIBYTES = 19_456;
    private static final int ITERATIONS = 2;
    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,2}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
    private static final SecureRandom RANDOM = new SecureRandom();

    private Passwords() {}

    /** The PHC string of {@code password}, with a salt of its own. */
    static String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return phc(salt, argon2id(password, salt, KIBIBYTES, ITERATIONS, LANES, HASH_BYTES));
    }

    /** Whether {@code password} is the one that {@code phc} was made of; costs the same whatever the answer. */
    static boolean matches(String phc, String password) {
        Matcher parts = PHC.matcher(phc);
        boolean readable = parts.matches() || (parts = PHC.matcher(NOBODY)).matches();
        if (!readable) {
            throw new IllegalStateException("not a PHC string of ours");
        }
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        boolean fits = bytes.length > 0 && bytes.length <= LONGEST;
        byte[] kept = Base64.getDecoder().decode(parts.group(5));
        byte[] found = argon2id(
                fits ? password : "",
                Base64.getDecoder().decode(parts.group(4)),
                Integer.parseInt(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                Integer.parseInt(parts.group(3)),
                kept.length);
        return MessageDigest.isEqual(kept, found) & fits;
    }

    private static byte[] argon2id(
            String password, byte[] salt, int kibibytes, int iterations, int lanes, int hashBytes) {
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(kibibytes)
                .withIterations(iterations)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[hashBytes];
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        generator.generateBytes(bytes, hash);
        Arrays.fill(bytes, (byte) 0);
        return hash;
    }

    private static String phc(byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + KIBIBYTES + ",t=" + ITERATIONS + ",p=" + LANES + "$" + base64.encodeToString(salt)
                + "$" + base64.encodeToString(hash);
    }

    private static String nobody() {
        byte[] salt = new byte[SALT_BYTES];
        byte[] hash = new byte[HASH_BYTES];
        new SecureRandom().nextBytes(salt);
        new SecureRandom().nextBytes(hash);
        return phc(salt, hash);
    }
}
