package mware.core.iam;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import mware.core.http.ApiException;
import mware.core.http.Authenticator;
import mware.core.http.Caller;

/** Knows who holds a session, by cookie or bearer token: signed by this cluster, not over, not ended, account unchanged. */
public final class SessionAuthenticator implements Authenticator {

    private final SessionTokens tokens;
    private final UserAccounts accounts;
    private final Revoked revoked;
    private final Clock clock;

    public SessionAuthenticator(SessionTokens tokens, UserAccounts accounts, Revoked revoked, Clock clock) {
        this.tokens = tokens;
        this.accounts = accounts;
        this.revoked = revoked;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Optional<Caller>> caller(Credentials credentials) {
        String token = credentials.bearer() == null ? credentials.session() : credentials.bearer();
        try {
            return CompletableFuture.completedFuture(
                    token == null ? Optional.empty() : tokens.read(token).map(this::caller));
        } catch (ApiException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Caller caller(Ticket ticket) {
        if (!ticket.expires().isAfter(clock.instant())) {
            throw new ApiException(401, "the session is over since " + ticket.expires() + ": log in again");
        }
        if (revoked.contains(ticket.name())) {
            throw new ApiException(401, "the session was ended: log in again");
        }
        if (!accounts.isLoaded()) {
            throw UserAccounts.notRead();
        }
        return accounts.enabled(ticket.domain(), ticket.account())
                .filter(account -> account.stamp().equals(ticket.stamp()))
                .map(account -> new Caller(
                        Caller.Kind.USER,
                        account.login(),
                        account.domain(),
                        account.roles(),
                        account.id(),
                        ticket.name()))
                .orElseThrow(() -> new ApiException(
                        401, "the session is over, since the account was changed, disabled or deleted: log in again"));
    }
}
