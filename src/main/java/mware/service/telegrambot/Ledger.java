package mware.service.telegrambot;

import java.util.ArrayList;
import java.util.Collection;
import mware.core.state.RuntimeState;
import mware.core.state.RuntimeState.Change;
import mware.service.telegrambot.Conversation.Post;

/**
 * What the active node has in memory, equal to what is kept in the runtime state: who changes it calls {@link #keep} before
 * anything is done about it. When that fails, nobody knows what is kept, and all is read again. Used by the bot's worker;
 * chats and what they know may be read by others.
 */
final class Ledger {

    private final BotStore store;
    final Outbox outbox = new Outbox();
    private Offset offset = Offset.UNKNOWN;
    private volatile Book book = Book.EMPTY;
    private volatile Told told = Told.NOTHING;
    private volatile Offset keptOffset = offset;
    private Book keptBook = book;
    private Told keptTold = told;
    private long epoch;
    private volatile boolean open;

    Ledger(RuntimeState state) {
        store = new BotStore(state);
    }

    /** Reads all; from now on it is written under this epoch. */
    void open(long term) {
        BotStore.Kept kept = store.read();
        offset = keptOffset = kept.offset();
        book = keptBook = kept.book();
        told = keptTold = kept.told();
        outbox.restore(kept.messages(), kept.places());
        epoch = term;
        open = true;
    }

    /** What is in memory counts no more. */
    void close() {
        open = false;
    }

    boolean isOpen() {
        return open;
    }

    /** Writes what is different; throws {@link mware.core.state.StateException} and is closed when that fails. */
    void keep() {
        var values = new ArrayList<Change>();
        if (offset != keptOffset) {
            values.add(BotStore.put(BotStore.OFFSET, offset));
        }
        if (book != keptBook) {
            values.add(BotStore.put(BotStore.BOOK, book));
        }
        if (told != keptTold) {
            values.add(BotStore.put(BotStore.TOLD, told));
        }
        if (values.isEmpty() && !outbox.isChanged()) {
            return;
        }
        try {
            store.write(epoch, outbox, values);
        } catch (RuntimeException e) {
            open = false;
            throw e;
        }
        keptOffset = offset;
        keptBook = book;
        keptTold = told;
    }

    void post(Collection<Post> posts, long now) {
        posts.forEach(post -> outbox.add(post.kind(), post.heading(), post.text(), post.chats(), now));
    }

    Offset offset() {
        return offset;
    }

    /** The one that is kept for certain; for any thread. */
    Offset keptOffset() {
        return keptOffset;
    }

    void offset(Offset next) {
        offset = next;
    }

    Book book() {
        return book;
    }

    void book(Book next) {
        book = next;
    }

    Told told() {
        return told;
    }

    void told(Told next) {
        told = next;
    }
}
