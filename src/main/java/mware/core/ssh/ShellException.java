package mware.core.ssh;

/** Why a script could not be run, or not to its end. */
public final class ShellException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What kept a script from running. */
    public enum Kind {
        /** The server's machine answers and refuses the port: no SSH server runs there. */
        REFUSED,
        /** Nobody answers in time, or there is no way there. */
        UNREACHABLE,
        /** The name or password (or key) is not accepted. */
        LOG_IN,
        /** The server shows another host key than before. */
        HOST_KEY,
        /** The script did not end in time; its process group was ended, where it could be reached. */
        TIME,
        /** It was to be ended before its time; its process group was ended, where it could be reached. */
        CANCELLED,
        /** The connection broke while it ran. */
        BROKEN,
        /** Too many scripts run there already. */
        BUSY
    }

    private final Kind kind;

    public ShellException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public ShellException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
