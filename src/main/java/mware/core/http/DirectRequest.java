package mware.core.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.streams.ReadStream;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that is answered on the event loop, without a route of Camel: what is in memory already, for speed; and files,
 * which Camel's consumer would take into memory or onto the disk whole. Its methods are called on that thread only.
 */
public final class DirectRequest {

    /** Set on a request whose body may take longer than others, since progress is watched. */
    static final String STREAMS = "direct.streams";

    private static final Logger LOG = LoggerFactory.getLogger("http");

    private final RoutingContext context;
    private final long bodyMillis;

    DirectRequest(RoutingContext context, long bodyMillis) {
        this.context = context;
        this.bodyMillis = bodyMillis;
    }

    /** Takes pieces of a file; called on a thread that may block, one after the other. */
    @FunctionalInterface
    public interface Sink {
        void take(byte[] piece) throws Exception;
    }

    /** Gives pieces of a file by number; called on a thread that may block. */
    @FunctionalInterface
    public interface Source {
        byte[] piece(int number) throws Exception;
    }

    /** Who asks; the doorkeeper lets nobody else come this far. */
    public Caller caller() {
        return Caller.of(context).orElseThrow();
    }

    /** Such as {@code GET}. */
    public String method() {
        return context.request().method().name();
    }

    /** The path as it was sent. */
    public String path() {
        return context.request().path();
    }

    /** Whether there is a query. */
    public boolean hasQuery() {
        return context.request().query() != null;
    }

    /** The values of a parameter of the query. */
    public List<String> query(String name) {
        return context.queryParam(name);
    }

    /** A parameter of the path. */
    public String segment(String name) {
        return context.pathParam(name);
    }

    /** A header; null when it is not given. */
    public @Nullable String header(String name) {
        return context.request().getHeader(name);
    }

    /** The address that it came from first. */
    public String address() {
        return Optional.ofNullable(header(Doorkeeper.CLIENT)).orElse("");
    }

    /** The id under which all logs name it. */
    public String id() {
        return Optional.ofNullable(header(AccessLog.REQUEST_ID)).orElse("");
    }

    /** Answers with JSON that is made already. */
    public void json(int status, byte @Nullable [] json, Map<String, String> headers) {
        context.request().resume();
        HttpServerResponse response = context.response().setStatusCode(status);
        headers.forEach(response::putHeader);
        if (json == null) {
            response.end();
        } else {
            response.putHeader("Content-Type", Answer.JSON).end(Buffer.buffer(json));
        }
    }

    /** Answers with what went wrong. */
    public void fail(Throwable failure) {
        if (failure instanceof ApiException told) {
            if (told.status() == 503) {
                context.response().putHeader("Retry-After", "2");
            }
            if (!context.request().isEnded()) {
                context.response().putHeader("Connection", "close"); // rather than read what nobody wants
            }
            Answer.error(context.request(), told.status(), String.valueOf(told.getMessage()), told.details());
        } else {
            LOG.error("{} {} failed", method(), path(), failure);
            Answer.error(context, 500, ErrorBody.words(500));
        }
    }

    /** Does what may block, then goes on here with what it gave; fails the request when it throws. */
    public <T> void blocking(Callable<T> work, Consumer<T> then) {
        context.vertx().executeBlocking(work, false).onFailure(this::fail).onSuccess(then::accept);
    }

    /** Runs {@code then} when the request is over, however it ended. */
    public void ended(Runnable then) {
        context.addEndHandler(over -> then.run());
    }

    /** Sends only the head of a file. */
    public void head(long length, Map<String, String> headers) {
        context.request().resume();
        headers.forEach(context.response()::putHeader);
        context.response().putHeader("Content-Length", Long.toString(length)).end();
    }

    /** Sends a file piece by piece, as fast as the client takes it; the connection ends where a piece is missing. */
    public void send(long length, int pieces, Source source, Map<String, String> headers) {
        context.request().resume();
        context.vertx()
                .executeBlocking(() -> pieces == 0 ? new byte[0] : source.piece(0), false)
                .onFailure(this::fail)
                .onSuccess(first -> {
                    headers.forEach(context.response()::putHeader);
                    context.response().putHeader("Content-Length", Long.toString(length));
                    send(first, 0, pieces, source);
                });
    }

