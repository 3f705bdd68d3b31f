package mware.core.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one step of an API route: hands the request to a method and answers what it returns as JSON.
 *
 * <p>An {@link ApiException} becomes its status and words; anything else that is thrown is 500 with no more than that,
 * and a stack trace in the log of the route. Null is answered as 204.
 */
public final class Api implements Processor {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final Pattern JSON_TYPE =
            Pattern.compile("application/([a-z0-9.+-]+\\+)?json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

    private final Call call;

    private Api(Call call) {
        this.call = call;
    }

    /** Answers with what {@code call} returns. */
    public static Api answer(Call call) {
        return new Api(call);
    }

    /** What an API does with a request. */
    @FunctionalInterface
    public interface Call {
        /** The answer: anything Jackson can write, or null for none. */
        @Nullable
        Object answer(Request request) throws Exception;
    }

    /** A request, as far as an API needs it. */
    public static final class Request {

        private final Exchange exchange;

        private Request(Exchange exchange) {
            this.exchange = exchange;
        }

        /** Who asks. */
        public Caller caller() {
            return Caller.of(exchange).orElseThrow(() -> new ApiException(401, ErrorBody.words(401)));
        }

        /** Who asks; empty for a stranger, whom only the log-in lets come this far. */
        public Optional<Caller> anyCaller() {
            return Caller.of(exchange);
        }

        /** The address that the request came from first, be it over another node; empty when that is not known. */
        public String address() {
            return exchange.getMessage() instanceof HttpMessage http
                    ? Optional.ofNullable(http.getRequest().getHeader(Doorkeeper.CLIENT))
                            .orElse("")
                    : "";
        }

        /** The id under which all logs name the request; empty when it has none. */
        public String id() {
            return exchange.getMessage() instanceof HttpMessage http
                    ? Optional.ofNullable(http.getRequest().getHeader(AccessLog.REQUEST_ID))
                            .orElse("")
                    : "";
        }

        /** Whether the client's connection is encrypted. */
        public boolean encrypted() {
            return exchange.getMessage() instanceof HttpMessage http
                    && http.getRequest().isSSL();
        }

        /** Such as {@code GET}; of a HEAD too. */
        public String method() {
            String method = exchange.getMessage().getHeader(Exchange.HTTP_METHOD, "GET", String.class);
            return method.equals("HEAD") ? "GET" : method;
        }

        /** A header; empty when it is not given. */
        public Optional<String> header(String name) {
            return exchange.getMessage() instanceof HttpMessage http
                    ? Optional.ofNullable(http.getRequest().getHeader(name))
                    : Optional.empty();
        }

        /** Throws 400 for parameters of the query of other names: a slip must not go unnoticed. */
        public void allow(String... names) {
            Set<String> unknown = queryNames();
            unknown.removeAll(List.of(names));
            if (!unknown.isEmpty()) {
                String known = names.length == 0 ? "none is known here" : "known here: " + String.join(", ", names);
                String first = unknown.iterator().next();
                throw new ApiException(
                        400,
                        (first.length() > 40 ? first.substring(0, 40) + "..." : first) + ": is not a parameter ("
                                + known + ")");
            }
        }

        /** The names of all parameters of the query. */
        public Set<String> queryNames() {
            String query = exchange.getMessage() instanceof HttpMessage http
                    ? http.getRequest().query()
                    : null;
            var names = new TreeSet<String>();
            for (String one : query == null ? new String[0] : query.split("&")) {
                if (!one.isEmpty()) {
                    names.add(URLDecoder.decode(one.split("=", 2)[0], StandardCharsets.UTF_8));
                }
            }
            return names;
        }

        /** Sends a header with the answer, whatever that becomes. */
        public void answerHeader(String name, String value) {
            if (exchange.getMessage() instanceof HttpMessage http) {
                http.getResponse().putHeader(name, value);
            }
        }

        /**
         * A parameter of the path or the query, never a header; one of the path cannot be given by the query. Throws 400
         * when it is given more than once.
         */
        public Optional<String> parameter(String name) {
            if (!(exchange.getMessage() instanceof HttpMessage http)) {
                return Optional.empty();
            }
            Optional<String> segment = segment(name, http.getRequest());
            if (segment.isPresent()) {
                return segment;
            }
            List<String> given = http.getRequest().params().getAll(name);
            if (given.size() > 1) {
                throw new ApiException(400, name + ": must be given once, got " + given.size());
            }
            return given.stream().findFirst();
        }

        /** The domain that it is about: the one of {@code ?domain=}, else the caller's own, else the master domain. */
        public String domain(String masterDomain) {
            String own = caller().domain();
            return parameter("domain")
                    .map(named -> named.toLowerCase(Locale.ROOT))
                    .orElse(own == null ? masterDomain : own);
        }

        private Optional<String> segment(String name, HttpServerRequest request) {
            if (!(exchange.getFromEndpoint() instanceof PlatformHttpEndpoint endpoint)) {
                return Optional.empty();
            }
            int at = List.of(endpoint.getPath().split("/")).indexOf("{" + name + "}");
            String[] given = request.path().split("/");
            return at < 0 || at >= given.length
                    ? Optional.empty()
                    : Optional.of(URLDecoder.decode(given[at].replace("+", "%2B"), StandardCharsets.UTF_8));
        }

        /** The body as JSON; throws 400 with the place of the mistake when it is not JSON, see {@link StrictJson}. */
        public JsonNode json() {
            return jsonIfAny().orElseThrow(() -> new ApiException(400, "a JSON body is needed"));
        }

        /** As {@link #json()}; empty when there is no body. */
        public Optional<JsonNode> jsonIfAny() {
            String type = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, "", String.class);
            if (!type.isBlank() && !JSON_TYPE.matcher(type.strip()).matches()) {
                String shown = type.length() > 80 ? type.substring(0, 80) + "..." : type;
                throw new ApiException(415, "the body must be JSON, with Content-Type: application/json, got " + shown);
            }
            byte[] body = exchange.getMessage().getBody(byte[].class);
            return body == null || body.length == 0 ? Optional.empty() : Optional.of(StrictJson.read(body, "the body"));
        }
    }

