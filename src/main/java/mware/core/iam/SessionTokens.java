package mware.core.iam;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes and reads the tokens of sessions: signed with HMAC-SHA256 under a key that every node derives from the cluster
 * secret, so that a session is good on all nodes at once and needs no database.
 */
public final class SessionTokens {

    /** How long a session lasts. */
    static final Duration LIFE = Duration.ofHours(12);

    private static final String PREFIX = "mws.";
    private static final int LONGEST = 1_024;

    /** How many tokens are remembered as read; then it begins anew. */
    private static final int MOST_READ = 10_000;

    private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();

    private final Supplier<String> secret;
    private final SecureRandom random = new SecureRandom();
    private volatile @Nullable Key key;

    /**
     * The key that belongs to a secret; a node that joins a site may take another secret.
     *
     * @param read what tokens said that were found to be signed under it: a session asks often, and a signature costs more
     *     than all else that a read from memory does
     */
    private record Key(String secret, SecretKeySpec spec, ConcurrentMap<String, Ticket> read) {
        @Override
        public String toString() {
            return "Key[***]";
        }
    }

    public SessionTokens(Supplier<String> secret) {
        this.secret = secret;
    }

    /** A ticket for {@code account} and its token. */
    Signed issue(Logins.Account account, Instant now) {
        byte[] id = new byte[12];
        random.nextBytes(id);
        Instant expires = Instant.ofEpochSecond(now.plus(LIFE).getEpochSecond());
        var ticket = new Ticket(
                Ticket.name(expires, TO_TEXT.encodeToString(id)),
                account.id(),
                account.domain(),
                account.stamp(),
                expires);
        String content = String.join("\n", ticket.name(), ticket.account(), ticket.domain(), ticket.stamp());
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return new Signed(
                ticket,
                PREFIX + TO_TEXT.encodeToString(bytes) + "." + TO_TEXT.encodeToString(hmac(key().spec(), bytes)));
    }

    /** A ticket and the token that proves it; the token is a secret. */
    record Signed(Ticket ticket, String token) {
        @Override
        public String toString() {
            return ticket.toString();
        }
    }

    /** What {@code token} says, be its time over or not; empty when it was not made by this cluster. */
    Optional<Ticket> read(String token) {
        int dot = token.lastIndexOf('.');
        if (!token.startsWith(PREFIX) || dot < PREFIX.length() || token.length() > LONGEST) {
            return Optional.empty();
        }
        Key now = key();
        Ticket known = now.read().get(token);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Ticket> ticket = proven(token, dot, now);
        ticket.ifPresent(proven -> {
            if (now.read().size() >= MOST_READ) {
                now.read().clear();
            }
            now.read().put(token, proven);
        });
        return ticket;
    }

    private static Optional<Ticket> proven(String token, int dot, Key key) {
        byte[] content;
        byte[] signature;
        try {
            content = Base64.getUrlDecoder().decode(token.substring(PREFIX.length(), dot));
            signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (!MessageDigest.isEqual(hmac(key.spec(), content), signature)) {
            return Optional.empty();
        }
        String[] parts = new String(content, StandardCharsets.UTF_8).split("\n", -1);
        return parts.length == 4
                ? Ticket.end(parts[0]).map(expires -> new Ticket(parts[0], parts[1], parts[2], parts[3], expires))
                : Optional.empty();
    }

    private Key key() {
        String now = secret.get();
        Key known = key;
        if (known == null || !known.secret().equals(now)) {
            var own = new SecretKeySpec(now.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
            byte[] derived = hmac(own, "mware session tokens, 1".getBytes(StandardCharsets.UTF_8));
            known = new Key(now, new SecretKeySpec(derived, "HmacSHA256"), new ConcurrentHashMap<>());
            key = known;
        }
        return known;
    }

    private static byte[] hmac(SecretKeySpec key, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
