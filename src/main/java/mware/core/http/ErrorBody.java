package mware.core.http;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * The JSON of an error: {@code error_code, error_message, error_details}.
 *
 * <p>Codes: 1413 for what is not found or not valid (400, 404, 412, 415), 1506 for what is not allowed (401, 403), the
 * HTTP status for the rest; {@code error_details.msg_code} names the kind of error for programs.
 */
final class ErrorBody {

    private ErrorBody() {}

    static String of(int status, String message, Map<String, Object> details) {
        JsonObject more = new JsonObject().put("msg_code", kind(status));
        details.forEach(more::put);
        return new JsonObject()
                .put("error_code", code(status))
                .put("error_message", message)
                .put("error_details", more)
                .encode();
    }

    /** What to say where nobody has said more. */
    static String words(int status) {
        return switch (status) {
            case 400 -> "the request is not valid HTTP";
            case 401 -> "a session, an API token or the cluster secret is needed (Authorization: Bearer)";
            case 403 -> "not allowed";
            case 404 -> "there is nothing at this path";
            case 405 -> "this path does not know this method";
            case 406 -> "this path answers application/json only";
            case 413 -> "the body is larger than this path takes";
            case 414 -> "the first line of the request is too long";
            case 415 -> "this path does not take this Content-Type";
            case 417 -> "no expectation but 100-continue is met here";
            case 431 -> "the headers of the request are too large";
            case 503 -> "not ready";
            case 504 -> "no answer in time";
            default -> status < 500 ? "the request cannot be answered" : "an error inside this node; its log says more";
        };
    }

    private static int code(int status) {
        return switch (status) {
            case 400, 404, 412, 415 -> 1413;
            case 401, 403 -> 1506;
            default -> status;
        };
    }

    private static String kind(int status) {
        return switch (status) {
            case 400 -> "invalid_request";
            case 401 -> "not_authenticated";
            case 403 -> "access_denied";
            case 404 -> "not_found";
            case 405 -> "method_not_allowed";
            case 412 -> "precondition_failed";
            case 413 -> "body_too_large";
            case 414 -> "line_too_long";
            case 415 -> "unsupported_content_type";
            case 431 -> "headers_too_large";
            case 429 -> "too_many_requests";
            case 503 -> "unavailable";
            case 504 -> "timeout";
            case 507 -> "storage_full";
            default -> status < 500 ? "refused" : "internal_error";
        };
    }
}
