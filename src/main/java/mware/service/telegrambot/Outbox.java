package mware.service.telegrambot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import mware.service.telegrambot.Message.Kind;

/**
 * The messages that wait to be sent: what goes to which chat next, and what has to be kept in the runtime state. Pure;
 * not for several threads.
 *
 * <p>A chat gets one request at a time: first what is to be deleted, then answers one by one, then all news as one
 * message. What is older than an hour goes as one, whatever it is; what is older than a day is given up.
 */
final class Outbox {

    /** How long a message is tried. */
    static final Duration LIFE = Duration.ofHours(24);

    /** So much text goes as one message; the rest as the next. */
    static final int MOST_CHARACTERS = 4_000_000;

    /** So many failures of one message, while others get through, end its tries. */
    static final int MOST_TRIES = 10;

    /** When more news wait for a chat, they become one message at once, so that they need little room. */
    static final int MOST_WAITING = 50;

    /** Longer texts are kept in parts of at most so many characters; one part is written at once. */
    static final int LONGEST_PART = 100_000;

    private final TreeMap<Long, Message> messages = new TreeMap<>();
    private final LinkedHashMap<Long, List<Item>> waiting = new LinkedHashMap<>(); // by chat, whose turn is next first
    private final Set<Long> fresh = new HashSet<>(); // messages that are not kept yet
    private final Set<Long> gone = new HashSet<>(); // kept messages that nobody waits for any more
    private boolean changed;
    private long nextId;
    private long givenUp;

    /**
     * One message on its way to one chat, as it is kept.
     *
     * @param underway whether a try has begun of which no end is known
     */
    record Place(long message, long chat, boolean underway) {}

    /** Messages that go to a chat as one request. */
    record Sending(long chat, List<Message> messages, boolean plain, boolean doubtful) {}

    /** Puts a message in for these chats; a long text in parts. */
    void add(Kind kind, String heading, String text, Collection<Long> chats, long now) {
        if (chats.isEmpty()) {
            return;
        }
        for (int from = 0; from == 0 || from < text.length(); ) {
            int to = end(text, from);
            put(kind, heading, text.substring(from, to), chats, now);
            from = Math.max(to, 1);
        }
    }

    /** The end of the part that begins at {@code from}: after a line where there is one. */
    private static int end(String text, int from) {
        if (text.length() - from <= LONGEST_PART) {
            return text.length();
        }
        int line = text.lastIndexOf('\n', from + LONGEST_PART - 1);
        int to = line > from ? line + 1 : from + LONGEST_PART;
        return Character.isLowSurrogate(text.charAt(to)) ? to - 1 : to;
    }

    private void put(Kind kind, String heading, String text, Collection<Long> chats, long now) {
        var message = new Message(nextId++, now, kind, heading, text);
        messages.put(message.id(), message);
        fresh.add(message.id());
        chats.forEach(
                chat -> waiting.computeIfAbsent(chat, none -> new ArrayList<>()).add(new Item(message, false)));
        changed = true;
    }

    /** Takes over what was kept; what was underway then may have arrived. */
    void restore(Collection<Message> kept, List<Place> places) {
        messages.clear();
        waiting.clear();
        fresh.clear();
        gone.clear();
        changed = false;
        kept.forEach(message -> messages.put(message.id(), message));
        places.forEach(place -> {
            Message message = messages.get(place.message());
            if (message != null) {
                waiting.computeIfAbsent(place.chat(), none -> new ArrayList<>())
                        .add(new Item(message, place.underway()));
            }
        });
        nextId = messages.isEmpty() ? nextId : Math.max(nextId, messages.lastKey() + 1);
        forgetUnused();
    }

