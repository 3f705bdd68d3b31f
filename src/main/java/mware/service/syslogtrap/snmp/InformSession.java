package mware.service.syslogtrap.snmp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import mware.service.syslogtrap.snmp.Outbox.Batch;
import mware.service.syslogtrap.snmp.Outbox.Entry;
import org.jspecify.annotations.Nullable;
import org.snmp4j.PDU;
import org.snmp4j.event.ResponseEvent;
import org.snmp4j.event.ResponseListener;
import org.snmp4j.smi.Address;

/** Informs: each goes into the outbox first and leaves it when the receiver has acknowledged it. */
final class InformSession extends Session {

    private final Outbox outbox;
    private final BerWriter writer = new BerWriter();
    private @Nullable Engine engine;
    private long bootNanos;
    private @Nullable Snmp4j snmp;
    private boolean active;
    private boolean discovering;
    private long acknowledged;
    private long repeated;
    private int restored; // answers to what was sent before the outbox was read anew say nothing

    InformSession(Receiver receiver, Surroundings node) {
        super(receiver, node);
        outbox = new Outbox(receiver.outboxEntries());
    }

    @Override
    void take(Trap trap, long now) {
        try {
            outbox.add(writer.bindingList(node.upTime(), TrapSize.fit(trap)), now);
        } catch (RuntimeException e) {
            failed(e.toString(), now);
            return;
        }
        pump(now);
    }

    private void pump(long now) {
        Snmp4j open = snmp;
        if (!active || open == null) {
            return;
        }
        if (!open.knowsReceiver()) {
            discover(open, now);
            return;
        }
        for (var next = outbox.next(now); next.isPresent(); next = outbox.next(now)) {
            Entry entry = next.get();
            try {
                open.inform(entry.payload(), new Answer(open, entry.id(), restored));
                sent(now);
            } catch (IOException | RuntimeException e) {
                failed(receiver.address() + ": " + e.getMessage(), now);
                outbox.missed(entry.id(), now);
            }
        }
    }

    private void discover(Snmp4j open, long now) {
        if (discovering || outbox.size() == 0) {
            return;
        }
        discovering = true;
        try {
            open.discover(new ResponseListener() {
                @Override
                public <A extends Address> void onResponse(ResponseEvent<A> event) {
                    open.done(event.getRequest(), this);
                    node.loop().execute(() -> discovered(open));
                }
            });
        } catch (IOException | RuntimeException e) {
            discovering = false;
            failed(receiver.address() + ": " + e.getMessage(), now);
        }
    }

    private synchronized void discovered(Snmp4j asked) {
        discovering = false;
        long now = node.nanos().getAsLong();
        if (asked != snmp || asked.knowsReceiver()) {
            pump(now);
        } else {
            health.failed(receiver.address() + " does not tell its engine id, so informs wait", now);
        }
    }

    /** Hears of one inform's fate on a thread of snmp4j, and hands it to the loop: no lock is taken under snmp4j's. */
    private final class Answer implements ResponseListener {

        private final Snmp4j asked;
        private final long id;
        private final int outboxRead;

        Answer(Snmp4j asked, long id, int outboxRead) {
            this.asked = asked;
            this.id = id;
            this.outboxRead = outboxRead;
        }

        @Override
        public <A extends Address> void onResponse(ResponseEvent<A> event) {
            asked.done(event.getRequest(), this);
            PDU response = event.getResponse();
            node.loop().execute(() -> answered(this, response));
        }
    }

    private synchronized void answered(Answer answer, @Nullable PDU response) {
        if (answer.outboxRead != restored) {
            return;
        }
        long now = node.nanos().getAsLong();
        if (response != null && response.getType() == PDU.RESPONSE && response.getErrorStatus() == PDU.noError) {
            if (outbox.acknowledged(answer.id, now)) {
                acknowledged++;
            }
            health.answered();
        } else {
            repeated++;
            outbox.missed(answer.id, now);
            if (response != null || outbox.silent()) {
                answer.asked.forgetReceiver();
                health.failed(receiver.address() + " " + why(response), now);
            }
        }
        pump(now);
    }

    private static String why(@Nullable PDU response) {
        if (response == null) {
            return "does not acknowledge informs";
        }
        return response.getType() == PDU.REPORT
                ? "refuses: " + Reports.inWords(response)
                : "answers an inform with an error: " + response.getErrorStatusText();
    }

    /** Whether this node may send; what came before waits. */
    synchronized void active(boolean now) {
        active = now;
    }

    /** Takes over what the runtime state keeps for this receiver. */
    synchronized void restore(List<Batch> kept) {
        restored++;
        outbox.restore(kept);
    }

    /** What has to change in the runtime state; told back by {@link #kept}. */
    synchronized Changes toKeep(long until) {
        var batches = new ArrayList<Batch>();
        List<Long> emptied = outbox.emptied();
        outbox.toKeep(until, OutboxStore.BATCH_BYTES).ifPresent(batches::add);
        return new Changes(batches, emptied);
    }

    synchronized void kept(Changes changes) {
        changes.keep().forEach(outbox::kept);
        outbox.deleted(changes.delete());
    }

    /** Given up after an hour. */
    @Override
    synchronized long lost() {
        return super.lost() + outbox.expired() + outbox.dropped();
    }

    /** Batches that are partly done, to be written anew before a hand-over. */
    synchronized List<Batch> remains() {
        return outbox.remains();
    }

    /** Batches to write and batches to delete. */
    record Changes(List<Batch> keep, List<Long> delete) {
        boolean isEmpty() {
            return keep.isEmpty() && delete.isEmpty();
        }
    }

    @Override
    boolean ready() {
        return snmp != null;
    }

    @Override
    boolean deliver(Trap trap, UdpLink open) {
        throw new IllegalStateException("informs go through the outbox");
    }

    @Override
    void opened(UdpLink open) throws IOException {
        reopen(open);
    }

    @Override
    synchronized void engine(Engine next, long nanos) {
        engine = next;
        bootNanos = nanos;
        UdpLink open = link();
        if (open != null && receiver.access() instanceof Receiver.User) {
            try {
                reopen(open);
            } catch (IOException e) {
                failed(e.toString(), node.nanos().getAsLong());
            }
        }
    }

    private void reopen(UdpLink open) throws IOException {
        shutSnmp();
        if (engine != null || receiver.access() instanceof Receiver.Community) {
            snmp = Snmp4j.open(receiver, open, engine, (int) ((node.nanos().getAsLong() - bootNanos) / 1_000_000_000));
        }
    }

    private void shutSnmp() {
        discovering = false;
        if (snmp != null) {
            snmp.close(); // what is under way is told as unanswered, and sent again
            snmp = null;
        }
    }

    @Override
    void work(long now) {
        outbox.expire(now);
        pump(now);
    }

    @Override
    String kind() {
        return receiver.access() instanceof Receiver.User ? "v3 inform" : "v2c inform";
    }

    @Override
    synchronized ReceiverStatus status() {
        ReceiverStatus base = super.status();
        return new ReceiverStatus(
                base.name(),
                base.address(),
                base.kind(),
                base.sent(),
                base.failed(),
                acknowledged,
                repeated,
                outbox.size(),
                outbox.expired(),
                outbox.dropped(),
                base.suppressed(),
                base.lastError());
    }

    @Override
    synchronized void close() {
        shutSnmp();
        super.close();
    }
}
