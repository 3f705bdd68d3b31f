package mware.core.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
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

        /** Sends a header with the answer, whatever that becomes. */
        public void answerHeader(String name, String value) {
            if (exchange.getMessage() instanceof HttpMessage http) {
                http.getResponse().putHeader(name, value);
            }
        }

        /** A parameter of the path or the query, never a header. */
        public Optional<String> parameter(String name) {
            return exchange.getMessage() instanceof HttpMessage http
                    ? Optional.ofNullable(http.getRequest().getParam(name))
                    : Optional.empty();
        }

        /** The domain that it is about: the one of {@code ?domain=}, else the caller's own, else the master domain. */
        public String domain(String masterDomain) {
            String own = caller().domain();
            return parameter("domain")
                    .map(named -> named.toLowerCase(Locale.ROOT))
                    .orElse(own == null ? masterDomain : own);
        }

        /** The body as JSON; throws 400 with the place of the mistake when it is not JSON. */
        public JsonNode json() {
            String type = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, "", String.class);
            if (type.startsWith("application/x-www-form-urlencoded") || type.startsWith("multipart/")) {
                throw new ApiException(415, "the body must be JSON, with Content-Type: application/json, got " + type);
            }
            byte[] body = exchange.getMessage().getBody(byte[].class);
            try {
                JsonNode json = body == null ? MissingNode.getInstance() : MAPPER.readTree(body);
                if (json.isMissingNode()) {
                    throw new ApiException(400, "a JSON body is needed");
                }
                return json;
            } catch (JsonProcessingException e) {
                throw new ApiException(
                        400,
                        "the body is not JSON: " + e.getOriginalMessage(),
                        Map.of(
                                "line", e.getLocation().getLineNr(),
                                "column", e.getLocation().getColumnNr()));
            } catch (IOException e) {
                throw new ApiException(400, "the body cannot be read");
            }
        }
    }

    @Override
    public void process(Exchange exchange) {
        int status;
        byte[] body;
        try {
            Object answer = call.answer(new Request(exchange));
            status = answer == null ? 204 : 200;
            body = answer == null ? new byte[0] : MAPPER.writeValueAsBytes(answer);
        } catch (ApiException e) {
            status = e.status();
            body = ErrorBody.of(status, String.valueOf(e.getMessage()), e.details())
                    .getBytes(StandardCharsets.UTF_8);
        } catch (Exception e) {
            Logger log = LoggerFactory.getLogger(String.valueOf(exchange.getFromRouteId()));
            log.error("the request failed", e);
            status = 500;
            body = ErrorBody.of(500, ErrorBody.words(500), Map.of()).getBytes(StandardCharsets.UTF_8);
        }
        exchange.getMessage().removeHeaders("*"); // the request's own would go out with the answer
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        if (status == 204) {
            exchange.getMessage().setBody(null);
        } else {
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, Answer.JSON);
            exchange.getMessage().setBody(Buffer.buffer(body)); // in one piece; bytes would be streamed
        }
    }
}
