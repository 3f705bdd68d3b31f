package mware;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Something that an operator can mend: its message is all that is shown, without a stack trace. */
public final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    public Failure(String message) {
        this(message, null, 1);
    }

    public Failure(String message, Throwable cause) {
        this(message, cause, 1);
    }

    private Failure(String message, @Nullable Throwable cause, int exitCode) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** What the options say cannot be: trying again would not help, so the exit code is that of wrong use. */
    public static Failure wrongUse(String message, @Nullable Throwable cause) {
        return new Failure(message, cause, 2);
    }

    /** What the process ends with: 1 failed, 2 wrong use. */
    int exitCode() {
        return exitCode;
    }

    /** Why a file cannot be read, without its name. */
    public static String unread(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return failure instanceof AccessDeniedException
                ? "the user " + System.getProperty("user.name") + " has no permission"
                : String.valueOf(failure.getMessage());
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
