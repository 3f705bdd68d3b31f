package mware.core.http;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One way of finding out who calls; the front door asks all it has, in order, until one knows. */
public interface Authenticator {

    /**
     * Who it is, empty when these credentials are not of this kind or not valid; must not block, and completes within a
     * second.
     */
    CompletionStage<Optional<Caller>> caller(Credentials credentials);

    /**
     * What a request shows of its sender; never logged.
     *
     * @param bearer the token of {@code Authorization: Bearer}
     * @param session the session cookie
     * @param address the address it comes from
     */
    record Credentials(@Nullable String bearer, @Nullable String session, String address) {
        @Override
        public String toString() {
            return "credentials from " + address;
        }
    }
}