    private void send(byte[] piece, int number, int pieces, Source source) {
        HttpServerResponse response = context.response();
        if (response.closed()) {
            return;
        }
        if (number >= pieces - 1) {
            response.end(Buffer.buffer(piece));
            return;
        }
        response.write(Buffer.buffer(piece)).onSuccess(written -> context.vertx()
                .executeBlocking(() -> source.piece(number + 1), false)
                .onFailure(e -> {
                    LOG.warn("{} breaks off: {}", path(), e.getMessage());
                    context.request().connection().close();
                })
                .onSuccess(next -> send(next, number + 1, pieces, source)));
    }

    /**
     * Reads the body, or the first file of a form, piece by piece, and no faster than {@code sink} takes it.
     *
     * @param size of a piece; the last one may be smaller
     * @param most bytes of the whole; more is refused with 413
     * @param done goes on here when all was taken; not called when it failed, which is answered already
     */
    public void receive(int size, long most, Sink sink, Runnable done) {
        HttpServerRequest request = context.request();
        context.put(STREAMS, true);
        String type = Optional.ofNullable(header("Content-Type")).orElse("");
        if ("100-continue".equalsIgnoreCase(header("Expect"))) {
            context.response().writeContinue();
        }
        var intake = new Intake(size, most, sink);
        if (type.toLowerCase(java.util.Locale.ROOT).startsWith("multipart/form-data")) {
            request.setExpectMultipart(true);
            request.uploadHandler(upload -> {
                if (!intake.begun) {
                    intake.begin(upload, done);
                }
            });
            request.exceptionHandler(intake::broke);
            request.endHandler(end -> {
                if (!intake.begun) {
                    fail(new ApiException(400, "the form has no file"));
                }
            });
        } else {
            intake.begin(request, done);
        }
        request.resume();
    }

    /** Gathers pieces, and holds the client back while one is being taken. */
    private final class Intake {

        private final int size;
        private final long most;
        private final Sink sink;
        private Buffer current = Buffer.buffer();
        private long total;
        private long seen = -1;
        private boolean begun;
        private boolean taking;
        private boolean ended;
        private boolean over;

        Intake(int size, long most, Sink sink) {
            this.size = size;
            this.most = most;
            this.sink = sink;
        }

        void begin(ReadStream<Buffer> stream, Runnable done) {
            begun = true;
            long watch = context.vertx().setPeriodic(bodyMillis, late -> {
                if (!taking && !ended && total == seen) {
                    context.request().connection().close(); // no byte in all that time
                }
                seen = total;
            });
            context.response().closeHandler(gone -> over(watch));
            context.addEndHandler(answered -> over(watch));
            stream.exceptionHandler(this::broke);
            stream.handler(buffer -> {
                total += buffer.length();
                if (over) {
                    return;
                }
                if (total > most) {
                    over(watch);
                    fail(new ApiException(413, "a file may have at most " + (most >> 20) + " MiB"));
                    return;
                }
                current.appendBuffer(buffer);
                next(stream, done, watch);
            });
            stream.endHandler(end -> {
                ended = true;
                next(stream, done, watch);
            });
        }

        private void next(ReadStream<Buffer> stream, Runnable done, long watch) {
            if (taking || over) {
                return;
            }
            if (current.length() >= size || ended && current.length() > 0) {
                byte[] piece = current.getBytes(0, Math.min(size, current.length()));
                current = current.length() <= size ? Buffer.buffer() : current.getBuffer(size, current.length());
                taking = true;
                if (!ended) {
                    stream.pause();
                }
                context.vertx()
                        .executeBlocking(
                                () -> {
                                    sink.take(piece);
                                    return true;
                                },
                                false)
                        .onFailure(e -> {
                            taking = false;
                            if (!over) {
                                over(watch);
                                fail(e);
                            }
                        })
                        .onSuccess(taken -> {
                            taking = false;
                            if (!ended) {
                                stream.resume();
                            }
                            next(stream, done, watch);
                        });
            } else if (ended) {
                over(watch);
                done.run();
            }
        }

        private void broke(Throwable failure) {
            LOG.debug("{} broke off", path(), failure);
            if (!over && !context.response().closed()) {
                over = true;
                fail(new ApiException(400, "the body broke off or is not what its Content-Type says"));
            }
        }

        private void over(long watch) {
            over = true;
            context.vertx().cancelTimer(watch);
        }
    }
}
