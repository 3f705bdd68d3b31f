package mware.service.telegrambot;

import org.jspecify.annotations.Nullable;

/**
 * A message that somebody wrote to the bot.
 *
 * @param chat where it was written, and where answers go
 * @param alone whether it is a chat of one person with the bot, not a group or a channel
 * @param message its number in the chat
 * @param from the writer's name, as Telegram shows it
 * @param text null for pictures and the like
 */
public record Received(long chat, boolean alone, long message, String from, @Nullable String text) {

    @Override
    public String toString() {
        return "message " + message + " of chat " + chat; // the text may hold a password
    }
}
