package mware;

/** Something that an operator can mend: its message is all that is shown, without a stack trace. */
public final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public Failure(String message) {
        super(message);
    }

    public Failure(String message, Throwable cause) {
        super(message, cause);
    }

    /** What an operator reads of {@code failure}: the message of the innermost cause that has one. */
    public static String inWords(Throwable failure) {
        if (failure instanceof Failure && failure.getMessage() != null) {
            return failure.getMessage();
        }
        Throwable inner = failure;
        while (inner.getCause() != null && inner.getCause() != inner) {
            inner = inner.getCause();
        }
        return inner.getMessage() == null
                ? inner.toString()
                : inner.getClass().getSimpleName() + ": " + inner.getMessage();
    }
}
