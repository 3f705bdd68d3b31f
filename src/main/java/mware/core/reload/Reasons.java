package mware.core.reload;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.jspecify.annotations.Nullable;

/** Says in one line why something failed, and where in a route file. */
final class Reasons {

    private static final int LONGEST = 500;

    private Reasons() {}

    /** The route that failed, if one did, and the innermost cause that has something to say; at most 500 characters. */
    static String of(Throwable failure) {
        String route = null;
        Throwable inner = failure;
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String id = routeOf(each);
            route = id == null ? route : id;
            if (each.getMessage() != null) {
                inner = each;
            }
        }
        String message = inner.getMessage();
        String type = inner.getClass().getSimpleName();
        String reason = message == null ? type : message.length() < 20 ? type + ": " + message : message;
        String line =
                (route == null ? "" : "route " + route + ": ") + reason.strip().replaceAll("\\s*\\R\\s*", ", ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }

    /** Why a file or folder could not be read. */
    static String ofRead(Exception failure) {
        if (failure instanceof NoSuchFileException) {
            return "it is not there";
        }
        return failure instanceof AccessDeniedException ? "this user may not read it" : of(failure);
    }

    /** The line of {@code file} in which it failed, 0 when the stack trace does not have it. */
    static long line(Throwable failure, String file) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            for (StackTraceElement frame : each.getStackTrace()) {
                if (file.equals(frame.getFileName()) && frame.getLineNumber() > 0) {
                    return frame.getLineNumber();
                }
            }
        }
        return 0;
    }

    private static @Nullable String routeOf(Throwable failure) {
        if (failure instanceof FailedToCreateRouteException create) {
            return create.getRouteId();
        }
        return failure instanceof FailedToStartRouteException start ? start.getRouteId() : null;
    }
}
