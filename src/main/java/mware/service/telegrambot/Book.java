package mware.service.telegrambot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import mware.service.telegrambot.Chat.Subscription;

/**
 * Who is connected, and who tried to with a wrong password. Pure.
 *
 * @param chats by chat
 * @param failures by chat: when the password was wrong, in ms, the oldest first
 */
record Book(Map<Long, Chat> chats, Map<Long, List<Long>> failures) {

    static final int MOST_FAILURES = 5;
    static final Duration CLOSED = Duration.ofMinutes(3);

    /** So many chats with failures are remembered; a closed one is never forgotten for a newer one. */
    private static final int MOST_STRANGERS = 10_000;

    static final Book EMPTY = new Book(Map.of(), Map.of());

    Optional<Chat> chat(long id) {
        return Optional.ofNullable(chats.get(id));
    }

    Collection<Chat> all() {
        return chats.values();
    }

    Book put(Chat chat) {
        var next = new LinkedHashMap<>(chats);
        next.put(chat.id(), chat);
        return new Book(next, failures);
    }

    Book remove(long id) {
        var next = new LinkedHashMap<>(chats);
        next.remove(id);
        return new Book(next, failures);
    }

    Book each(UnaryOperator<Chat> change) {
        var next = new LinkedHashMap<Long, Chat>();
        chats.forEach((id, chat) -> next.put(id, change.apply(chat)));
        return new Book(next, failures);
    }

    /** The chats with this subscription. */
    List<Chat> with(Subscription subscription) {
        return all().stream()
                .filter(chat -> chat.subscription() == subscription)
                .toList();
    }

    /** How long no password of this chat is looked at any more; zero when it may try. */
    Duration closedFor(long id, long now) {
        List<Long> times = failures.getOrDefault(id, List.of());
        if (times.size() < MOST_FAILURES) {
            return Duration.ZERO;
        }
        long left = times.get(times.size() - 1) + CLOSED.toMillis() - now;
        // a clock that was set back must not close a chat for longer
        return Duration.ofMillis(Math.max(0, Math.min(left, CLOSED.toMillis())));
    }

    /** A wrong password; five within three minutes close the chat for three minutes. */
    Book failed(long id, long now) {
        Map<Long, List<Long>> next = forgetOld(now);
        var times = new ArrayList<>(next.getOrDefault(id, List.of()));
        if (next.size() < MOST_STRANGERS || next.containsKey(id)) {
            times.add(now);
            next.put(id, List.copyOf(times));
        }
        return new Book(chats, next);
    }

    /** The password was right. */
    Book succeeded(long id) {
        var next = new LinkedHashMap<>(failures);
        next.remove(id);
        return new Book(chats, next);
    }

    private Map<Long, List<Long>> forgetOld(long now) {
        var next = new LinkedHashMap<Long, List<Long>>();
        failures.forEach((chat, times) -> {
            List<Long> recent = times.stream()
                    .filter(time -> Math.abs(now - time) < CLOSED.toMillis())
                    .toList();
            if (!recent.isEmpty()) {
                next.put(chat, recent);
            }
        });
        return next;
    }
}
