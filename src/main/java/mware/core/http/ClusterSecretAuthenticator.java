package mware.core.http;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Knows the cluster itself by its secret. */
public final class ClusterSecretAuthenticator implements Authenticator {

    private final Predicate<String> secret;

    /** Uses {@code secret} to compare, in constant time. */
    public ClusterSecretAuthenticator(Predicate<String> secret) {
        this.secret = secret;
    }

    @Override
    public CompletionStage<Optional<Caller>> caller(Credentials credentials) {
        String bearer = credentials.bearer();
        return CompletableFuture.completedFuture(
                bearer != null && secret.test(bearer) ? Optional.of(Caller.CLUSTER) : Optional.empty());
    }

    /** Else a stranger who guesses from a node's address would cut that node off from the others. */
    @Override
    public boolean evenWhenClosed() {
        return true;
    }
}
