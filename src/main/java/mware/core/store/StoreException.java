package mware.core.store;

/** The store cannot be reached or did not answer in time; the message says why, fit to be shown. */
public class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
