package mware.service.syslogtrap.snmp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the addresses of receivers that are given by name, beside the sending, and again every minute. */
final class Addresses implements AutoCloseable {

    /** An answer that takes longer is told as missing; it is still used when it comes. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    static final Duration REFRESH = Duration.ofMinutes(1);
    static final Duration RETRY = Duration.ofSeconds(10);

    private static final Pattern LITERAL = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|.*:.*");

    /** Asks the name service; may block. */
    interface Lookup {
        InetAddress[] lookup(String host) throws UnknownHostException;
    }

    private final Lookup lookup;
    private final LongSupplier nanos;
    private final Map<Session, Question> questions = new ConcurrentHashMap<>();
    private final ExecutorService asking = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "snmp-dns");
        thread.setDaemon(true);
        return thread;
    });

    Addresses(Lookup lookup, LongSupplier nanos) {
        this.lookup = lookup;
        this.nanos = nanos;
    }

    /** Connects the session as soon as its address is known; at once when the host is an address. */
    void find(Session session) {
        String host = session.receiver.host();
        if (LITERAL.matcher(host).matches()) {
            try {
                session.connect(new InetSocketAddress(InetAddress.getByName(host), session.receiver.port()));
            } catch (UnknownHostException e) {
                session.unresolved(host + " is no address");
            }
            return;
        }
        var question = new Question();
        questions.put(session, question);
        ask(session, question);
    }

    void forget(Session session) {
        questions.remove(session);
    }

    /** Asks again where it is time, and tells sessions that wait for too long. */
    void tick() {
        long now = nanos.getAsLong();
        questions.forEach((session, question) -> {
            if (question.open) {
                if (now - question.askedAt >= PATIENCE.toNanos() && question.address == null) {
                    session.unresolved(
                            session.receiver.host() + " cannot be resolved: no answer from the name service");
                }
            } else if (now - question.askedAt >= (question.address == null ? RETRY : REFRESH).toNanos()) {
                ask(session, question);
            }
        });
    }

    private void ask(Session session, Question question) {
        question.open = true;
        question.askedAt = nanos.getAsLong();
        asking.execute(() -> {
            String host = session.receiver.host();
            try {
                InetAddress[] found = lookup.lookup(host);
                if (question.address == null || !Arrays.asList(found).contains(question.address)) {
                    question.address = found[0];
                }
                if (questions.containsKey(session)) {
                    session.connect(new InetSocketAddress(question.address, session.receiver.port()));
                }
            } catch (UnknownHostException e) {
                if (question.address == null) {
                    session.unresolved(host + " cannot be resolved: the name is not known");
                }
            } finally {
                question.open = false;
            }
        });
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }

    private static final class Question {
        volatile boolean open;
        volatile long askedAt;
        volatile @Nullable InetAddress address;
    }
}
