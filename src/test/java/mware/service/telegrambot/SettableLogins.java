package mware.service.telegrambot;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import mware.core.iam.Logins;

/** Accounts that the test makes and changes; the password of each is its login backwards. */
final class SettableLogins implements Logins {

    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private final AtomicInteger checks = new AtomicInteger();
    volatile boolean away;

    /** Makes an account, or changes it. */
    Account put(String login, String role, String stamp) {
        var account = new Account("id-" + login, "root", login, List.of(role), stamp);
        accounts.put(login, account);
        return account;
    }

    void remove(String login) {
        accounts.remove(login);
    }

    int checks() {
        return checks.get();
    }

    @Override
    public CompletionStage<Optional<Account>> check(String domain, String login, String password) {
        checks.incrementAndGet();
        if (away) {
            return CompletableFuture.failedFuture(new IllegalStateException("accounts are not available"));
        }
        boolean right = new StringBuilder(login).reverse().toString().equals(password);
        return CompletableFuture.completedFuture(
                Optional.ofNullable(accounts.get(login)).filter(account -> right));
    }

    @Override
    public boolean isLoaded() {
        return !away;
    }

    @Override
    public boolean isStill(Account account) {
        return account.equals(accounts.get(account.login()));
    }
}
