package mware.core.iam;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import mware.core.collection.Author;
import mware.core.collection.Collection;
import mware.core.collection.CollectionRules;
import mware.core.http.ApiException;
import mware.core.store.Entity;

/**
 * What {@code iam/users} does besides its schema: keeps passwords as hashes, lets an account change what is its own and no
 * more, and never leaves the site without an administrator.
 */
public final class UserRules implements CollectionRules {

    /** What an account may change of itself. */
    private static final Set<String> OWN = Set.of(User.NAME, User.EMAIL, User.PASSWORD, User.CURRENT_PASSWORD);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Collection users;
    private final Hashing hashing;
    private final Supplier<String> masterDomain;

    public UserRules(Collection users, Hashing hashing, Supplier<String> masterDomain) {
        this.users = users;
        this.hashing = hashing;
        this.masterDomain = masterDomain;
    }

    @Override
    public Written write(Author author, String domain, Optional<Entity> former, ObjectNode body) {
        ObjectNode kept = body.deepCopy();
        String password = kept.path(User.PASSWORD).asText("");
        String current = kept.path(User.CURRENT_PASSWORD).asText("");
        kept.remove(List.of(User.PASSWORD, User.CURRENT_PASSWORD));
        if (!kept.has(User.ROLES)) {
            kept.putArray(User.ROLES).add(User.ORDINARY);
        }
        if (!kept.has(User.ENABLED)) {
            kept.put(User.ENABLED, true);
        }
        if (password.isEmpty() && former.isEmpty()) {
            throw new ApiException(400, User.PASSWORD + ": must be given");
        }
        if (!author.caller().isAdministratorOf(domain)) {
            ownOnly(former, kept);
            if (!password.isEmpty()) {
                know(former.orElseThrow(), current);
            }
        }
        if (former.isPresent() && isLastAdministrator(former.get()) && !User.isEnabledAdministrator(kept)) {
            throw lastAdministrator("disabled or lose its role");
        }
        kept.set(User.HASH, former.map(before -> before.body().get(User.HASH)).orElse(null));
        if (!password.isEmpty()) {
            fit(password, kept.path(User.LOGIN).asText());
            kept.put(User.HASH, hashed(password));
        }
        boolean same = former.isPresent()
                && password.isEmpty()
                && former.get().body().path(User.ROLES).equals(kept.path(User.ROLES))
                && User.isEnabled(former.get().body()) == User.isEnabled(kept);
        kept.put(User.STAMP, same ? former.get().body().path(User.STAMP).asText() : stamp());
        return new Written(kept, Optional.empty());
    }

    @Override
    public void delete(Author author, Entity entity) {
        if (!author.caller().isAdministratorOf(entity.domain())) {
            throw new ApiException(403, "only administrators of " + entity.domain() + " delete accounts");
        }
        if (isLastAdministrator(entity)) {
            throw lastAdministrator("deleted");
        }
    }

    @Override
    public ObjectNode show(Entity entity, ObjectNode body) {
        return body.without(List.of(User.PASSWORD, User.CURRENT_PASSWORD, User.HASH, User.STAMP));
    }

    /** Refuses what only an administrator may change. */
    private static void ownOnly(Optional<Entity> former, ObjectNode next) {
        ObjectNode before =
                former.map(Entity::body).orElseThrow(() -> new ApiException(403, "only administrators make accounts"));
        List<String> foreign = new ArrayList<>();
        next.properties().stream()
                .filter(field ->
                        !OWN.contains(field.getKey()) && !field.getValue().equals(before.path(field.getKey())))
                .forEach(field -> foreign.add(field.getKey()));
        before.fieldNames().forEachRemaining(field -> {
            if (!OWN.contains(field) && !next.has(field) && !field.equals(User.HASH) && !field.equals(User.STAMP)) {
                foreign.add(field);
            }
        });
        if (!foreign.isEmpty()) {
            throw new ApiException(403, "only administrators change " + String.join(", ", foreign) + " of an account");
        }
    }

    private void know(Entity before, String current) {
        if (current.isEmpty()) {
            throw new ApiException(400, User.CURRENT_PASSWORD + ": must be given with a new " + User.PASSWORD);
        }
        String hash = before.body().path(User.HASH).asText();
        if (!joined(hashing.run(() -> Passwords.matches(hash, current)))) {
            throw new ApiException(403, User.CURRENT_PASSWORD + ": is not the password of this account");
        }
    }

    private static void fit(String password, String login) {
        int bytes = password.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Passwords.LONGEST) {
            throw new ApiException(
                    400, User.PASSWORD + ": must have at most " + Passwords.LONGEST + " bytes, has " + bytes);
        }
        if (password.equalsIgnoreCase(login)) {
            throw new ApiException(400, User.PASSWORD + ": must not be the login");
        }
    }

    private String hashed(String password) {
        return joined(hashing.run(() -> Passwords.hash(password)));
    }

    private static <T> T joined(CompletableFuture<T> work) {
        try {
            return work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiException told) {
                throw told;
            }
            throw e;
        }
    }

    private boolean isLastAdministrator(Entity entity) {
        String master = masterDomain.get();
        return entity.domain().equals(master)
                && User.isEnabledAdministrator(entity.body())
                && users.all()
                        .noneMatch(other -> other.domain().equals(master)
                                && !other.id().equals(entity.id())
                                && User.isEnabledAdministrator(other.body()));
    }

    private ApiException lastAdministrator(String what) {
        return new ApiException(409, "the last enabled administrator of " + masterDomain.get() + " cannot be " + what);
    }

    private static String stamp() {
        byte[] bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
