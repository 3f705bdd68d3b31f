package mware;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import mware.core.iam.Logins;

/** Stands for accounts where a node has none: nobody can log in, and nobody who did is put out. */
final class NoAccounts implements Logins {

    @Override
    public CompletionStage<Optional<Account>> check(String domain, String login, String password) {
        return CompletableFuture.failedFuture(new IllegalStateException("accounts are not available on this node"));
    }

    @Override
    public boolean isStill(Account account) {
        return false;
    }

    @Override
    public boolean isLoaded() {
        return false;
    }
}
