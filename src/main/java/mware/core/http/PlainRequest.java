package mware.core.http;

import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Decides whether a request is plain enough to be looked at: what two readers could take for two things is not. */
final class PlainRequest {

    private static final Pattern TRICK = Pattern.compile(
            "//|\\\\|[\\x00-\\x20\\x7f]|%(?:2[ef]|5c|0|1|7f|$|.$|[^0-9a-f]|.[^0-9a-f])|/\\.{1,2}(?:/|$)");
    private static final Pattern BROKEN_QUERY =
            Pattern.compile("[\\x00-\\x20\\x7f]|%(?:0[^9ad]|1|7f|$|.$|[^0-9a-f]|.[^0-9a-f])", Pattern.CASE_INSENSITIVE);

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]*(?::\\d*)?|\\[[0-9A-Fa-f:.]+](?::\\d*)?");

    private PlainRequest() {}

    /** Why a request is refused. */
    record Refusal(int status, String why) {}

    static Optional<Refusal> refusal(HttpServerRequest request) {
        String path = request.path();
        if (path == null
                || !path.startsWith("/")
                || TRICK.matcher(path.toLowerCase(Locale.ROOT)).find()) {
            return refuse(400, "the path must be plain: no dots, double slashes, backslashes or encoded ones");
        }
        if (isNotUtf8(path)) {
            return refuse(400, "the path must be UTF-8");
        }
        String query = request.query();
        if (query != null && (BROKEN_QUERY.matcher(query).find() || isNotUtf8(query))) {
            return refuse(400, "the query must be UTF-8 without control characters, percent-encoded");
        }
        for (String once : List.of("Authorization", "Host", "Content-Type", "Content-Length", "If-Match")) {
            if (request.headers().getAll(once).size() > 1) {
                return refuse(400, "more than one " + once + " header");
            }
        }
        String host = request.getHeader("Host");
        if (host != null && !HOST.matcher(host).matches()) {
            return refuse(400, "the Host header must be a name or an address, with or without a port");
        }
        String packed = request.getHeader("Content-Encoding");
        if (packed != null && !packed.isBlank() && !packed.strip().equalsIgnoreCase("identity")) {
            return refuse(415, "the body must not be packed (Content-Encoding)");
        }
        return Optional.empty();
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
