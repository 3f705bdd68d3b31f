package mware.service.syslogtrap.snmp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import mware.core.cluster.Leadership;
import mware.core.monitor.Deviation;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import mware.core.state.RuntimeState;
import mware.core.state.StateException;
import mware.service.syslogtrap.snmp.StateChanges.Known;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.VariableBinding;

/**
 * Tells receivers, on the active node, what is raised and cleared in the system state of all nodes, and who is active.
 *
 * <p>What was told is kept in the runtime state, so that after a fail-over a clear still pairs with its raise. It is
 * written after the sending: a crash in between repeats a notification with the same instance, and loses none.
 */
public final class SystemStateTraps implements AutoCloseable {

    static final String KEY = "syslog-trap/told";

    private static final Logger LOG = LoggerFactory.getLogger("syslog-trap");
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final TypeReference<LinkedHashMap<String, Known>> TOLD = new TypeReference<>() {};
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SnmpSender sender;
    private final RuntimeState state;
    private final Leadership leadership;
    private final String node;
    private final Supplier<Map<String, List<Deviation>>> look;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(1, task -> {
        var thread = new Thread(task, "snmp-system-state");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Does nothing until {@link #start}.
     *
     * @param node this node's name
     * @param look the open deviations by node, of the nodes that answer; may block for some seconds
     */
    public SystemStateTraps(
            SnmpSender sender,
            RuntimeState state,
            Leadership leadership,
            String node,
            Supplier<Map<String, List<Deviation>>> look) {
        this.sender = sender;
        this.state = state;
        this.leadership = leadership;
        this.node = node;
        this.look = look;
        worker.setRejectedExecutionHandler((task, pool) -> LOG.debug("snmp: closed, no more is told"));
    }

    /** Looks every 5 s, and at once when something changes on this node. */
    public void start(Deviations local) {
        leadership.onChange((epoch, why) -> worker.execute(() -> active(epoch, why)));
        local.onChange((deviation, raised) -> {
            if (asked.compareAndSet(false, true)) {
                worker.execute(this::tellChanges);
            }
        });
        worker.scheduleWithFixedDelay(
                this::tellChanges, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void active(OptionalLong epoch, String why) {
        if (epoch.isPresent()) {
            sender.tell(List.of(new Trap(
                    Oids.NODE_ACTIVE,
                    List.of(
                            text(Oids.NODE, node),
                            text(Oids.EPOCH, Long.toHexString(epoch.getAsLong())),
                            text(Oids.REASON, why)))));
            tellChanges();
        }
    }

    private void tellChanges() {
        asked.set(false);
        OptionalLong epoch = leadership.epoch();
        if (epoch.isEmpty()) {
            return;
        }
        try {
            Map<String, Known> before = read();
            StateChanges changes = StateChanges.between(before, look.get());
            var traps = new ArrayList<Trap>();
            changes.raised().forEach(known -> traps.add(trap(Oids.RAISED, known)));
            changes.cleared().forEach(known -> traps.add(trap(Oids.CLEARED, known)));
            if (!traps.isEmpty()) {
                sender.tell(traps);
                state.put(epoch.getAsLong(), KEY, JSON.writeValueAsBytes(changes.told()));
            }
        } catch (StateException e) {
            LOG.info("snmp: what was told of the system state could not be kept: {}", e.getMessage());
        } catch (JsonProcessingException | RuntimeException e) {
            LOG.error("snmp: telling the system state failed, going on", e);
        }
    }

    private Map<String, Known> read() {
        return state.get(KEY)
                .map(bytes -> {
                    try {
                        return JSON.readValue(bytes, TOLD);
                    } catch (IOException e) {
                        LOG.error("snmp: {} cannot be read; all that stands is told again", KEY, e);
                        return new LinkedHashMap<String, Known>();
                    }
                })
                .orElseGet(LinkedHashMap::new);
    }

    private static Trap trap(OID notification, Known known) {
        return new Trap(
                notification,
                List.of(
                        text(Oids.INSTANCE, known.instance()),
                        text(Oids.CATEGORY, known.category()),
                        text(Oids.KEY, known.key()),
                        new VariableBinding(Oids.STATUS, new Integer32(known.status() == Status.ERROR ? 1 : 2)),
                        text(Oids.REASON, known.reason()),
                        text(Oids.NODE, known.node()),
                        new VariableBinding(Oids.SINCE, dateAndTime(Instant.parse(known.since())))));
    }

    private static VariableBinding text(OID name, String value) {
        return new VariableBinding(name, new OctetString(value));
    }

    /** DateAndTime of RFC 2579 in UTC. */
    static OctetString dateAndTime(Instant instant) {
        ZonedDateTime time = instant.atZone(ZoneOffset.UTC);
        return new OctetString(new byte[] {
            (byte) (time.getYear() >> 8),
            (byte) time.getYear(),
            (byte) time.getMonthValue(),
            (byte) time.getDayOfMonth(),
            (byte) time.getHour(),
            (byte) time.getMinute(),
            (byte) time.getSecond(),
            (byte) (time.getNano() / 100_000_000),
            '+',
            0,
            0
        });
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
