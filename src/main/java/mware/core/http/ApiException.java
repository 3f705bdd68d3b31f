package mware.core.http;

import java.util.Map;

/** An error that the caller of an API is told as it is: status, words, and details that are fit for JSON. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, Object> details;

    public ApiException(int status, String message) {
        this(status, message, Map.of());
    }

    /**
     * Says what is wrong.
     *
     * @param status the HTTP status, 400..599
     * @param details further values by name; may be empty
     */
    public ApiException(int status, String message, Map<String, Object> details) {
        super(message);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status must be 400..599, got " + status);
        }
        this.status = status;
        this.details = Map.copyOf(details);
    }

    public int status() {
        return status;
    }

    public Map<String, Object> details() {
        return details;
    }
}
