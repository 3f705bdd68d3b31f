package mware.core.http;

import java.util.Optional;

/** Which addresses are closed since too many tries to get in failed there; answers at once, from memory. */
public interface Closings {

    /** Closes nothing. */
    Closings NONE = new Closings() {
        @Override
        public Optional<Closed> closed(String address) {
            return Optional.empty();
        }

        @Override
        public void failed(String address, String what) {
            // nobody counts
        }
    };

    /** Why nothing that comes from {@code address} is processed now; empty when it may come in. */
    Optional<Closed> closed(String address);

    /**
     * Counts a try that failed.
     *
     * @param what was shown, such as {@code an unknown token}; never the thing itself
     */
    void failed(String address, String what);

    /**
     * An address that is closed for a while.
     *
     * @param retryAfter seconds until it is open again, at least 1
     * @param why in words for the caller
     */
    record Closed(int retryAfter, String why) {}
}
