package mware.core.iam;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import mware.core.http.Closings;

/**
 * Closes an address for a while after some tries to get in failed there, and nobody else: IPv4 addresses one by one, IPv6
 * by the 64 bits that a subscriber has at least.
 *
 * <p>Remembers at most {@value #MOST} addresses, the longest unheard of are forgotten first. A log-in that is being
 * checked counts as failed until it is known better, so no more passwords are tried at once than may fail.
 */
public final class FailedTries implements Closings {

    static final int MOST = 20_000;

    private final IamLimits limits;
    private final LongSupplier nanos;
    private final IamLog log;
    private final Map<String, Tries> tries = new LinkedHashMap<>();

    /** Counts with {@code nanos}, a clock that nobody can set. */
    public FailedTries(IamLimits limits, LongSupplier nanos, IamLog log) {
        this.limits = limits;
        this.nanos = nanos;
        this.log = log;
    }

    private static final class Tries {
        /** When they failed, the oldest first. */
        private final Deque<Long> failed = new ArrayDeque<>();

        private int going;
        private boolean closed;
        private long open;
    }

    @Override
    public synchronized Optional<Closed> closed(String address) {
        String network = network(address);
        Tries of = tries.get(network);
        return of == null ? Optional.empty() : closed(network, of);
    }

    /** A log-in begins; empty when it may go on, and then {@link #ended} must follow. */
    synchronized Optional<Closed> begun(String address) {
        String network = network(address);
        Tries of = of(network);
        Optional<Closed> closed = closed(network, of);
        if (closed.isPresent()) {
            return closed;
        }
        forgetOld(of);
        if (of.failed.size() + of.going >= limits.failures()) {
            return Optional.of(new Closed(
                    1,
                    "as many log-ins from " + network + " as may fail are being checked now: try again in a second"));
        }
        of.going++;
        return Optional.empty();
    }

    /** The log-in that began is over. */
    void ended(String address, boolean failed) {
        String network = network(address);
        synchronized (this) {
            Tries of = of(network);
            of.going = Math.max(0, of.going - 1);
            if (!failed && of.going == 0 && !of.closed && of.failed.isEmpty()) {
                tries.remove(network); // nothing to remember
            }
        }
        if (failed) {
            count(address);
        }
    }

    @Override
    public void failed(String address, String what) {
        log.failed("", address, "", what);
        count(address);
    }

    private void count(String address) {
        String network = network(address);
        synchronized (this) {
            Tries of = tries.remove(network); // back in at the end: the longest unheard of stays first
            of = of == null ? new Tries() : of;
            tries.put(network, of);
            shrink();
            forgetOld(of);
            of.failed.add(nanos.getAsLong());
            if (of.closed || of.failed.size() < limits.failures()) {
                return;
            }
            of.closed = true;
            of.open = nanos.getAsLong() + limits.time().toNanos();
            of.failed.clear();
        }
        log.closed(network, limits);
    }

    private Tries of(String network) {
        Tries of = tries.computeIfAbsent(network, first -> new Tries());
        shrink();
        return of;
    }

    private Optional<Closed> closed(String network, Tries of) {
        if (!of.closed) {
            return Optional.empty();
        }
        long left = of.open - nanos.getAsLong();
        if (left <= 0) {
            of.closed = false;
            if (of.going == 0) {
                tries.remove(network);
            }
            return Optional.empty();
        }
        int seconds = (int) (TimeUnit.NANOSECONDS.toSeconds(left - 1) + 1);
        return Optional.of(new Closed(
                seconds,
                network + " is closed after " + limits.failures() + " failed log-ins: try again in " + seconds + " s"));
    }

    private void forgetOld(Tries of) {
        long oldest = nanos.getAsLong() - limits.time().toNanos();
        while (!of.failed.isEmpty() && of.failed.peek() - oldest <= 0) {
            of.failed.poll();
        }
    }

    private void shrink() {
        Iterator<Tries> eldest = tries.values().iterator();
        while (tries.size() > MOST && eldest.hasNext()) {
            if (eldest.next().going == 0) {
                eldest.remove();
            }
        }
    }

    /** How many addresses are remembered. */
    synchronized int remembered() {
        return tries.size();
    }

    /** What is closed together: an IPv4 address, or the first 64 bits of an IPv6 one. */
    static String network(String address) {
        int zone = address.indexOf('%');
        String plain = zone < 0 ? address : address.substring(0, zone);
        if (!plain.contains(":") || !plain.matches("[0-9A-Fa-f:.]{2,45}")) {
            return plain;
        }
        try {
            InetAddress parsed = InetAddress.getByName(plain); // no name, so nobody is asked; ::ffff:1.2.3.4 is IPv4
            if (!(parsed instanceof Inet6Address)) {
                return parsed.getHostAddress();
            }
            String hex = HexFormat.of().formatHex(parsed.getAddress(), 0, 8);
            return String.join(
                            ":", hex.substring(0, 4), hex.substring(4, 8), hex.substring(8, 12), hex.substring(12, 16))
                    + "::/64";
        } catch (UnknownHostException e) {
            return plain;
        }
    }
}
