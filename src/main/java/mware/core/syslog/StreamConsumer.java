package mware.core.syslog;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import mware.core.net.Backlog;
import mware.core.net.Datagram;
import mware.core.net.Datagrams;
import mware.core.net.Ports;
import mware.core.tls.PemFiles;
import mware.core.tls.ServerKey;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one exchange of each batch of messages. Once a second it looks whether the port is open as it should be: a port
 * that cannot be had is a deviation and tried again, TLS follows its configuration and its files.
 */
public final class StreamConsumer extends DefaultConsumer {

    private static final Duration DRAIN = Duration.ofMillis(400); // a hand-over must not wait longer

    private final StreamEndpoint endpoint;
    private Logger log = LoggerFactory.getLogger(StreamConsumer.class);
    private @Nullable Backlog backlog;
    private @Nullable StreamListener listener;
    private @Nullable ScheduledExecutorService watch;
    private @Nullable Wanted opened;
    private volatile String problem = "";
    private long lost;

    /** How the port should be; equal while nothing has changed, the files' own times included. */
    private record Wanted(int port, @Nullable TlsFiles tls, List<Long> changed) {}

    StreamConsumer(StreamEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        setHealthCheck(new Bound());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (getRouteId() != null) {
            log = LoggerFactory.getLogger(getRouteId()); // an operator looks into the log of the service
        }
        backlog = new Backlog(endpoint.getKey() + "-stream", endpoint.getBacklog(), endpoint.getBatch(), this::handle);
        backlog.start();
        listener = new StreamListener(endpoint, backlog, log);
        endpoint.getComponent().add(name(), this);
        look();
        watch = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, endpoint.getKey() + "-watch");
            thread.setDaemon(true);
            return thread;
        });
        watch.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    protected void doStop() throws Exception {
        if (watch != null) {
            watch.shutdown();
            watch.awaitTermination(5, TimeUnit.SECONDS);
        }
        if (listener != null) {
            listener.close();
        }
        if (backlog != null) {
            int left = backlog.close(DRAIN);
            lost += left;
            if (left > 0) {
                log.warn("{}: {} messages were read and not handled before the stop", endpoint.getKey(), left);
            }
        }
        opened = null;
        problem = "";
        endpoint.getComponent().remove(name(), this);
        deviations().ifPresent(deviations -> deviations.clear(Ports.CATEGORY, name()));
        super.doStop();
    }

    private String name() {
        return endpoint.getKey() + (endpoint.isTls() ? "" : "/tcp");
    }

    StreamCounts counts() {
        StreamCounts now = listener == null ? new StreamCounts(0, 0, 0, 0, 0) : listener.counts();
        return new StreamCounts(now.open(), now.accepted(), now.refused(), now.received(), lost);
    }

    /** Where it listens; null while it does not. */
    public @Nullable InetSocketAddress local() {
        return listener == null ? null : listener.local();
    }

    private synchronized void look() {
        StreamListener open = listener;
        if (open == null) {
            return;
        }
        try {
            Optional<Wanted> wanted = wanted();
            if (wanted.isEmpty()) {
                open.closePort();
                opened = null;
            } else if (!wanted.get().equals(opened)) {
                reopen(open, wanted.get());
            }
            well();
        } catch (IOException e) {
            wrong(Ports.why(endpoint.isTls() ? "TLS" : "TCP", endpoint.getAddress(), port(), endpoint.getKey(), e));
        } catch (RuntimeException e) {
            wrong(endpoint.getKey() + ": " + e.getMessage());
        }
    }

    private int port() {
        return endpoint.isTls() ? source().current().map(TlsFiles::port).orElse(0) : endpoint.getPort();
    }

    private Optional<Wanted> wanted() {
        if (!endpoint.isTls()) {
            return Optional.of(new Wanted(endpoint.getPort(), null, List.of()));
        }
        Optional<TlsFiles> tls = source().current();
        if (tls.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Wanted(tls.get().port(), tls.get(), PemFiles.changed(files(tls.get()))));
    }

    private static List<Path> files(TlsFiles tls) {
        return tls.authority() == null
                ? List.of(tls.certificate(), tls.key())
                : List.of(tls.certificate(), tls.key(), tls.authority());
    }

    private TlsFiles.Source source() {
        return endpoint.getCamelContext().getRegistry().mandatoryFindSingleByType(TlsFiles.Source.class);
    }

    private void reopen(StreamListener open, Wanted wanted) throws IOException {
        String address = endpoint.getAddress().replaceAll("^\\[(.*)]$", "$1");
        TlsFiles tls = wanted.tls();
        // first of all, so that files that cannot be used do not close a port that works
        SslContext context = tls == null ? null : context(tls);
        open.closePort();
        opened = null;
        open.open(new InetSocketAddress(address, wanted.port()), context);
        opened = wanted;
        log.info("{} listens on {} {}", endpoint.getKey(), tls == null ? "tcp" : "tls", text(open.local()));
    }

    private static SslContext context(TlsFiles tls) throws IOException {
        ServerKey own = new PemFiles(tls.certificate(), tls.key()).read();
        var builder = SslContextBuilder.forServer(own.key(), own.chain());
        if (tls.authority() != null) {
            builder.trustManager(PemFiles.certificates(tls.authority())).clientAuth(ClientAuth.REQUIRE);
        }
        return builder.protocols("TLSv1.3", "TLSv1.2").build();
    }

    private void handle(List<Datagram> messages) {
        Exchange exchange = createExchange(false);
        try {
            InetSocketAddress local = local();
            exchange.getIn().setBody(new Datagrams(local == null ? new InetSocketAddress(0) : local, messages));
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
        } catch (Exception e) {
            getExceptionHandler().handleException("a batch of messages was not handled", exchange, e);
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private void well() {
        if (problem.isEmpty()) {
            return;
        }
        problem = "";
        deviations().ifPresent(deviations -> deviations.clear(Ports.CATEGORY, name()));
    }

    private void wrong(String why) {
        if (!why.equals(problem)) {
            log.error("{}; tried again every second", why);
        }
        problem = why;
        deviations().ifPresent(deviations -> deviations.raise(Ports.CATEGORY, name(), Status.ERROR, why));
    }

    private static String text(@Nullable InetSocketAddress local) {
        return local == null ? "nothing" : local.getAddress().getHostAddress() + " port " + local.getPort();
    }

    private Optional<Deviations> deviations() {
        return Optional.ofNullable(endpoint.getCamelContext().getRegistry().findSingleByType(Deviations.class));
    }

    /** Up while the port is open, or is not wanted. */
    private final class Bound extends AbstractHealthCheck {

        Bound() {
            super("mware", "stream-" + name());
        }

        @Override
        protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
            builder.state(problem.isEmpty() ? HealthCheck.State.UP : HealthCheck.State.DOWN)
                    .message(problem.isEmpty() ? null : problem);
        }
    }
}
