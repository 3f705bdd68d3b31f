package mware.service.syslogtrap.snmp;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import mware.core.cluster.Leadership;
import mware.core.monitor.Deviation.Status;
import mware.core.monitor.Deviations;
import mware.core.state.RuntimeState;
import mware.service.syslogtrap.snmp.Addresses.Lookup;
import mware.service.syslogtrap.snmp.Session.Surroundings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All receivers of a node: one session each, changed while running, their troubles told as deviations. */
public final class SnmpSender implements TrapSender, AutoCloseable {

    /** The category of the system state that receivers stand under, by name. */
    public static final String CATEGORY = "snmp";

    private static final Logger LOG = LoggerFactory.getLogger("syslog-trap");
    private static final Duration HAND_OVER = Duration.ofMillis(300);
    private static final Duration LOSS_STANDS = Duration.ofHours(1);

    private final Leadership leadership;
    private final Deviations deviations;
    private final LongSupplier nanos;
    private final Loop loop = new Loop(this::tick);
    private final Surroundings surroundings;
    private final Addresses addresses;
    private final GroupState group;
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();
    private final Map<String, Loss> losses = new HashMap<>(); // used by the loop only
    private volatile Map<String, Session> sessions = Map.of();
    private volatile Map<String, String> refused = Map.of(); // receivers that cannot be used, and why

    /** Asks the system's name service and uses the JVM's monotonic clock. */
    public SnmpSender(RuntimeState state, Leadership leadership, Deviations deviations, Clock clock) {
        this(state, leadership, deviations, clock, System::nanoTime, InetAddress::getAllByName);
    }

    SnmpSender(
            RuntimeState state,
            Leadership leadership,
            Deviations deviations,
            Clock clock,
            LongSupplier nanos,
            Lookup lookup) {
        this.leadership = leadership;
        this.deviations = deviations;
        this.nanos = nanos;
        this.surroundings = new Surroundings(loop, nanos, nanos.getAsLong());
        this.addresses = new Addresses(lookup, nanos);
        this.group = new GroupState(state, leadership, deviations, clock, nanos, () -> sessions.values());
    }

    /** Begins to work; call it once. */
    public void start() {
        loop.start();
        group.start();
    }

    /** Uses these receivers from now on; those that did not change keep their sockets, counts and outboxes. */
    public synchronized void apply(Receivers setting) {
        refused.keySet().stream()
                .filter(name -> !setting.problems().containsKey(name))
                .forEach(name -> deviations.clear(CATEGORY, name));
        refused = setting.problems();
        use(setting.usable());
        refused.forEach((name, why) -> deviations.raise(CATEGORY, name, Status.ERROR, why));
    }

    private void use(List<Receiver> receivers) {
        Map<String, Session> before = sessions;
        Map<String, Session> next = new LinkedHashMap<>();
        var added = new ArrayList<Session>();
        for (Receiver receiver : receivers) {
            Session same = before.get(receiver.name());
            if (same != null && same.receiver.equals(receiver)) {
                next.put(receiver.name(), same);
            } else {
                Session session = Session.of(receiver, surroundings);
                next.put(receiver.name(), session);
                added.add(session);
            }
        }
        List<Session> gone = before.values().stream()
                .filter(session -> next.get(session.receiver.name()) != session)
                .toList();
        if (!gone.isEmpty()) {
            group.flush(gone, GroupState.FLUSH);
        }
        sessions = next;
        gone.forEach(this::end);
        added.forEach(addresses::find);
        added.forEach(group::added);
        LOG.info(
                "snmp: receivers are now {}",
                receivers.stream().map(Receiver::name).toList());
    }

    private void end(Session session) {
        addresses.forget(session);
        session.close();
        deviations.clear(CATEGORY, session.receiver.name());
        deviations.clear(CATEGORY, session.receiver.name() + "/lost");
    }

    @Override
    public void send(Trap trap, Collection<String> receivers) {
        sendAll(List.of(trap), receivers);
    }

    @Override
    public void sendAll(List<Trap> traps, Collection<String> receivers) {
        Map<String, Session> current = sessions;
        for (String name : receivers) {
            Session session = current.get(name);
            if (session != null) {
                session.accept(traps, true);
            } else if (unknown.add(name)) {
                LOG.warn("snmp: no receiver is named {}; what is sent to it goes nowhere", name);
            }
        }
    }

    /** Tells all receivers that want to hear of the system state, past their limits: a flood must not hide it. */
    void tell(List<Trap> traps) {
        sessions.values().stream()
                .filter(session -> session.receiver.systemState())
                .forEach(session -> session.accept(traps, false));
    }

    /** What became of the notifications of each receiver, in the order of the setting. */
    public List<ReceiverStatus> status() {
        return sessions.values().stream().map(Session::status).toList();
    }

    private void tick() {
        addresses.tick();
        boolean active = leadership.isActive();
        for (Session session : sessions.values()) {
            String name = session.receiver.name();
            Optional<String> wrong = session.tick(active); // raised outside the session's lock: listeners may send
            if (!refused.containsKey(name)) {
                deviations.set(wrong.isPresent(), CATEGORY, name, Status.ERROR, wrong.orElse(""));
            }
            tellLosses(name, session.lost());
        }
    }

    private void tellLosses(String name, long lost) {
        long now = nanos.getAsLong();
        Loss before = losses.getOrDefault(name, new Loss(0, now));
        if (lost < before.count()) {
            losses.put(name, new Loss(lost, now)); // the receiver was changed and counts anew
        } else if (lost > before.count()) {
            losses.put(name, new Loss(lost, now));
            deviations.raise(
                    CATEGORY,
                    name + "/lost",
                    Status.WARNING,
                    lost + " notifications were given up: not acknowledged within an hour, or too many waited");
        } else if (now - before.at() >= LOSS_STANDS.toNanos()) {
            deviations.clear(CATEGORY, name + "/lost");
        }
    }

    /** Writes all that is unacknowledged for the next node; call it when no more comes, while the term is still valid. */
    public void handOver(Duration limit) {
        group.flush(sessions.values(), limit.compareTo(HAND_OVER) < 0 ? limit : HAND_OVER);
    }

    /** Keeps what is unacknowledged, as far as the term is still valid, and closes all sockets. */
    @Override
    public synchronized void close() {
        group.close();
        sessions.values().forEach(Session::close);
        addresses.close();
        loop.close();
    }

    private record Loss(long count, long at) {}
}
