package mware.core.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
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
 * Makes one exchange of each batch of datagrams; a port that cannot be had is a deviation and a failed health check,
 * and is tried again.
 */
public final class DatagramConsumer extends DefaultConsumer implements DatagramListener.Handler {

    private static final Duration DRAIN = Duration.ofMillis(400); // a hand-over must not wait longer

    private final DatagramEndpoint endpoint;
    private Logger log = LoggerFactory.getLogger(DatagramConsumer.class);
    private @Nullable DatagramListener listener;
    private @Nullable Backlog backlog;
    private volatile String problem = "";

    DatagramConsumer(DatagramEndpoint endpoint, Processor processor) {
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
        if (endpoint.getBacklog() > 0) {
            backlog = new Backlog(
                    endpoint.getKey() + "-backlog", endpoint.getBacklog(), endpoint.getBatch(), this::handle);
            backlog.start();
        }
        String address = endpoint.getAddress().replaceAll("^\\[(.*)]$", "$1");
        listener = new DatagramListener(
                endpoint.getKey(),
                new InetSocketAddress(address, endpoint.getPort()),
                endpoint.getBatch(),
                endpoint.getReceiveBuffer(),
                this);
        listener.start();
        endpoint.getComponent().add(endpoint.getKey(), listener);
    }

    @Override
    protected void doStop() throws Exception {
        if (backlog != null) {
            backlog.letGo(); // or a listener that waits for room in it would hold up the hand-over
        }
        if (listener != null) {
            listener.close();
            endpoint.getComponent().remove(endpoint.getKey(), listener);
            listener = null;
        }
        if (backlog != null) {
            int left = backlog.close(DRAIN);
            if (left > 0) {
                log.warn("{}: {} datagrams were read and not handled before the stop", endpoint.getKey(), left);
            }
            backlog = null;
        }
        deviations().ifPresent(deviations -> deviations.clear(Ports.CATEGORY, endpoint.getKey()));
        super.doStop();
    }

    @Override
    public @Nullable Datagrams received(Datagrams batch) {
        Backlog behind = backlog;
        if (behind == null) {
            return handle(batch);
        }
        if (!behind.add(batch.list())) {
            try {
                behind.awaitRoom(); // meanwhile the kernel keeps what it can, and counts what it cannot
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return null;
    }

    private void handle(List<Datagram> list) {
        DatagramListener open = listener;
        InetSocketAddress local = open == null ? null : open.local();
        handle(new Datagrams(local == null ? new InetSocketAddress(0) : local, list));
    }

    private @Nullable Datagrams handle(Datagrams batch) {
        Exchange exchange = createExchange(false);
        try {
            exchange.getIn().setBody(batch);
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            return endpoint.isReply() ? exchange.getMessage().getBody(Datagrams.class) : null;
        } catch (Exception e) {
            getExceptionHandler().handleException("a batch of datagrams was not handled", exchange, e);
            return null;
        } finally {
            releaseExchange(exchange, false);
        }
    }

    @Override
    public void bound(InetSocketAddress local) {
        problem = "";
        log.info("{} listens on udp {}", endpoint.getKey(), text(local));
        deviations().ifPresent(deviations -> deviations.clear(Ports.CATEGORY, endpoint.getKey()));
    }

    @Override
    public void failed(IOException failure) {
        String why = Ports.why("UDP", endpoint.getAddress(), endpoint.getPort(), endpoint.getKey(), failure);
        if (!why.equals(problem)) {
            log.error("{}; tried again every {} s", why, DatagramListener.RETRY.toSeconds());
        }
        problem = why;
        deviations()
                .ifPresent(
                        deviations -> deviations.raise(Ports.CATEGORY, endpoint.getKey(), Status.ERROR, why, Map.of()));
    }

    private static String text(InetSocketAddress local) {
        return local.getAddress().getHostAddress() + " port " + local.getPort();
    }

    private Optional<Deviations> deviations() {
        return Optional.ofNullable(endpoint.getCamelContext().getRegistry().findSingleByType(Deviations.class));
    }

    /** Up while the port is bound. */
    private final class Bound extends AbstractHealthCheck {

        Bound() {
            super("mware", "datagram-" + endpoint.getKey());
        }

        @Override
        protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
            builder.state(problem.isEmpty() ? HealthCheck.State.UP : HealthCheck.State.DOWN)
                    .message(problem.isEmpty() ? null : problem);
        }
    }
}
