package mware.core.store;

import org.jspecify.annotations.Nullable;

/** The store cannot be reached or did not answer in time; the message says why, fit to be shown. */
public class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean unknown;

    /** Nothing was written. */
    public StoreException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    /**
     * Says what is wrong.
     *
     * @param unknown whether a write may have happened all the same
     */
    public StoreException(String message, @Nullable Throwable cause, boolean unknown) {
        super(message, cause);
        this.unknown = unknown;
    }

    /** Whether a write may have happened all the same. */
    public boolean isUnknown() {
        return unknown;
    }
}
