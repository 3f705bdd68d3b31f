package mware.core.monitor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** What this node says of itself to the one that gathers the system state. */
public final class NodeReport {

    private final Identity identity;
    private final Deviations deviations;
    private final Clock clock;
    private final Instant since;
    private volatile LongSupplier configuration = () -> 0;

    /** Who this node is. */
    public record Identity(String node, String site, String server, String version) {}

    /** The node has started now. */
    public NodeReport(Identity identity, Deviations deviations, Clock clock) {
        this.identity = identity;
        this.deviations = deviations;
        this.clock = clock;
        since = clock.instant();
    }

    /** From now on says which version of the configuration is in force on this node; 0 while it has no number. */
    public void configuration(LongSupplier version) {
        configuration = version;
    }

    public Identity identity() {
        return identity;
    }

    /** The report, as JSON values. */
    public Map<String, Object> report() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("node", identity.node());
        report.put("site", identity.site());
        report.put("server", identity.server());
        report.put("version", identity.version());
        report.put("started_at", since.toString());
        report.put("uptime_seconds", Duration.between(since, clock.instant()).toSeconds());
        report.put("configuration", configuration.getAsLong());
        report.put("deviations", list());
        return report;
    }

    private List<Map<String, Object>> list() {
        return deviations.open().stream().map(this::entry).toList();
    }

    /** One deviation, with what names this node, under its category. */
    private Map<String, Object> entry(Deviation deviation) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("category", deviation.category());
        entry.put("site", identity.site());
        entry.put("server", identity.server());
        entry.put("node", identity.node());
        entry.put("key", deviation.key());
        entry.put("since", deviation.since().toString());
        entry.put("status", SystemState.word(deviation.status()));
        entry.put("reason", deviation.reason());
        deviation.sortedDetails().forEach(entry::putIfAbsent);
        return entry;
    }
}
