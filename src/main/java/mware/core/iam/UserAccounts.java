package mware.core.iam;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import mware.core.collection.Collection;
import mware.core.http.ApiException;
import mware.core.store.Entity;

/** The accounts as they are in memory: who may log in, and who is still whom it was. Needs no database. */
public final class UserAccounts implements Logins {

    private final Collection users;
    private final Hashing hashing;

    /** The enabled ones, read for each request, so kept ready. */
    private final ConcurrentMap<String, Account> enabled = new ConcurrentHashMap<>();

    /** Follows {@code iam/users}; create it before they are read. */
    public UserAccounts(Collection users, Hashing hashing) {
        this.users = users;
        this.hashing = hashing;
        users.onChange(this::changed);
    }

    private void changed(Entity entity) {
        // what is told may be older than what is known by now, so it is looked up, one change of an account at a time
        enabled.compute(key(entity.domain(), entity.id()), (key, former) -> users.get(entity.domain(), entity.id())
                .filter(now -> User.isEnabled(now.body()))
                .map(User::account)
                .orElse(null));
    }

    /** Fails with {@link ApiException} 503 while too many passwords are being checked, or accounts are not known yet. */
    @Override
    public CompletableFuture<Optional<Account>> check(String domain, String login, String password) {
        if (!users.isLoaded()) {
            return CompletableFuture.failedFuture(notRead());
        }
        Optional<Entity> user = users.find(domain.toLowerCase(Locale.ROOT), login.toLowerCase(Locale.ROOT))
                .filter(found -> User.isEnabled(found.body()));
        String kept = user.map(found -> found.body().path(User.HASH).asText()).orElse(Passwords.NOBODY);
        return hashing.run(() -> Passwords.matches(kept, password))
                .thenApply(
                        right -> user.filter(found -> right).map(User::account).filter(this::isStill));
    }

    @Override
    public boolean isStill(Account account) {
        return enabled(account.domain(), account.id())
                .filter(now -> now.stamp().equals(account.stamp()))
                .isPresent();
    }

    /** The account of that id, while it is there and enabled. */
    Optional<Account> enabled(String domain, String id) {
        return Optional.ofNullable(enabled.get(key(domain, id)));
    }

    @Override
    public boolean isLoaded() {
        return users.isLoaded();
    }

    /** What is answered before that. */
    static ApiException notRead() {
        return new ApiException(503, "accounts have not been read from the database yet: try again soon");
    }

    private static String key(String domain, String id) {
        return domain + "/" + id;
    }
}