    /**
     * An answer with a status of its own, or with JSON that is made already.
     *
     * @param json the text of the body; null for none
     */
    public record Reply(int status, byte @Nullable [] json) {}

    @Override
    public void process(Exchange exchange) {
        int status;
        byte[] body;
        try {
            var request = new Request(exchange);
            Object answer = call.answer(request);
            if (answer instanceof Reply reply) {
                status = reply.status();
                body = reply.json() == null ? new byte[0] : reply.json();
            } else {
                status = answer == null ? 204 : 200;
                body = answer == null ? new byte[0] : MAPPER.writeValueAsBytes(answer);
            }
        } catch (ApiException e) {
            status = e.status();
            if (status == 503) {
                new Request(exchange).answerHeader("Retry-After", "2");
            }
            body = ErrorBody.of(status, String.valueOf(e.getMessage()), e.details())
                    .getBytes(StandardCharsets.UTF_8);
        } catch (Exception e) {
            Logger log = LoggerFactory.getLogger(String.valueOf(exchange.getFromRouteId()));
            log.error("the request failed", e);
            status = 500;
            body = ErrorBody.of(500, ErrorBody.words(500), Map.of()).getBytes(StandardCharsets.UTF_8);
        }
        boolean packed = body.length >= Gzip.LEAST && isPackedFor(exchange);
        exchange.getMessage().removeHeaders("*"); // the request's own would go out with the answer
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        if (body.length == 0) {
            exchange.getMessage().setBody(null);
        } else {
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, Answer.JSON);
            if (packed) {
                exchange.getMessage().setHeader("Content-Encoding", "gzip");
                exchange.getMessage().setHeader("Vary", "Accept-Encoding");
            }
            // in one piece and with its length; bytes would be streamed, Vert.x' own buffers chunked
            exchange.getMessage().setBody(ByteBuffer.wrap(packed ? Gzip.pack(body) : body));
        }
    }

    private static boolean isPackedFor(Exchange exchange) {
        return exchange.getMessage() instanceof HttpMessage http
                && http.getRequest().method() == HttpMethod.GET
                && Gzip.isWanted(http.getRequest().getHeader("Accept-Encoding"));
    }
}
