package mware.core.net;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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

    /** The heading in the system state for ports that cannot be listened on. */
    static final String CATEGORY = "listeners";

    private static final Logger LOG = LoggerFactory.getLogger(DatagramConsumer.class);

    private final DatagramEndpoint endpoint;
    private @Nullable DatagramListener listener;
    private volatile String problem = "";

    DatagramConsumer(DatagramEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        setHealthCheck(new Bound());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
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
        if (listener != null) {
            listener.close();
            endpoint.getComponent().remove(endpoint.getKey(), listener);
            listener = null;
        }
        deviations().ifPresent(deviations -> deviations.clear(CATEGORY, endpoint.getKey()));
        super.doStop();
    }

    @Override
    public @Nullable Datagrams received(Datagrams batch) {
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
        LOG.info("{} listens on udp {}", endpoint.getKey(), text(local));
        deviations().ifPresent(deviations -> deviations.clear(CATEGORY, endpoint.getKey()));
    }

    @Override
    public void failed(IOException failure) {
        String why = why(endpoint.getAddress(), endpoint.getPort(), endpoint.getKey(), failure);
        if (!why.equals(problem)) {
            LOG.error("{}; tried again every {} s", why, DatagramListener.RETRY.toSeconds());
        }
        problem = why;
        deviations()
                .ifPresent(deviations -> deviations.raise(CATEGORY, endpoint.getKey(), Status.ERROR, why, Map.of()));
    }

    /** What is wrong with the socket, in words that name address, port and key. */
    static String why(String address, int port, String key, IOException failure) {
        String where = "UDP port " + port + " on " + address + " (" + key + ")";
        String said = String.valueOf(failure.getMessage());
        if (failure instanceof UnknownHostException) {
            return where + " cannot be opened: " + address + " is not an address and no host of that name is known";
        }
        if (failure instanceof BindException && said.contains("in use")) {
            return where + " is taken by another program";
        }
        if (failure instanceof BindException && said.contains("assign")) {
            return where + " cannot be opened: this machine has no address " + address;
        }
        if (said.contains("ermission denied")) {
            return where + " cannot be opened: this user may not listen on it; take a port above 1023";
        }
        return where + " cannot be opened: " + said;
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
