package mware.core.iam;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import mware.core.collection.Collection;
import mware.core.http.ApiException;
import mware.core.http.Authenticator;
import mware.core.http.Caller;
import mware.core.store.Entity;

/**
 * Knows the programs that show an API token: 256 random bits, of which only the SHA-256 is kept, found by it in memory.
 *
 * <p>A token is good while it is there, its time is not over, and whoever made it could still make it.
 */
public final class ApiTokens implements Authenticator {

    static final String NAME = "name";
    static final String ROLE = "role";
    static final String EXPIRES = "expires";
    static final String TOKEN = "token";

    /** Hidden: the SHA-256 of the token, in hex. */
    static final String HASH = "token_hash";

    /** The account that made it: its id, and its domain; both absent when the cluster did. */
    static final String OWNER = "owner";

    static final String OWNER_DOMAIN = "owner_domain";

    private static final String PREFIX = "mwt.";
    private static final int LENGTH = PREFIX.length() + 43;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Collection tokens;
    private final UserAccounts accounts;
    private final Clock clock;
    private final ConcurrentMap<String, Entity> byHash = new ConcurrentHashMap<>();

    /** Under which hash an entity stands. */
    private final ConcurrentMap<String, String> hashes = new ConcurrentHashMap<>();

    /** Follows {@code iam/tokens}; create it before they are read. */
    public ApiTokens(Collection tokens, UserAccounts accounts, Clock clock) {
        this.tokens = tokens;
        this.accounts = accounts;
        this.clock = clock;
        tokens.onChange(this::changed);
    }

    /** A new token. */
    static String random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** What is kept of a token. */
    static String hash(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private void changed(Entity entity) {
        // what is told may be older than what is known by now, so it is looked up, one change of a token at a time
        hashes.compute(entity.domain() + "/" + entity.id(), (id, former) -> {
            Optional<Entity> now = tokens.get(entity.domain(), entity.id());
            String hash = now.map(token -> token.body().path(HASH).asText()).orElse("");
            if (former != null && !former.equals(hash)) {
                byHash.remove(former);
            }
            if (hash.isEmpty()) {
                return null;
            }
            byHash.put(hash, now.orElseThrow());
            return hash;
        });
    }

    @Override
    public CompletionStage<Optional<Caller>> caller(Credentials credentials) {
        String token = credentials.bearer();
        if (token == null || !token.startsWith(PREFIX)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        if (!tokens.isLoaded() || !accounts.isLoaded()) {
            return CompletableFuture.failedFuture(UserAccounts.notRead());
        }
        Optional<Entity> found =
                token.length() == LENGTH ? Optional.ofNullable(byHash.get(hash(token))) : Optional.empty();
        try {
            return CompletableFuture.completedFuture(found.map(this::caller));
        } catch (ApiException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Caller caller(Entity entity) {
        ObjectNode body = entity.body();
        if (expires(body).filter(end -> !end.isAfter(clock.instant())).isPresent()) {
            throw new ApiException(
                    401, "the API token is over since " + body.path(EXPIRES).asText() + ": make another");
        }
        String role = body.path(ROLE).asText();
        if (!isBacked(entity, role)) {
            throw new ApiException(
                    401, "the API token is over, since the account that made it may not have it any more");
        }
        return new Caller(
                Caller.Kind.TOKEN, body.path(NAME).asText(), entity.domain(), List.of(role), null, entity.id());
    }

    /** Whether the account that made it is there, enabled, and has the rights that it handed on. */
    private boolean isBacked(Entity entity, String role) {
        String owner = entity.body().path(OWNER).asText();
        if (owner.isEmpty()) {
            return true; // made by the cluster itself
        }
        return accounts.enabled(entity.body().path(OWNER_DOMAIN).asText(), owner)
                .map(account ->
                        new Caller(Caller.Kind.USER, account.login(), account.domain(), account.roles(), owner, null))
                .filter(maker -> role.equals(User.ADMINISTRATOR)
                        ? maker.isAdministratorOf(entity.domain())
                        : maker.isWithin(entity.domain()))
                .isPresent();
    }

    /** When a token ends by itself; throws ApiException 400 when that is not a date. */
    static Optional<Instant> expires(ObjectNode body) {
        String text = body.path(EXPIRES).asText("");
        if (text.isEmpty() || body.path(EXPIRES).isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            throw new ApiException(400, EXPIRES + ": must be a date like 2027-01-31T00:00:00Z, got " + text);
        }
    }
}
