package mware.core.http;

/** The HTTP port cannot be opened; the message names address, reason and option, fit to be shown as it is. */
public final class PortTakenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PortTakenException(HttpAddress address, String option, Throwable cause) {
        super("cannot listen for HTTP on " + address + " (" + why(cause) + "): choose another with " + option, cause);
    }

    private static String why(Throwable cause) {
        return cause instanceof java.net.BindException
                        && String.valueOf(cause.getMessage()).contains("in use")
                ? "another process has this port"
                : String.valueOf(cause.getMessage());
    }
}
