package mware.core.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides whether a request is plain enough to be looked at: what two readers could take for two things is not. */
final class PlainRequest {

    private static final Pattern TRICK = Pattern.compile(
            "//|\\\\|[\\x00-\\x20\\x7f]|%(?:2[ef]|5c|0|1|7f|$|.$|[^0-9a-f]|.[^0-9a-f])|/\\.{1,2}(?:/|$)");
    private static final Pattern BROKEN_QUERY =
            Pattern.compile("[\\x00-\\x20\\x7f]|%(?:0[^9ad]|1|7f|$|.$|[^0-9a-f]|.[^0-9a-f])", Pattern.CASE_INSENSITIVE);

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]*(?::\\d*)?|\\[[0-9A-Fa-f:.]+](?::\\d*)?");

    private static final List<String> ONCE =
            List.of("Authorization", "Host", "Content-Type", "Content-Length", "If-Match");

    private PlainRequest() {}

    /** Why a request is refused. */
    record Refusal(int status, String why) {}

    static Optional<Refusal> refusal(HttpServerRequest request) {
        String path = request.path();
        if (path == null || !isSimple(path)) { // what is simple needs no closer look
            if (path == null
                    || !path.startsWith("/")
                    || TRICK.matcher(path.toLowerCase(Locale.ROOT)).find()) {
                return refuse(400, "the path must be plain: no dots, double slashes, backslashes or encoded ones");
            }
            if (isNotUtf8(path)) {
                return refuse(400, "the path must be UTF-8");
            }
        }
        String query = request.query();
        if (query != null && (BROKEN_QUERY.matcher(query).find() || isNotUtf8(query))) {
            return refuse(400, "the query must be UTF-8 without control characters, percent-encoded");
        }
        String twice = twice(request.headers());
        if (twice != null) {
            return refuse(400, "more than one " + twice + " header");
        }
        String host = request.getHeader(HttpHeaders.HOST);
        if (host != null && !isSimpleHost(host) && !HOST.matcher(host).matches()) {
            return refuse(400, "the Host header must be a name or an address, with or without a port");
        }
        String packed = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (packed != null && !packed.isBlank() && !packed.strip().equalsIgnoreCase("identity")) {
            return refuse(415, "the body must not be packed (Content-Encoding)");
        }
        return Optional.empty();
    }

    /** Whether a path is of letters, digits, {@code _}, {@code -}, single slashes, and dots that no slash is before. */
    private static boolean isSimple(String path) {
        char before = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '/' || c == '.' ? before == '/' : !isWord(c)) {
                return false;
            }
            before = c;
        }
        return path.startsWith("/");
    }

    private static boolean isSimpleHost(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == ':') {
                return isDigits(host, i + 1);
            }
            if (c != '.' && !isWord(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigits(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
    }

    /** The name of a header that is given more than once and must not be; null when there is none. */
    private static @Nullable String twice(MultiMap headers) {
        int[] seen = new int[ONCE.size()];
        for (Map.Entry<String, String> header : headers) {
            for (int i = 0; i < seen.length; i++) {
                String once = ONCE.get(i);
                if (once.length() == header.getKey().length()
                        && once.equalsIgnoreCase(header.getKey())
                        && ++seen[i] > 1) {
                    return once;
                }
            }
        }
        return null;
    }

    private static Optional<Refusal> refuse(int status, String why) {
        return Optional.of(new Refusal(status, why));
    }

    /** Whether the encoded bytes are no UTF-8, overlong forms of plain characters among them. */
    private static boolean isNotUtf8(String text) {
        if (text.indexOf('%') < 0) {
            return text.chars().anyMatch(c -> c > 0x7f);
        }
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0x7f) {
                return true;
            }
            if (c == '%') {
                bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray()));
            return false;
        } catch (CharacterCodingException e) {
            return true;
        }
    }
}