    /** The chats for which something waits and nothing is underway, the one whose turn it is first. */
    List<Long> chats() {
        return waiting.entrySet().stream()
                .filter(entry -> entry.getValue().stream().noneMatch(item -> item.underway))
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Begins the next request to a chat, if one is due.
     *
     * @param paced whether the chat may get a message now; deleting needs no leave
     * @param nanos monotonic
     * @param now in ms
     */
    Optional<Sending> begin(long chat, boolean paced, long nanos, long now) {
        List<Item> items = waiting.getOrDefault(chat, List.of());
        List<Item> next = next(
                items.stream()
                        .filter(item -> item.tries == 0 || item.notBefore - nanos <= 0)
                        .filter(item -> paced || item.message.kind() == Kind.DELETE)
                        .toList(),
                now);
        if (next.isEmpty()) {
            return Optional.empty();
        }
        next.forEach(item -> item.underway = true);
        changed = true;
        List<Item> all = waiting.remove(chat);
        waiting.put(chat, all); // the others come first next time
        return Optional.of(new Sending(
                chat,
                next.stream().map(item -> item.message).toList(),
                next.stream().anyMatch(item -> item.plain),
                next.stream().anyMatch(item -> item.doubtful)));
    }

    private static List<Item> next(List<Item> due, long now) {
        Optional<Item> delete = first(due, Kind.DELETE);
        if (delete.isPresent()) {
            return List.of(delete.get());
        }
        boolean late = due.stream().anyMatch(item -> isLate(item, now));
        Optional<Item> answer = due.stream()
                .filter(item -> item.message.kind() != Kind.NEWS && !isLate(item, now))
                .findFirst();
        if (answer.isPresent() && !late) {
            return List.of(answer.get());
        }
        var together = new ArrayList<Item>();
        int size = 0;
        for (Item item : due) {
            if (item.message.kind() == Kind.NEWS || isLate(item, now)) {
                size += item.message.text().length();
                if (size > MOST_CHARACTERS && !together.isEmpty()) {
                    break;
                }
                together.add(item);
            }
        }
        return together.isEmpty() ? answer.map(List::of).orElse(List.of()) : together;
    }

    private static Optional<Item> first(List<Item> items, Kind kind) {
        return items.stream().filter(item -> item.message.kind() == kind).findFirst();
    }

    private static boolean isLate(Item item, long now) {
        return now - item.message.born() >= Outgoing.LATE.toMillis();
    }

    /** It arrived, or can never: it need not be sent any more. */
    void end(Sending sending) {
        Set<Long> ids = ids(sending);
        List<Item> items = waiting.getOrDefault(sending.chat(), List.of());
        if (items.removeIf(item -> ids.contains(item.message.id()))) {
            changed = true;
        }
        if (items.isEmpty()) {
            waiting.remove(sending.chat());
        }
        forgetUnused();
    }

    /** It did not arrive, and is tried again at once when its turn comes. */
    void again(Sending sending, boolean plain) {
        each(sending, item -> {
            item.underway = false;
            item.plain |= plain;
        });
    }

    /**
     * It did not arrive, or nobody knows; it is tried again after a while.
     *
     * @param lastDelivery when Telegram took something, whatever it was, the last time
     * @return whether it is to be given up, since it alone cannot be sent
     */
    boolean failed(Sending sending, boolean doubtful, long lastDelivery, long nanos) {
        boolean[] hopeless = {false};
        each(sending, item -> {
            item.underway = false;
            item.doubtful |= doubtful;
            if (item.tries++ == 0) {
                item.failedAt = nanos;
            }
            item.notBefore = nanos + Reach.backoff(item.tries).toNanos();
            hopeless[0] |= item.tries >= MOST_TRIES && lastDelivery - item.failedAt > 0;
        });
        return hopeless[0];
    }

    private void each(Sending sending, Consumer<Item> change) {
        Set<Long> ids = ids(sending);
        waiting.getOrDefault(sending.chat(), List.of()).stream()
                .filter(item -> ids.contains(item.message.id()))
                .forEach(change);
        changed = true;
    }

    private static Set<Long> ids(Sending sending) {
        var ids = new HashSet<Long>();
        sending.messages().forEach(message -> ids.add(message.id()));
        return ids;
    }

    /** The chat is no more; what should be deleted there is still tried. */
    void drop(long chat) {
        List<Item> items = waiting.get(chat);
        if (items != null) {
            items.removeIf(item -> item.message.kind() != Kind.DELETE);
            if (items.isEmpty()) {
                waiting.remove(chat);
            }
            changed = true;
            forgetUnused();
        }
    }

    /** Gives up what is older than a day and makes one of many news. */
    void tidy(long now) {
        for (Long chat : List.copyOf(waiting.keySet())) {
            List<Item> items = waiting.get(chat);
            int before = items.size();
            items.removeIf(item -> !item.underway && now - item.message.born() >= LIFE.toMillis());
            if (items.size() < before) {
                givenUp += before - items.size();
                changed = true;
            }
            if (items.isEmpty()) {
                waiting.remove(chat);
            }
        }
        compact();
        forgetUnused();
    }

    /** Chats for which the same news wait share the message that is made of them. */
    private void compact() {
        Map<List<Long>, List<Long>> alike = new LinkedHashMap<>();
        waiting.forEach((chat, items) -> {
            List<Long> news = items.stream()
                    .filter(Outbox::isPlainNews)
                    .map(item -> item.message.id())
                    .toList();
            if (news.size() > MOST_WAITING) {
                alike.computeIfAbsent(news, none -> new ArrayList<>()).add(chat);
            }
        });
        alike.forEach((news, chats) -> {
            var text = new StringBuilder();
            Message first = messages.get(news.get(0));
            for (long id : news) {
                Message message = messages.get(id);
                text.append(message.heading())
                        .append('\n')
                        .append(message.text())
                        .append('\n');
            }
            Set<Long> merged = Set.copyOf(news);
            chats.forEach(chat -> waiting.get(chat).removeIf(item -> merged.contains(item.message.id())));
            add(Kind.NEWS, news.size() + " messages", text.toString(), chats, first.born());
        });
    }

    private static boolean isPlainNews(Item item) {
        return item.message.kind() == Kind.NEWS
                && !item.underway
                && !item.doubtful
                && item.message.text().length() < LONGEST_PART / 2;
    }

    private void forgetUnused() {
        var used = new HashSet<Long>();
        waiting.values().forEach(items -> items.forEach(item -> used.add(item.message.id())));
        for (Long id : List.copyOf(messages.keySet())) {
            if (!used.contains(id)) {
                messages.remove(id);
                if (!fresh.remove(id)) {
                    gone.add(id);
                }
            }
        }
    }

    /** Messages that are to be kept. */
    List<Message> fresh() {
        return fresh.stream().sorted().map(messages::get).toList();
    }

    /** Messages that are to be kept no more. */
    List<Long> gone() {
        return gone.stream().sorted().toList();
    }

    /** What waits where, the order of a chat being that of its messages. */
    List<Place> places() {
        var places = new ArrayList<Place>();
        waiting.forEach((chat, items) ->
                items.forEach(item -> places.add(new Place(item.message.id(), chat, item.underway || item.doubtful))));
        return places;
    }

    /** Whether anything is different from what is kept. */
    boolean isChanged() {
        return changed || !fresh.isEmpty() || !gone.isEmpty();
    }

    /** All that was different is kept now. */
    void kept() {
        fresh.clear();
        gone.clear();
        changed = false;
    }

    /** How many messages wait, each chat counted for itself. */
    int size() {
        return waiting.values().stream().mapToInt(List::size).sum();
    }

    /** How many were given up after a day. */
    long givenUp() {
        return givenUp;
    }

    private static final class Item {
        final Message message;
        boolean doubtful;
        boolean underway;
        boolean plain;
        int tries;
        long failedAt;
        long notBefore;

        Item(Message message, boolean doubtful) {
            this.message = message;
            this.doubtful = doubtful;
        }
    }
}
