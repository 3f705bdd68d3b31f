package mware.service.telegrambot;

import java.time.Clock;
import java.util.List;
import mware.core.iam.Logins;
import mware.service.telegrambot.Message.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the chats from accounts that are not any more what they were when they logged in. */
final class ChangedAccounts {

    private static final Logger LOG = LoggerFactory.getLogger("telegram-bot");

    private final Logins logins;
    private final Ledger ledger;
    private final Clock clock;

    ChangedAccounts(Logins logins, Ledger ledger, Clock clock) {
        this.logins = logins;
        this.ledger = ledger;
        this.clock = clock;
    }

    /** Not while nobody knows the accounts: the night on which the database is down is no night to lose the operators. */
    void remove() {
        if (!logins.isLoaded()) {
            return;
        }
        List<Chat> changed = ledger.book().all().stream()
                .filter(chat -> !logins.isStill(chat.account()))
                .toList();
        changed.forEach(this::remove);
    }

    private void remove(Chat chat) {
        ledger.book(ledger.book().remove(chat.id()));
        ledger.outbox.drop(chat.id());
        String what = "the account " + chat.login() + " was changed or disabled";
        LOG.info("{}: its chat is not connected any more", what);
        String goodbye = "You are not connected any more, since " + what + ". " + Conversation.HOW_TO_START;
        ledger.outbox.add(Kind.REPLY, "", goodbye, List.of(chat.id()), clock.millis());
        ledger.outbox.add(
                Kind.NEWS,
                "",
                chat.login() + " is not connected any more, since " + what + ".",
                ledger.book().chats().keySet(),
                clock.millis());
    }
}
