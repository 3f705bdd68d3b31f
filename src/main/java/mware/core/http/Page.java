package mware.core.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An answer of the front door itself that stays the same while the node runs: made once, when first asked for. */
final class Page {

    private final Supplier<byte[]> content;
    private @Nullable Made made;

    /** The bytes, plain and packed, and what tells them from others. */
    private record Made(Buffer plain, Buffer packed, String tag) {}

    /** Answers with JSON. */
    Page(Supplier<byte[]> content) {
        this.content = content;
    }

    void answer(RoutingContext context) {
        context.vertx()
                .executeBlocking(this::made, false)
                .onFailure(context::fail)
                .onSuccess(ready -> send(context, ready));
    }

    private synchronized Made made() {
        Made known = made;
        if (known == null) {
            byte[] plain = content.get();
            known = new Made(Buffer.buffer(plain), Buffer.buffer(Gzip.pack(plain)), digest(plain));
            made = known;
        }
        return known;
    }

    private static void send(RoutingContext context, Made page) {
        HttpServerRequest request = context.request();
        boolean packed = Gzip.isWanted(request.getHeader("Accept-Encoding"));
        String tag = packed ? '"' + page.tag() + "-gzip\"" : '"' + page.tag() + '"';
        var response = context.response()
                .putHeader("ETag", tag)
                .putHeader("Vary", "Accept-Encoding")
                .putHeader("Cache-Control", "private, no-cache");
        if (isKnown(request.getHeader("If-None-Match"), page.tag())) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader("Content-Type", Answer.JSON);
        if (packed) {
            response.putHeader("Content-Encoding", "gzip");
        }
        Buffer body = packed ? page.packed() : page.plain();
        if (request.method() == HttpMethod.HEAD) {
            response.putHeader("Content-Length", Integer.toString(body.length()))
                    .end();
        } else {
            response.end(body);
        }
    }

    /** Whether the caller has this page already, packed or not. */
    static boolean isKnown(@Nullable String ifNoneMatch, String tag) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String one : ifNoneMatch.split(",")) {
            String given = one.strip().replaceFirst("^W/", "");
            if (given.equals("*") || given.equals('"' + tag + '"') || given.equals('"' + tag + "-gzip\"")) {
                return true;
            }
        }
        return false;
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
