package mware.core.http;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import mware.core.tls.ServerKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses that the front door listens on, plain or over TLS: one for all, or a second one for operators. */
final class DoorPorts {

    private static final Logger LOG = LoggerFactory.getLogger("http");
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");
    private static final long SECONDS = 10;
    private static final int IDLE_SECONDS = 120;

    /** How many event loops answer. */
    static final int LOOPS = 2;

    private final Vertx vertx;
    private final HttpLimits limits;
    private final ConnectionGuard guard;
    private final List<Port> ports = new CopyOnWriteArrayList<>();
    private @Nullable ServerKey shown;

    /** An address and, once it is open, its server. */
    private static final class Port {

        private final HttpAddress address;
        private final String option;

        /** One on each event loop; the first speaks for all. */
        private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

        Port(HttpAddress address, String option) {
            this.address = address;
            this.option = option;
        }

        HttpAddress local() {
            return servers.isEmpty()
                    ? address
                    : new HttpAddress(address.host(), servers.get(0).actualPort());
        }
    }

    DoorPorts(HttpAddress first, Vertx vertx, HttpLimits limits, ConnectionGuard guard) {
        this.vertx = vertx;
        this.limits = limits;
        this.guard = guard;
        ports.add(new Port(first, "--http [HOST:]PORT"));
    }

    /** Adds the operators' address. */
    void operators(HttpAddress address) {
        ports.add(new Port(address, "http.operators-address"));
    }

    boolean hasOperators() {
        return ports.size() > 1;
    }

    HttpAddress first() {
        return ports.get(0).local();
    }

    Optional<HttpAddress> operators() {
        return ports.stream().skip(1).findFirst().map(Port::local);
    }

    /** Speaks TLS with this certificate; on ports that are open new connections get it, and the others go on. */
    synchronized void secure(ServerKey key) {
        shown = key;
        for (Port port : ports) {
            port.servers.stream().findFirst().ifPresent(open -> take(open, key));
        }
    }

    private static void take(HttpServer open, ServerKey key) {
        var options = new SSLOptions()
                .setKeyCertOptions(KeyCertOptions.wrap(key.keyManager()))
                .setEnabledSecureTransportProtocols(PROTOCOLS);
        try {
            open.updateSSLOptions(options)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the certificate could not be taken up", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opens all of them; throws {@link PortTakenException} when that is not possible. */
    void open(Handler<HttpServerRequest> requests) {
        for (int i = 0; i < ports.size(); i++) {
            open(ports.get(i), i, requests);
        }
    }

    private void open(Port port, int number, Handler<HttpServerRequest> requests) {
        // a server on each event loop, else one of them would do all the work; where a free port is asked for, they are
        // told by a negative number that they share one
        int wanted = port.address.port() == 0 ? -1 - number : port.address.port();
        HttpServerOptions options = options();
        try {
            vertx.deployVerticle(
                            () -> new AbstractVerticle() {
                                @Override
                                public void start(Promise<Void> started) {
                                    listen(port, wanted, number > 0, options, requests)
                                            .<Void>mapEmpty()
                                            .onComplete(started);
                                }
                            },
                            new DeploymentOptions().setInstances(LOOPS))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new PortTakenException(port.address, port.option, e.getCause());
        } catch (TimeoutException e) {
            throw new PortTakenException(
                    port.address, port.option, new TimeoutException("no answer within " + SECONDS + " s"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PortTakenException(port.address, port.option, e);
        }
    }

    private Future<HttpServer> listen(
            Port port, int wanted, boolean operators, HttpServerOptions options, Handler<HttpServerRequest> requests) {
        return vertx.createHttpServer(options)
                .connectionHandler(connection -> guard.connected(connection, operators))
                .invalidRequestHandler(Answer::invalid)
                .exceptionHandler(e -> LOG.debug("a connection failed", e))
                .requestHandler(requests)
                .listen(wanted, port.address.host())
                .onSuccess(port.servers::add);
    }

    private synchronized HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxHeaderSize(limits.head())
                .setMaxInitialLineLength(limits.head())
                .setMaxFormAttributeSize(65_536)
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false)
                .setIdleTimeout(IDLE_SECONDS);
        ServerKey key = shown;
        if (key != null) {
            options.setSsl(true).setSslHandshakeTimeout(limits.headTime().toSeconds());
            options.setKeyCertOptions(KeyCertOptions.wrap(key.keyManager()));
            options.setEnabledSecureTransportProtocols(PROTOCOLS);
        }
        return options;
    }
}
