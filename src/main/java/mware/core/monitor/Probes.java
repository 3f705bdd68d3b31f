package mware.core.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import mware.core.config.ActiveConfiguration;
import mware.core.monitor.Deviation.Status;

/** Looks at the machine under this node, every few seconds: processor and disk. */
public final class Probes {

    private static final long MB = 1024 * 1024;

    private final Path data;
    private final ActiveConfiguration configuration;
    private final Deviations deviations;
    private final DoubleSupplier busy;
    private final CpuWatch cpu;

    /** Looks at the machine itself. */
    public Probes(Path data, ActiveConfiguration configuration, Deviations deviations) {
        this(data, configuration, deviations, Probes::busyPercent, System::nanoTime);
    }

    /** For tests: {@code busy} is the share of busy processor time in percent, negative when it is not known. */
    Probes(
            Path data,
            ActiveConfiguration configuration,
            Deviations deviations,
            DoubleSupplier busy,
            LongSupplier nanos) {
        this.data = data;
        this.configuration = configuration;
        this.deviations = deviations;
        this.busy = busy;
        cpu = new CpuWatch(nanos);
    }

    /** Looks once, and raises or clears what follows. */
    public void look() {
        JsonNode setting = configuration.current().setting("state");
        processor(setting.path("cpu_busy_percent").asDouble(90));
        disk(setting.path("disk_free_mb").asLong(1_024));
    }

    private void processor(double limit) {
        var sustained = cpu.add(busy.getAsDouble(), limit);
        if (sustained.isEmpty()) {
            deviations.clear("cpu_usage", "server");
            return;
        }
        double percent = sustained.getAsDouble();
        Map<String, Object> details = new TreeMap<>(loads());
        details.put("busy_percent", Math.round(percent * 100) / 100.0);
        details.put("cpu_count", Runtime.getRuntime().availableProcessors());
        deviations.raise(
                "cpu_usage",
                "server",
                Status.WARNING,
                "the processors were busy for more than " + Math.round(limit) + " % of the last minute",
                details);
    }

    private void disk(long limitMegabytes) {
        try {
            FileStore store = Files.getFileStore(data);
            long free = store.getUsableSpace() / MB;
            boolean full = free < 16;
            if (full || free < limitMegabytes) {
                deviations.raise(
                        "disk",
                        "data",
                        full ? Status.ERROR : Status.WARNING,
                        full
                                ? "the disk of " + data + " is full"
                                : "less than " + limitMegabytes + " MB are free on the disk of " + data,
                        Map.of("free_mb", free, "total_mb", store.getTotalSpace() / MB));
            } else {
                deviations.clear("disk", "data");
            }
        } catch (IOException e) {
            deviations.raise(
                    "disk",
                    "data",
                    Status.ERROR,
                    "the data folder " + data + " cannot be looked at: " + e.getMessage());
        }
    }

    private static double busyPercent() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.OperatingSystemMXBean machine ? machine.getCpuLoad() * 100 : -1;
    }

    /** The load averages, under the names that operators know; nothing where the machine does not tell. */
    private static Map<String, Object> loads() {
        try {
            String[] loads = Files.readString(Path.of("/proc/loadavg")).split(" ");
            return Map.of(
                    "rup_load_avg1", Double.valueOf(loads[0]),
                    "rup_load_avg5", Double.valueOf(loads[1]),
                    "rup_load_avg15", Double.valueOf(loads[2]));
        } catch (IOException | RuntimeException e) {
            return Map.of();
        }
    }
}
