package mware.core.store;

/** A write was refused since somebody else wrote first, or what must be unique is taken; nothing was written. */
public final class ConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public ConflictException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** What stood in the way. */
    public enum Kind {
        /** The entity has changed, exists already, or is gone. */
        VERSION,
        /** Another entity has the same unique text. */
        TAKEN
    }
}
