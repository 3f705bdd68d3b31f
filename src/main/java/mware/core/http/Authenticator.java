package mware.core.http;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One way of finding out who calls; the front door asks all it has, in order, until one knows. */
public interface Authenticator {

    /**
     * Who it is, empty when these credentials are not of this kind or not valid; must not block, and completes within a
     * second. Fails with {@link ApiException} where the caller is told more, such as that a genuine session is over;
     * that does not count as a failed try.
     */
    CompletionStage<Optional<Caller>> caller(Credentials credentials);

    /** Whether it is asked for a closed address too, as one that no guessing gets past. */
    default boolean evenWhenClosed() {
        return false;
    }

    /**
     * What a request shows of its sender; never logged.
     *
     * @param bearer the token of {@code Authorization: Bearer}
     * @param session the session cookie; null beside a bearer token, which goes before it
     * @param address the address it comes from
     */
    record Credentials(@Nullable String bearer, @Nullable String session, String address) {

        /** Whether anything is shown that somebody could know. */
        public boolean shown() {
            return bearer != null && !bearer.isEmpty() || session != null && !session.isEmpty();
        }

        /** What is shown, in words for a log. */
        public String kind() {
            return bearer != null ? "an unknown token" : "an unknown session";
        }

        @Override
        public String toString() {
            return "credentials from " + address;
        }
    }
}
