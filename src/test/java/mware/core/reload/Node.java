package mware.core.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import mware.core.cluster.Leadership;
import mware.core.cluster.ServiceRoutes;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviations;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.LoggerFactory;

/** A node with nothing but a folder of route files, made to be active or passive by hand. */
final class Node implements AutoCloseable {

    final Path routes;
    final DefaultCamelContext context = new DefaultCamelContext();
    final Deviations deviations = new Deviations(Clock.systemUTC());
    final RouteFolder folder;
    final HealthCheck health;
    final Calls calls = new Calls();
    private final ByHand leadership = new ByHand();

    /** A node on {@code home/routes}, with its cache in {@code home/cache}; a message may take {@code drain} to finish. */
    Node(Path home, Duration drain) throws IOException {
        routes = Files.createDirectories(home.resolve("routes"));
        context.getRegistry().bind(ServiceRoutes.ACTIVE_NODE, leadership);
        context.getRegistry().bind("calls", calls);
        folder = RouteFolder.bind(
                context,
                leadership,
                deviations,
                routes,
                home.resolve("cache"),
                home.resolve("shipped"),
                drain,
                Clock.systemUTC());
        health = HealthCheckRegistry.get(context).getCheck("routes").orElseThrow();
    }

    Node(Path home) throws IOException {
        this(home, Duration.ofSeconds(5));
    }

    Node start() {
        context.start();
        folder.start();
        return this;
    }

    void save(String file, String text) throws IOException {
        Files.writeString(routes.resolve(file), text);
    }

    void active(boolean active) {
        leadership.become(active);
    }

    boolean runs(String route) {
        return context.getRouteController().getRouteStatus(route) == ServiceStatus.Started;
    }

    boolean has(String route) {
        return context.getRoute(route) != null;
    }

    HealthCheck.Result health() {
        return health.call();
    }

    boolean isHealthy() {
        return health().getState() == HealthCheck.State.UP;
    }

    /** The reasons of the open deviations, by key. */
    Map<String, String> wrong() {
        return deviations.open().stream().collect(Collectors.toMap(Deviation::key, Deviation::reason));
    }

    /** What is done with {@code body} by the route behind {@code direct:name}. */
    String ask(String name, String body) {
        try (var template = context.createFluentProducerTemplate()) {
            return template.to("direct:" + name).withBody(body).request(String.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        folder.close();
        context.stop();
        leadership.thread.shutdownNow();
    }

    /** A route file whose entry {@code service} ticks, on the active node, and whose step {@code service.step} says {@code says}. */
    static String service(String type, String service, String says) {
        return """
                package routes;

                import mware.core.cluster.ServiceRoutes;

                public final class %1$s extends ServiceRoutes {
                    @Override
                    public void configure() {
                        onActiveNode("%2$s", "timer:%2$s?period=20&delay=0")
                            .setBody(constant("%3$s"))
                            .bean("calls", "tick");

                        step("%2$s.step")
                            .transform(simple("${body} %3$s"));
                    }
                }
                """
                .formatted(type, service, says);
    }

    /** A route file that says {@code says}, on every node, behind {@code direct:id}. */
    static String says(String type, String id, String says) {
        return """
                package routes;

                import mware.core.cluster.ServiceRoutes;

                public class %1$s extends ServiceRoutes {
                    @Override
                    public void configure() {
                        step("%2$s")
                            .transform(simple("${body} %3$s"));
                    }
                }
                """
                .formatted(type, id, says);
    }

    /** What the routes did. */
    static final class Calls {

        private final Map<String, Integer> ticks = new ConcurrentHashMap<>();

        public void tick(Exchange exchange) {
            ticks.merge(exchange.getMessage().getBody(String.class), 1, Integer::sum);
        }

        /** How often the timer of the version that says {@code says} ran. */
        int ticks(String says) {
            return ticks.getOrDefault(says, 0);
        }
    }

    /** Leadership, and the policy of it, switched by a test; starts and stops routes on a thread of its own. */
    private static final class ByHand extends RoutePolicySupport implements Leadership {

        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final List<Route> routes = new CopyOnWriteArrayList<>();
        private volatile boolean active;

        void become(boolean next) {
            active = next;
            routes.forEach(this::follow);
        }

        @Override
        public OptionalLong epoch() {
            return active ? OptionalLong.of(1) : OptionalLong.empty();
        }

        @Override
        public void onChange(Listener listener) {
            throw new UnsupportedOperationException("nobody listens here");
        }

        @Override
        public void onInit(Route route) {
            routes.add(route);
            follow(route);
        }

        @Override
        public void onRemove(Route route) {
            routes.remove(route);
        }

        private void follow(Route route) {
            thread.execute(() -> {
                var controller = route.getCamelContext().getRouteController();
                try {
                    for (int i = 0; i < 100 && controller.getRouteStatus(route.getRouteId()) == null; i++) {
                        TimeUnit.MILLISECONDS.sleep(5); // Camel tells of a route before it knows it
                    }
                    if (active) {
                        controller.startRoute(route.getRouteId());
                    } else {
                        controller.stopRoute(route.getRouteId());
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (Exception e) {
                    LoggerFactory.getLogger(Node.class).warn("{} did not follow", route.getRouteId(), e);
                }
            });
        }
    }
}
