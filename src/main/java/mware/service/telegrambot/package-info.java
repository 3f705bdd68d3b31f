/**
 * The Telegram bot: tells the operators what changes in the system state, and answers their commands in the chat.
 *
 * <p>{@link mware.service.telegrambot.TelegramBot} puts it together, on the active node of the group of the master domain:
 * {@code Sender} sends, {@code StateWatch} tells the system state, {@code Ledger} holds what is kept. {@code Command}, {@code Conversation}, {@code StateNews}, {@code Outbox}, {@code Pacing} and {@code Reaction} decide, with
 * state and time given to them. {@link mware.service.telegrambot.UpdatesClient} is what camel-telegram polls through, {@code
 * TelegramLine} the connection to Telegram, {@code BotStore} what one node hands to the next. Log: {@code telegram-bot}.
 * Page: docs/services/telegram-bot.md.
 */
@NullMarked
package mware.service.telegrambot;

import org.jspecify.annotations.NullMarked;
