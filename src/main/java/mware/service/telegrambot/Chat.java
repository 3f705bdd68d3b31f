package mware.service.telegrambot;

import mware.core.iam.Logins.Account;

/**
 * A chat whose writer has logged in.
 *
 * @param name who writes there, as Telegram shows it
 * @param silent whether messages to it make no sound
 */
record Chat(long id, String name, Account account, Subscription subscription, boolean silent) {

    /** What comes to a chat by itself. */
    enum Subscription {
        /** All that changes in the system state. */
        ON,
        /** Nothing until the state is clear. */
        PAUSED,
        /** Nothing. */
        OFF
    }

    Chat with(Subscription next) {
        return new Chat(id, name, account, next, silent);
    }

    Chat silent(boolean next) {
        return new Chat(id, name, account, subscription, next);
    }

    String login() {
        return account.login();
    }
}
