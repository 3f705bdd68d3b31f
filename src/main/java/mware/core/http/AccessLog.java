package mware.core.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each request an id that goes through all nodes, and writes one line when it is answered. */
final class AccessLog {

    static final String REQUEST_ID = "X-Request-Id";

    private static final Logger LOG = LoggerFactory.getLogger("http.access");
    private static final Pattern FIT = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final CharSequence ID = HttpHeaders.createOptimized(REQUEST_ID);
    private static final String NOTE = "access.note";

    /** Gives the request its id, and returns it. */
    String begin(RoutingContext context) {
        String given = context.request().getHeader(ID);
        String id = given != null && FIT.matcher(given).matches() ? given : newId();
        context.request().headers().set(ID, id);
        context.response().putHeader(ID, id);
        return id;
    }

    /** Adds a word to the line, such as the node that answered. */
    static void note(RoutingContext context, String note) {
        context.put(NOTE, note);
    }

    /** Writes the line of a request that is over; {@code cut} when its answer did not go out whole. */
    void write(RoutingContext context, String id, long nanos, boolean cut) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        var request = context.request();
        if (Doorkeeper.isHealth(request.path()) && context.response().getStatusCode() == 200) {
            return; // asked every few seconds by whoever watches: only what is wrong is worth a line
        }
        SocketAddress from = request.connection().remoteAddress();
        var line = new StringBuilder(200);
        line.append(from == null ? "-" : from.hostAddress())
                .append(' ')
                .append(request.method().name())
                .append(' ');
        printable(request.path(), line); // the path only: a query may hold what does not belong in a log
        line.append(' ');
        if (cut) {
            line.append("cut");
        } else {
            line.append(context.response().getStatusCode());
        }
        line.append(' ')
                .append(context.response().bytesWritten())
                .append(" bytes ")
                .append(nanos / 1_000_000)
                .append(" ms by ");
        Caller.of(context).ifPresentOrElse(caller -> caller.label(line), () -> line.append('-'));
        line.append(" id ").append(id);
        String note = context.get(NOTE);
        if (note != null) {
            line.append(' ').append(note);
        }
        LOG.info(line.toString());
    }

    private static void printable(@Nullable String path, StringBuilder line) {
        String plain = path == null ? "-" : path;
        for (int i = 0; i < Math.min(200, plain.length()); i++) {
            char c = plain.charAt(i);
            line.append(c > ' ' && c <= '~' ? c : '?');
        }
        if (plain.length() > 200) {
            line.append("...");
        }
    }

    private static String newId() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()); // tells requests apart, no more
    }
}
