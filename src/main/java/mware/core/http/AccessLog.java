package mware.core.http;

import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each request an id that goes through all nodes, and writes one line when it is answered. */
final class AccessLog {

    static final String REQUEST_ID = "X-Request-Id";

    private static final Logger LOG = LoggerFactory.getLogger("http.access");
    private static final Pattern FIT = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String BY = "access.by";
    private static final String NOTE = "access.note";

    void begin(RoutingContext context) {
        long began = System.nanoTime();
        String given = context.request().getHeader(REQUEST_ID);
        String id = given != null && FIT.matcher(given).matches() ? given : newId();
        context.request().headers().set(REQUEST_ID, id);
        context.response().putHeader(REQUEST_ID, id);
        if (LOG.isInfoEnabled()) {
            context.addEndHandler(done -> write(context, id, System.nanoTime() - began, done.failed()));
        }
        context.next();
    }

    /** Names the caller in the line. */
    static void by(RoutingContext context, Caller caller) {
        context.put(BY, caller.label());
    }

    /** Adds a word to the line, such as the node that answered. */
    static void note(RoutingContext context, String note) {
        context.put(NOTE, note);
    }

    private static void write(RoutingContext context, String id, long nanos, boolean cut) {
        var request = context.request();
        if (Doorkeeper.isHealth(request.path()) && context.response().getStatusCode() == 200) {
            return; // asked every few seconds by whoever watches: only what is wrong is worth a line
        }
        String by = context.get(BY);
        String note = context.get(NOTE);
        // the path only: a query may hold what does not belong in a log
        LOG.info(
                "{} {} {} {} {} bytes {} ms by {} id {}{}",
                request.remoteAddress() == null ? "-" : request.remoteAddress().hostAddress(),
                request.method(),
                printable(request.path()),
                cut ? "cut" : Integer.toString(context.response().getStatusCode()),
                context.response().bytesWritten(),
                nanos / 1_000_000,
                by == null ? "-" : by,
                id,
                note == null ? "" : " " + note);
    }

    private static String printable(String path) {
        String cut = path == null ? "-" : path.length() > 200 ? path.substring(0, 200) + "..." : path;
        return cut.replaceAll("[^\\x21-\\x7e]", "?");
    }

    private static String newId() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()); // tells requests apart, no more
    }
}
