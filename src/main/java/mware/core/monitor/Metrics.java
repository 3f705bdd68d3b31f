package mware.core.monitor;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The figures of this node, by service.
 *
 * <p>Counting costs a {@link LongAdder}; Micrometer is started by the first who reads, not by the start of the node
 * (about 0.1 s saved).
 */
public final class Metrics implements AutoCloseable {

    private final ConcurrentMap<String, LongAdder> counters = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Boolean> gauges = new ConcurrentHashMap<>();
    private final List<Consumer<PrometheusMeterRegistry>> waiting = new ArrayList<>();
    private @Nullable PrometheusMeterRegistry registry;
    private @Nullable JvmGcMetrics gc;

    /**
     * The counter of this name, made at the first call; the same for the same name and tags.
     *
     * @param name words with dots, beginning with the service: {@code syslog-trap.received}
     * @param help one sentence
     * @param tags names and values in turn, such as {@code receiver, nms1}; few values each
     */
    public LongAdder counter(String name, String help, String... tags) {
        Tags tagged = Tags.of(tags);
        return counters.computeIfAbsent(name + tagged, id -> {
            LongAdder adder = new LongAdder();
            register(target -> FunctionCounter.builder(name, adder, LongAdder::sum)
                    .description(help)
                    .tags(tagged)
                    .register(target));
            return adder;
        });
    }

    /** Something that only grows and is counted elsewhere, asked for when it is read; the first of a name and tags stays. */
    public void counted(String name, String help, LongSupplier value, String... tags) {
        Tags tagged = Tags.of(tags);
        if (gauges.putIfAbsent(name + tagged, true) == null) {
            register(target -> FunctionCounter.builder(name, value, LongSupplier::getAsLong)
                    .description(help)
                    .tags(tagged)
                    .register(target));
        }
    }

    /** A figure that goes up and down, asked for when it is read; the first of a name and tags stays. */
    public void gauge(String name, String help, DoubleSupplier value, String... tags) {
        Tags tagged = Tags.of(tags);
        if (gauges.putIfAbsent(name + tagged, true) == null) {
            register(target -> Gauge.builder(name, value::getAsDouble)
                    .description(help)
                    .tags(tagged)
                    .strongReference(true)
                    .register(target));
        }
    }

    /** All figures in the Prometheus text format. */
    public String scrape() {
        return registry().scrape();
    }

    private synchronized void register(Consumer<PrometheusMeterRegistry> meter) {
        if (registry == null) {
            waiting.add(meter);
        } else {
            meter.accept(registry);
        }
    }

    private synchronized PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry present = registry;
        if (present == null) {
            present = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            new JvmMemoryMetrics().bindTo(present);
            new JvmThreadMetrics().bindTo(present);
            new ProcessorMetrics().bindTo(present);
            new UptimeMetrics().bindTo(present);
            gc = new JvmGcMetrics();
            gc.bindTo(present);
            PrometheusMeterRegistry target = present;
            waiting.forEach(meter -> meter.accept(target));
            waiting.clear();
            registry = present;
        }
        return present;
    }

    @Override
    public synchronized void close() {
        if (gc != null) {
            gc.close();
        }
        if (registry != null) {
            registry.close();
        }
    }
}
